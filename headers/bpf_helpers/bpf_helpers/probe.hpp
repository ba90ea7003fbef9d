// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// What kprobes and uprobes are given: registers, of which these classes know the types.
//
//     SEC("kprobe/vfs_read")
//     int on_read(bpf::kprobe<file *, char *, size_t> *ctx)
//     {
//         auto &[file, buffer, count] = *ctx;
#ifndef BPF_HELPERS_PROBE_HPP
#define BPF_HELPERS_PROBE_HPP

#include <bpf/bpf_tracing.h>
#include <bpf_helpers/context.hpp>

struct pt_regs;

namespace bpf {

// The arguments of a function where a kprobe or uprobe stands at its beginning.
template <class... Arguments> class kprobe {
public:
	kprobe(const kprobe &) = delete; // the registers are behind its address

	template <unsigned long Index, class Registers = pt_regs> [[nodiscard]] BPF_INLINE auto get() const
	{
		static_assert(Index < 8, "functions have up to 8 arguments in registers");
		auto *registers = (Registers *)this;
		using type = detail::nth<Index, Arguments...>;
		if constexpr (Index == 0)
			return detail::from_register<type>(PT_REGS_PARM1(registers));
		else if constexpr (Index == 1)
			return detail::from_register<type>(PT_REGS_PARM2(registers));
		else if constexpr (Index == 2)
			return detail::from_register<type>(PT_REGS_PARM3(registers));
		else if constexpr (Index == 3)
			return detail::from_register<type>(PT_REGS_PARM4(registers));
		else if constexpr (Index == 4)
			return detail::from_register<type>(PT_REGS_PARM5(registers));
		else if constexpr (Index == 5)
			return detail::from_register<type>(PT_REGS_PARM6(registers));
		else if constexpr (Index == 6)
			return detail::from_register<type>(PT_REGS_PARM7(registers));
		else
			return detail::from_register<type>(PT_REGS_PARM8(registers));
	}
};

// The result of a function where a kretprobe or uretprobe stands at its end.
template <class Result> class kretprobe {
public:
	kretprobe(const kretprobe &) = delete;

	template <class Registers = pt_regs> [[nodiscard]] BPF_INLINE Result result() const
	{
		auto *registers = (Registers *)this;
		return detail::from_register<Result>(PT_REGS_RC(registers));
	}
};

} // namespace bpf

template <class... Arguments> struct std::tuple_size<bpf::kprobe<Arguments...>> {
	static constexpr unsigned long value = sizeof...(Arguments);
};
template <unsigned long Index, class... Arguments> struct std::tuple_element<Index, bpf::kprobe<Arguments...>> {
	using type = bpf::detail::nth<Index, Arguments...>;
};

#endif
