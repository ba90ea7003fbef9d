// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Reads of the kernel's memory, relocated (CO-RE) where the types are from vmlinux.h.
//
//     pid_t parent = bpf::core_read<&task_struct::real_parent, &task_struct::tgid>(task);
//
// is what BPF_CORE_READ(task, real_parent, tgid) is, but that members of the wrong struct do not compile. Each pointer on
// the way is read and followed; a member that is a struct leads on to its own members: &task_struct::se,
// &sched_entity::vruntime. Bit-fields have no address: BPF_CORE_READ_BITFIELD() reads them.
#ifndef BPF_HELPERS_CORE_HPP
#define BPF_HELPERS_CORE_HPP

#include <bpf_helpers/call.hpp>

namespace bpf {
namespace detail {

template <class Member> struct member_type;
template <class Class, class T> struct member_type<T Class::*> {
	using owner = Class;
	using type = plain<T>;
};

template <auto Member> using owner_of = typename member_type<decltype(Member)>::owner;
template <auto Member> using type_of = typename member_type<decltype(Member)>::type;

template <class T> struct pointee {
	using type = T;
};
template <class T> struct pointee<T *> {
	using type = plain<T>;
};

// Whether each member is one of what the member before it is or points to.
template <auto... Members> inline constexpr bool each_leads_to_the_next = true;
template <auto First, auto Second, auto... Rest>
inline constexpr bool each_leads_to_the_next<First, Second, Rest...> =
	is_same<typename pointee<type_of<First>>::type, owner_of<Second>> && each_leads_to_the_next<Second, Rest...>;

// An array, which a function cannot return.
template <class T> struct copy { using type = T; };
template <class T, unsigned long N> struct copy<T[N]> {
	struct type {
		T elements[N];
		BPF_INLINE T &operator[](unsigned long index) { return elements[index]; }
		BPF_INLINE operator T *() { return elements; }
	};
};
template <auto Member> using value_of = typename copy<type_of<Member>>::type;

// The helpers that copy memory.
using copier = long (*)(void *to, u32 size, const volatile void *from);
enum memory : unsigned { user = 112, kernel = 113, user_string = 114, kernel_string = 115 };

// Walks along members: Way are those since the last pointer, which are one address.
template <memory From, auto... Way> struct reader {
	template <auto Next, auto... Rest> BPF_INLINE static auto read(const volatile auto *from)
	{
		if constexpr (sizeof...(Rest) != 0 && !is_pointer<type_of<Next>>) {
			return reader<From, Way..., Next>::template read<Rest...>(from);
		} else {
			value_of<Next> value;
			((copier)From)(&value, sizeof(value), address<Next>(from));
			if constexpr (sizeof...(Rest) == 0)
				return value;
			else
				return reader<From>::template read<Rest...>(value);
		}
	}

	// Calls the helper Last with the address of what is at the end of the way.
	template <unsigned Last, auto Next, auto... Rest>
	BPF_INLINE static long read_into(void *to, u32 size, const volatile auto *from)
	{
		if constexpr (sizeof...(Rest) == 0) {
			return ((copier)Last)(to, size, address<Next>(from));
		} else if constexpr (!is_pointer<type_of<Next>>) {
			return reader<From, Way..., Next>::template read_into<Last, Rest...>(to, size, from);
		} else {
			value_of<Next> value;
			((copier)From)(&value, sizeof(value), address<Next>(from));
			return reader<From>::template read_into<Last, Rest...>(to, size, value);
		}
	}

	// With debug information, which has the types that are relocated.
	template <auto Next> [[gnu::always_inline]] static inline const volatile void *address(const volatile auto *from)
	{
		return __builtin_preserve_access_index(&(((*from).* ... .* Way).*Next));
	}
};

} // namespace detail

// The member at the end of the way; zeros where an address on it is bad.
template <auto First, auto... Rest> requires detail::each_leads_to_the_next<First, Rest...>
[[nodiscard]] BPF_INLINE auto core_read(const volatile detail::owner_of<First> *from)
{
	return detail::reader<detail::kernel>::read<First, Rest...>(from);
}

// The same in the memory of the process that runs.
template <auto First, auto... Rest> requires detail::each_leads_to_the_next<First, Rest...>
[[nodiscard]] BPF_INLINE auto core_read_user(const volatile detail::owner_of<First> *from)
{
	return detail::reader<detail::user>::read<First, Rest...>(from);
}

// Copies the member at the end of the way, such as an array, as far as it fits. Returns 0, or a negative error.
template <auto First, auto... Rest, class T> requires detail::each_leads_to_the_next<First, Rest...>
BPF_INLINE long core_read_into(T &to, const volatile detail::owner_of<First> *from)
{
	return detail::reader<detail::kernel>::read_into<detail::kernel, First, Rest...>(&to, u32(sizeof(T)), from);
}

// Copies the string that is the array at the end of the way. Returns its length with the NUL, or a negative error.
template <auto First, auto... Rest, unsigned long N> requires detail::each_leads_to_the_next<First, Rest...>
BPF_INLINE long core_read_str(char (&to)[N], const volatile detail::owner_of<First> *from)
{
	return detail::reader<detail::kernel>::read_into<detail::kernel_string, First, Rest...>(to, N, from);
}

// The T at an address of the kernel, or of the process; zeros where it is bad.
template <class T> [[nodiscard]] BPF_INLINE T read_kernel(const volatile T *from)
{
	T value;
	detail::call<detail::kernel, long>(&value, u32(sizeof(T)), static_cast<const volatile void *>(from));
	return value;
}

template <class T> [[nodiscard]] BPF_INLINE T read_user(const volatile T *from)
{
	T value;
	detail::call<detail::user, long>(&value, u32(sizeof(T)), static_cast<const volatile void *>(from));
	return value;
}

// Copy a string. They return its length with the NUL, or a negative error.
template <unsigned long N> BPF_INLINE long read_kernel_str(char (&to)[N], const void *from)
{
	return detail::call<detail::kernel_string, long>(&to[0], u32(N), from);
}

template <unsigned long N> BPF_INLINE long read_user_str(char (&to)[N], const void *from)
{
	return detail::call<detail::user_string, long>(&to[0], u32(N), from);
}

} // namespace bpf

#endif
