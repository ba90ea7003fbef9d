// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// BPF programs in C++20: typed maps, records that cannot leak, CO-RE reads, contexts, packets, loops.
//
//     #include "vmlinux.h"
//     #include <bpf_helpers/bpf.hpp>
//
//     struct event { pid_t pid; char comm[16]; };
//     bpf::ringbuf<256 * 1024> events;
//
//     SEC("tp/sched/sched_process_exec") int handle_exec(void *)
//     {
//         auto event = events.reserve<::event>();
//         if (!event)
//             return 0;
//         event->pid = bpf::current_pid();
//         bpf::current_comm(event->comm);
//         event.submit();
//         return 0;
//     }
//
// It works with vmlinux.h, with the headers of linux/, or with neither, costs no instruction over the same in C, and goes
// with the macros of bpf_helpers.h, bpf_core_read.h and bpf_tracing.h.
#ifndef BPF_HELPERS_BPF_HPP
#define BPF_HELPERS_BPF_HPP

#if __cplusplus < 202002L
#error "bpf_helpers/bpf.hpp needs C++20 or later"
#endif

#include <bpf/bpf_helpers.h>

#include <bpf_helpers/map.hpp>
#include <bpf_helpers/map_types.hpp>

#include <bpf_helpers/context.hpp>
#include <bpf_helpers/core.hpp>
#include <bpf_helpers/guard.hpp>
#include <bpf_helpers/loop.hpp>
#include <bpf_helpers/packet.hpp>
#include <bpf_helpers/print.hpp>
#include <bpf_helpers/timer.hpp>
#include <bpf_helpers/probe.hpp>

#endif
