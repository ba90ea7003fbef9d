// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// What is taken and has to be given back, on every way out of a scope.
#ifndef BPF_HELPERS_GUARD_HPP
#define BPF_HELPERS_GUARD_HPP

#include <bpf_helpers/call.hpp>

struct bpf_spin_lock;
struct bpf_sock;

extern "C" {
extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;
extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;
}

namespace bpf {

// Holds the lock of a map's value. The verifier lets no helper be called meanwhile.
class lock_guard {
public:
	[[gnu::always_inline, gnu::nodebug, nodiscard]] explicit lock_guard(struct bpf_spin_lock &lock) : lock(&lock)
	{
		detail::call<93, void>(this->lock);
	}
	lock_guard(const lock_guard &) = delete;
	BPF_INLINE ~lock_guard() { detail::call<94, void>(lock); }

private:
	struct bpf_spin_lock *lock; // which the helper of its name hides
};

// Keeps what RCU protects from being freed, in programs that may sleep. Since Linux 6.2.
class rcu_guard {
public:
	[[gnu::always_inline, gnu::nodebug, nodiscard]] rcu_guard() { bpf_rcu_read_lock(); }
	rcu_guard(const rcu_guard &) = delete;
	BPF_INLINE ~rcu_guard() { bpf_rcu_read_unlock(); }
};

// Stays on its CPU. Since Linux 6.10.
class preempt_guard {
public:
	[[gnu::always_inline, gnu::nodebug, nodiscard]] preempt_guard() { bpf_preempt_disable(); }
	preempt_guard(const preempt_guard &) = delete;
	BPF_INLINE ~preempt_guard() { bpf_preempt_enable(); }
};

// A pointer that was acquired and is released at the end of the scope: bpf::reference task(bpf_task_from_pid(1),
// [](task_struct *t) { bpf_task_release(t); }); It is null where there is nothing, and must be asked.
template <class T, class Release> class [[clang::consumable(unknown)]] reference {
public:
	BPF_INLINE explicit reference(T *pointer, Release = {}) : pointer(pointer) {}
	BPF_INLINE reference(reference &&other) : pointer(other.pointer) { other.pointer = nullptr; }
	reference &operator=(reference &&) = delete;
	BPF_INLINE ~reference()
	{
		if (pointer)
			Release()(pointer);
	}

	BPF_INLINE explicit operator bool() const { return pointer; }
	BPF_UNTIL_HANDED_OVER T &operator*() const { return *pointer; }
	BPF_UNTIL_HANDED_OVER T *operator->() const { return pointer; }

	// The pointer itself, null or not; it stays the reference's.
	BPF_INLINE T *get() const { return pointer; }

	// The pointer, which whoever takes it has to release.
	[[nodiscard, clang::set_typestate(consumed)]] BPF_INLINE T *release()
	{
		T *result = pointer;
		pointer = nullptr;
		return result;
	}

private:
	T *pointer;
};

struct release_socket {
	BPF_INLINE void operator()(bpf_sock *socket) const { detail::call<86, long>(socket); }
};

// A socket that bpf_sk_lookup_tcp() and the like have found.
using socket_reference = reference<bpf_sock, release_socket>;

} // namespace bpf

#endif
