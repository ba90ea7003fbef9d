// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// What the other headers of this folder stand on: calls of the kernel, and results that may be null.
#ifndef BPF_HELPERS_CALL_HPP
#define BPF_HELPERS_CALL_HPP

#include <bpf/bpf_helpers.h>

// Functions of this library become part of their callers: in the verifier's log and in diagnostics stands the caller's line.
#define BPF_INLINE [[gnu::always_inline, gnu::nodebug]] inline

// What may be called until an object is handed over, by submit() or release().
#define BPF_UNTIL_HANDED_OVER [[gnu::always_inline, gnu::nodebug, clang::callable_when("unknown", "unconsumed")]] inline

struct task_struct;
struct cgroup;
struct inode;

namespace bpf {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using s32 = int;
using s64 = long long;

namespace detail {

// Calls the helper of the kernel that has the number.
template <unsigned Number, class Result, class... Arguments> BPF_INLINE Result call(Arguments... values)
{
	return reinterpret_cast<Result (*)(Arguments...)>(Number)(values...);
}

template <class A, class B> inline constexpr bool is_same = __is_same(A, B);
template <class T> inline constexpr bool is_pointer = __is_pointer(T);
// T without const and volatile.
#if __has_builtin(__remove_cv)
template <class T> using plain = __remove_cv(T);
#else // of Clang 15, which editors may have
template <class T> struct without_cv { using type = T; };
template <class T> struct without_cv<const T> { using type = T; };
template <class T> struct without_cv<volatile T> { using type = T; };
template <class T> struct without_cv<const volatile T> { using type = T; };
template <class T> using plain = typename without_cv<T>::type;
#endif

// What a register of 64 bits holds, as a T.
template <class T> BPF_INLINE T from_register(u64 value)
{
	return (T)value;
}

} // namespace detail

// A pointer that is null where there is nothing. It must be asked before it is used:
//
//     if (auto count = counts.lookup(key))
//         ++*count;
//
// Using it unasked is an error (-Wbpf-null), which in C the verifier would find.
template <class T> class nullable {
public:
	BPF_INLINE nullable(T *pointer) : pointer(pointer) {}

	BPF_INLINE explicit operator bool() const { return pointer; }
	BPF_INLINE T &operator*() const { return *pointer; }
	BPF_INLINE T *operator->() const { return pointer; }
	template <class Index> BPF_INLINE auto &operator[](Index index) const { return (*pointer)[index]; }

	// The pointer itself, null or not.
	BPF_INLINE T *get() const { return pointer; }

private:
	T *pointer;
};

} // namespace bpf

#endif
