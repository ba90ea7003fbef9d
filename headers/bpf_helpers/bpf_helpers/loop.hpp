// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Loops that the verifier follows once, however often they run: iterators of the kernel (since Linux 6.4; tasks 6.7) and
// bpf_loop() (since 5.17).
//
//     for (int i : bpf::range(0, count))
//     for (task_struct *task : bpf::tasks())
#ifndef BPF_HELPERS_LOOP_HPP
#define BPF_HELPERS_LOOP_HPP

#include <bpf_helpers/map.hpp>

// The kernel's iterators, under names that are no others' and mean the same to libbpf.
struct alignas(8) bpf_iter_num___cxx {
	bpf::u64 opaque;
};
struct alignas(8) bpf_iter_task___cxx {
	bpf::u64 opaque[3];
};

extern "C" {
extern int ___bpf_num_new(bpf_iter_num___cxx *it, int start, int end) __asm__("bpf_iter_num_new") __weak __ksym;
extern int *___bpf_num_next(bpf_iter_num___cxx *it) __asm__("bpf_iter_num_next") __weak __ksym;
extern void ___bpf_num_destroy(bpf_iter_num___cxx *it) __asm__("bpf_iter_num_destroy") __weak __ksym;
extern int ___bpf_task_new(bpf_iter_task___cxx *it, task_struct *task, unsigned int flags)
	__asm__("bpf_iter_task_new") __weak __ksym;
extern task_struct *___bpf_task_next(bpf_iter_task___cxx *it) __asm__("bpf_iter_task_next") __weak __ksym;
extern void ___bpf_task_destroy(bpf_iter_task___cxx *it) __asm__("bpf_iter_task_destroy") __weak __ksym;
}

namespace bpf {

struct end_of_loop {};

// The numbers from first to last - 1. It is for one loop: the kernel's iterator begins with it.
class range {
public:
	[[gnu::always_inline, gnu::nodebug, nodiscard]] range(int first, int last) : first(first), last(last) {}
	range(const range &) = delete;
	BPF_INLINE ~range() { ___bpf_num_destroy(&state); }

	class iterator {
	public:
		BPF_INLINE iterator(bpf_iter_num___cxx *state, int first, int last) : state(state), first(first), last(last)
		{
			___bpf_num_new(state, first, last);
			current = ___bpf_num_next(state);
		}
		BPF_INLINE int operator*() const { return value; }
		BPF_INLINE iterator &operator++()
		{
			current = ___bpf_num_next(state);
			return *this;
		}
		// Tells the verifier the bounds, too.
		BPF_INLINE bool operator!=(end_of_loop)
		{
			if (!current)
				return false;
			value = *current;
			return value >= first && value < last;
		}

	private:
		bpf_iter_num___cxx *state;
		int first, last, *current, value;
	};

	BPF_INLINE iterator begin() { return iterator(&state, first, last); }
	BPF_INLINE end_of_loop end() { return {}; }

private:
	int first, last;
	bpf_iter_num___cxx state;
};

// Tasks of the kernel. In programs that may sleep, under an rcu_guard.
class tasks {
public:
	enum which : unsigned {
		all_processes = 0,
		all_threads = 1,
		threads_of_process = 2, // of the given task
	};

	[[gnu::always_inline, gnu::nodebug, nodiscard]] explicit tasks(which w = all_processes, task_struct *of = nullptr)
	{
		___bpf_task_new(&state, of, w);
	}
	tasks(const tasks &) = delete;
	BPF_INLINE ~tasks() { ___bpf_task_destroy(&state); }

	class iterator {
	public:
		BPF_INLINE explicit iterator(tasks &of) : of(of), current(___bpf_task_next(&of.state)) {}
		BPF_INLINE task_struct *operator*() const { return current; }
		BPF_INLINE iterator &operator++()
		{
			current = ___bpf_task_next(&of.state);
			return *this;
		}
		BPF_INLINE bool operator!=(end_of_loop) const { return current; }

	private:
		tasks &of;
		task_struct *current;
	};

	BPF_INLINE iterator begin() { return iterator(*this); }
	BPF_INLINE end_of_loop end() { return {}; }

private:
	bpf_iter_task___cxx state;
};

namespace detail {
template <class Function> static long visit_number(u64 index, Function *function)
{
	return run(*function, static_cast<u32>(index));
}
template <class State, class Function> static long visit_number_with(u64 index, State *state)
{
	Function function;
	return run(function, static_cast<u32>(index), *state);
}
} // namespace detail

// Calls function(i) for i from 0 to count - 1, until it returns step::stop. Returns how often, or -E2BIG for more than 8 Mi.
template <class Function> BPF_INLINE long loop(u32 count, Function function)
{
	return detail::call<181, long>(count, &detail::visit_number<Function>, &function, u64(0));
}

// Calls function(i, state), which captures nothing: the kernel passes the state, a variable of the caller, on.
template <class State, class Function> requires (__is_empty(Function))
BPF_INLINE long loop(u32 count, State &state, Function)
{
	return detail::call<181, long>(count, &detail::visit_number_with<State, Function>, &state, u64(0));
}

} // namespace bpf

#endif
