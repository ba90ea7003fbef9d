// Sixty programs of several types in one object.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

u64 hits[64];

#define FILTER(name, number) \
	int name(struct __sk_buff *skb) \
	{ \
		__sync_fetch_and_add(&hits[number], skb->len); \
		return 0; \
	}

#define TRACEPOINT(name, number) \
	int name(void *ctx) \
	{ \
		struct task_struct *task = (struct task_struct *)bpf_get_current_task(); \
		__sync_fetch_and_add(&hits[number], BPF_CORE_READ(task, tgid) != 0); \
		return 0; \
	}

SEC("tp/sched/sched_switch") TRACEPOINT(on_sched_switch_0, 0)
SEC("tp/sched/sched_wakeup") TRACEPOINT(on_sched_wakeup_0, 1)
SEC("tp/sched/sched_process_exit") TRACEPOINT(on_sched_process_exit_0, 2)
SEC("tp/sched/sched_process_fork") TRACEPOINT(on_sched_process_fork_0, 3)
SEC("tp/irq/softirq_entry") TRACEPOINT(on_softirq_entry_0, 4)
SEC("tp/irq/softirq_exit") TRACEPOINT(on_softirq_exit_0, 5)
SEC("tp/timer/timer_start") TRACEPOINT(on_timer_start_0, 6)
SEC("tp/workqueue/workqueue_execute_start") TRACEPOINT(on_workqueue_execute_start_0, 7)
SEC("tp/skb/kfree_skb") TRACEPOINT(on_kfree_skb_0, 8)
SEC("tp/net/netif_rx") TRACEPOINT(on_netif_rx_0, 9)
SEC("tp/raw_syscalls/sys_enter") TRACEPOINT(on_sys_enter_0, 10)
SEC("tp/raw_syscalls/sys_exit") TRACEPOINT(on_sys_exit_0, 11)
SEC("tp/sched/sched_switch") TRACEPOINT(on_sched_switch_1, 12)
SEC("tp/sched/sched_wakeup") TRACEPOINT(on_sched_wakeup_1, 13)
SEC("tp/sched/sched_process_exit") TRACEPOINT(on_sched_process_exit_1, 14)
SEC("tp/sched/sched_process_fork") TRACEPOINT(on_sched_process_fork_1, 15)
SEC("tp/irq/softirq_entry") TRACEPOINT(on_softirq_entry_1, 16)
SEC("tp/irq/softirq_exit") TRACEPOINT(on_softirq_exit_1, 17)
SEC("tp/timer/timer_start") TRACEPOINT(on_timer_start_1, 18)
SEC("tp/workqueue/workqueue_execute_start") TRACEPOINT(on_workqueue_execute_start_1, 19)
SEC("tp/skb/kfree_skb") TRACEPOINT(on_kfree_skb_1, 20)
SEC("tp/net/netif_rx") TRACEPOINT(on_netif_rx_1, 21)
SEC("tp/raw_syscalls/sys_enter") TRACEPOINT(on_sys_enter_1, 22)
SEC("tp/raw_syscalls/sys_exit") TRACEPOINT(on_sys_exit_1, 23)
SEC("tp/sched/sched_switch") TRACEPOINT(on_sched_switch_2, 24)
SEC("tp/sched/sched_wakeup") TRACEPOINT(on_sched_wakeup_2, 25)
SEC("tp/sched/sched_process_exit") TRACEPOINT(on_sched_process_exit_2, 26)
SEC("tp/sched/sched_process_fork") TRACEPOINT(on_sched_process_fork_2, 27)
SEC("tp/irq/softirq_entry") TRACEPOINT(on_softirq_entry_2, 28)
SEC("tp/irq/softirq_exit") TRACEPOINT(on_softirq_exit_2, 29)
SEC("tp/timer/timer_start") TRACEPOINT(on_timer_start_2, 30)
SEC("tp/workqueue/workqueue_execute_start") TRACEPOINT(on_workqueue_execute_start_2, 31)
SEC("tp/skb/kfree_skb") TRACEPOINT(on_kfree_skb_2, 32)
SEC("tp/net/netif_rx") TRACEPOINT(on_netif_rx_2, 33)
SEC("tp/raw_syscalls/sys_enter") TRACEPOINT(on_sys_enter_2, 34)
SEC("tp/raw_syscalls/sys_exit") TRACEPOINT(on_sys_exit_2, 35)
SEC("tp/sched/sched_switch") TRACEPOINT(on_sched_switch_3, 36)
SEC("tp/sched/sched_wakeup") TRACEPOINT(on_sched_wakeup_3, 37)
SEC("tp/sched/sched_process_exit") TRACEPOINT(on_sched_process_exit_3, 38)
SEC("tp/sched/sched_process_fork") TRACEPOINT(on_sched_process_fork_3, 39)
SEC("tp/irq/softirq_entry") TRACEPOINT(on_softirq_entry_3, 40)
SEC("tp/irq/softirq_exit") TRACEPOINT(on_softirq_exit_3, 41)
SEC("tp/timer/timer_start") TRACEPOINT(on_timer_start_3, 42)
SEC("tp/workqueue/workqueue_execute_start") TRACEPOINT(on_workqueue_execute_start_3, 43)
SEC("tp/skb/kfree_skb") TRACEPOINT(on_kfree_skb_3, 44)
SEC("tp/net/netif_rx") TRACEPOINT(on_netif_rx_3, 45)
SEC("tp/raw_syscalls/sys_enter") TRACEPOINT(on_sys_enter_3, 46)
SEC("tp/raw_syscalls/sys_exit") TRACEPOINT(on_sys_exit_3, 47)
SEC("socket") FILTER(filter_0, 48)
SEC("socket") FILTER(filter_1, 49)
SEC("socket") FILTER(filter_2, 50)
SEC("socket") FILTER(filter_3, 51)
SEC("socket") FILTER(filter_4, 52)
SEC("socket") FILTER(filter_5, 53)
SEC("socket") FILTER(filter_6, 54)
SEC("socket") FILTER(filter_7, 55)
SEC("socket") FILTER(filter_8, 56)
SEC("socket") FILTER(filter_9, 57)
SEC("socket") FILTER(filter_10, 58)
SEC("socket") FILTER(filter_11, 59)

char LICENSE[] SEC("license") = "GPL";
