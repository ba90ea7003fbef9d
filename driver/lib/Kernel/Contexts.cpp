//===- Contexts.cpp - what programs of each type are given ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/Contexts.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

// Members data and data_meta.
static constexpr uint32_t XdpPacket[] = {0, 8};
static constexpr uint32_t SkbPacket[] = {76, 140};
static constexpr uint32_t FirstMember[] = {0};

static constexpr ProgramContext Contexts[] = {
    {"socket_filter", "__sk_buff", 192, {}},
    {"sched_cls", "__sk_buff", 192, SkbPacket},
    {"sched_act", "__sk_buff", 192, SkbPacket},
    {"cgroup_skb", "__sk_buff", 192, SkbPacket},
    {"lwt_in", "__sk_buff", 192, SkbPacket},
    {"lwt_out", "__sk_buff", 192, SkbPacket},
    {"lwt_xmit", "__sk_buff", 192, SkbPacket},
    {"lwt_seg6local", "__sk_buff", 192, SkbPacket},
    {"sk_skb", "__sk_buff", 192, SkbPacket},
    {"flow_dissector", "__sk_buff", 192, SkbPacket},
    {"xdp", "xdp_md", 24, XdpPacket},
    {"sk_msg", "sk_msg_md", 80, FirstMember},
    {"sk_reuseport", "sk_reuseport_md", 56, FirstMember},
    {"cgroup_sock", "bpf_sock", 80, {}},
    {"cgroup_sock_addr", "bpf_sock_addr", 72, {}},
    {"sock_ops", "bpf_sock_ops", 224, {}},
    {"cgroup_device", "bpf_cgroup_dev_ctx", 12, {}},
    {"cgroup_sysctl", "bpf_sysctl", 8, {}},
    {"cgroup_sockopt", "bpf_sockopt", 40, {}},
    {"sk_lookup", "bpf_sk_lookup", 72, {}},
    {"netfilter", "bpf_nf_ctx", 0, {}},
    {"kprobe", "pt_regs", 0, {}},
    {"raw_tracepoint", "bpf_raw_tracepoint_args", 0, {}},
};

const ProgramContext *findContext(StringRef ProgramType) {
  const auto *It = find_if(Contexts, [&](const ProgramContext &C) { return C.ProgramType == ProgramType; });
  return It == std::end(Contexts) ? nullptr : It;
}

bool isContext(StringRef Struct) {
  return any_of(Contexts, [&](const ProgramContext &C) { return C.Struct == Struct; });
}

bool hasPlainContext(StringRef ProgramType) {
  return is_contained({"kprobe", "tracepoint", "raw_tracepoint"}, ProgramType);
}

} // namespace bpfbuild
