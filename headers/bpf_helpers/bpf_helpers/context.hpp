// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// What programs are given: arguments with their types, for programs that are attached to functions and tracepoints.
//
//     SEC("tp_btf/sched_switch")
//     int on_switch(bpf::arguments<bool, task_struct *, task_struct *> *ctx)
//     {
//         auto [preempted, previous, next] = *ctx;
#ifndef BPF_HELPERS_CONTEXT_HPP
#define BPF_HELPERS_CONTEXT_HPP

#include <bpf_helpers/call.hpp>

namespace std { template <class> struct tuple_size; }
namespace std { template <unsigned long, class> struct tuple_element; }

namespace bpf {
namespace detail {

template <unsigned long Index, class... Types> struct nth_type;
template <unsigned long Index, class First, class... Rest> struct nth_type<Index, First, Rest...> {
	using type = typename nth_type<Index - 1, Rest...>::type;
};
template <class First, class... Rest> struct nth_type<0, First, Rest...> { using type = First; };
template <unsigned long Index, class... Types> using nth = typename nth_type<Index, Types...>::type;

} // namespace detail

// The arguments of a function or tracepoint: fentry, tp_btf, raw_tp, lsm, struct_ops.
template <class... Arguments> class arguments {
public:
	template <unsigned long Index> [[nodiscard]] BPF_INLINE auto get() const
	{
		return detail::from_register<detail::nth<Index, Arguments...>>(raw[Index]);
	}

private:
	u64 raw[sizeof...(Arguments)];
};

// The arguments of a function that has returned, and its result: fexit, fmod_ret, lsm.
template <class Function> class returned;
template <class Result, class... Arguments> class returned<Result(Arguments...)> {
public:
	template <unsigned long Index> [[nodiscard]] BPF_INLINE auto get() const
	{
		return detail::from_register<detail::nth<Index, Arguments...>>(raw[Index]);
	}
	[[nodiscard]] BPF_INLINE Result result() const { return detail::from_register<Result>(raw[sizeof...(Arguments)]); }

private:
	u64 raw[sizeof...(Arguments) + 1];
};

// What a field __data_loc_NAME of a tracepoint's record stands for, in the record.
template <class Record> [[nodiscard]] BPF_INLINE const char *data_loc(const Record *record, u32 field)
{
	return reinterpret_cast<const char *>(record) + (field & 0xffff);
}

// ---- Who runs -----------------------------------------------------------------------------------------

BPF_INLINE u64 ktime_ns() { return detail::call<5, u64>(); }

// The process (what user space calls pid), and the thread.
BPF_INLINE u32 current_pid() { return detail::call<14, u64>() >> 32; }
BPF_INLINE u32 current_tid() { return detail::call<14, u64>(); }

BPF_INLINE u32 current_uid() { return detail::call<15, u64>(); }
BPF_INLINE u32 current_gid() { return detail::call<15, u64>() >> 32; }
BPF_INLINE u32 current_cpu() { return detail::call<8, u32>(); }

// The task, to be read with core_read().
BPF_INLINE task_struct *current_task() { return detail::call<35, task_struct *>(); }

// The task, whose members can be read as they are, in programs that trace by BTF. Since Linux 5.11.
BPF_INLINE task_struct *current_task_btf() { return detail::call<158, task_struct *>(); }

template <unsigned long N> BPF_INLINE long current_comm(char (&comm)[N])
{
	return detail::call<16, long>(&comm[0], u32(N));
}

} // namespace bpf

// auto [first, second] = *ctx;
template <class... Arguments> struct std::tuple_size<bpf::arguments<Arguments...>> {
	static constexpr unsigned long value = sizeof...(Arguments);
};
template <unsigned long Index, class... Arguments> struct std::tuple_element<Index, bpf::arguments<Arguments...>> {
	using type = bpf::detail::nth<Index, Arguments...>;
};

template <class Result, class... Arguments> struct std::tuple_size<bpf::returned<Result(Arguments...)>> {
	static constexpr unsigned long value = sizeof...(Arguments);
};
template <unsigned long Index, class Result, class... Arguments>
struct std::tuple_element<Index, bpf::returned<Result(Arguments...)>> {
	using type = bpf::detail::nth<Index, Arguments...>;
};

#endif
