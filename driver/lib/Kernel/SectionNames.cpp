//===- SectionNames.cpp - what SEC() names stand for ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table follows section_defs[] of libbpf, up to version 1.7.
//===----------------------------------------------------------------------===//
#include "Kernel/SectionNames.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

static constexpr auto Exact = SectionMatch::Exact;
static constexpr auto Target = SectionMatch::ExactOrTarget;

static constexpr SectionName Table[] = {
    {"socket", Exact, "socket_filter", false},
    {"sk_reuseport/migrate", Exact, "sk_reuseport", false},
    {"sk_reuseport", Exact, "sk_reuseport", false},
    {"kprobe", Target, "kprobe", true},
    {"uprobe", Target, "kprobe", true},
    {"uprobe.s", Target, "kprobe", true},
    {"kretprobe", Target, "kprobe", true},
    {"uretprobe", Target, "kprobe", true},
    {"uretprobe.s", Target, "kprobe", true},
    {"kprobe.multi", Target, "kprobe", true},
    {"kretprobe.multi", Target, "kprobe", true},
    {"kprobe.session", Target, "kprobe", true},
    {"uprobe.multi", Target, "kprobe", true},
    {"uretprobe.multi", Target, "kprobe", true},
    {"uprobe.session", Target, "kprobe", true},
    {"uprobe.multi.s", Target, "kprobe", true},
    {"uretprobe.multi.s", Target, "kprobe", true},
    {"uprobe.session.s", Target, "kprobe", true},
    {"ksyscall", Target, "kprobe", true},
    {"kretsyscall", Target, "kprobe", true},
    {"usdt", Target, "kprobe", true},
    {"usdt.s", Target, "kprobe", true},
    {"tc/ingress", Exact, "sched_cls", false},
    {"tc/egress", Exact, "sched_cls", false},
    {"tcx/ingress", Exact, "sched_cls", false},
    {"tcx/egress", Exact, "sched_cls", false},
    {"tc", Exact, "sched_cls", false},
    {"classifier", Exact, "sched_cls", false},
    {"action", Exact, "sched_act", false},
    {"netkit/primary", Exact, "sched_cls", false},
    {"netkit/peer", Exact, "sched_cls", false},
    {"tracepoint", Target, "tracepoint", true},
    {"tp", Target, "tracepoint", true},
    {"tracepoint.s", Target, "tracepoint", true},
    {"tp.s", Target, "tracepoint", true},
    {"raw_tracepoint", Target, "raw_tracepoint", true},
    {"raw_tp", Target, "raw_tracepoint", true},
    {"raw_tracepoint.s", Target, "raw_tracepoint", true},
    {"raw_tp.s", Target, "raw_tracepoint", true},
    {"raw_tracepoint.w", Target, "raw_tracepoint_writable", true},
    {"raw_tp.w", Target, "raw_tracepoint_writable", true},
    {"tp_btf", Target, "tracing", true},
    {"tp_btf.s", Target, "tracing", true},
    {"fentry", Target, "tracing", true},
    {"fmod_ret", Target, "tracing", true},
    {"fexit", Target, "tracing", true},
    {"fentry.s", Target, "tracing", true},
    {"fmod_ret.s", Target, "tracing", true},
    {"fexit.s", Target, "tracing", true},
    {"fsession", Target, "tracing", true},
    {"fsession.s", Target, "tracing", true},
    {"fsession.multi", Target, "tracing", true},
    {"fsession.multi.s", Target, "tracing", true},
    {"fentry.multi", Target, "tracing", true},
    {"fexit.multi", Target, "tracing", true},
    {"fentry.multi.s", Target, "tracing", true},
    {"fexit.multi.s", Target, "tracing", true},
    {"freplace", Target, "ext", true},
    {"lsm", Target, "lsm", true},
    {"lsm.s", Target, "lsm", true},
    {"lsm_cgroup", Target, "lsm", false},
    {"iter", Target, "tracing", true},
    {"iter.s", Target, "tracing", true},
    {"syscall", Exact, "syscall", false},
    {"xdp.frags/devmap", Exact, "xdp", false},
    {"xdp/devmap", Exact, "xdp", false},
    {"xdp.frags/cpumap", Exact, "xdp", false},
    {"xdp/cpumap", Exact, "xdp", false},
    {"xdp.frags", Exact, "xdp", false},
    {"xdp", Exact, "xdp", false},
    {"perf_event", Exact, "perf_event", false},
    {"lwt_in", Exact, "lwt_in", false},
    {"lwt_out", Exact, "lwt_out", false},
    {"lwt_xmit", Exact, "lwt_xmit", false},
    {"lwt_seg6local", Exact, "lwt_seg6local", false},
    {"sockops", Exact, "sock_ops", false},
    {"sk_skb/stream_parser", Exact, "sk_skb", false},
    {"sk_skb/stream_verdict", Exact, "sk_skb", false},
    {"sk_skb/verdict", Exact, "sk_skb", false},
    {"sk_skb", Exact, "sk_skb", false},
    {"sk_msg", Exact, "sk_msg", false},
    {"lirc_mode2", Exact, "lirc_mode2", false},
    {"flow_dissector", Exact, "flow_dissector", false},
    {"cgroup_skb/ingress", Exact, "cgroup_skb", false},
    {"cgroup_skb/egress", Exact, "cgroup_skb", false},
    {"cgroup/skb", Exact, "cgroup_skb", false},
    {"cgroup/sock_create", Exact, "cgroup_sock", false},
    {"cgroup/sock_release", Exact, "cgroup_sock", false},
    {"cgroup/sock", Exact, "cgroup_sock", false},
    {"cgroup/post_bind4", Exact, "cgroup_sock", false},
    {"cgroup/post_bind6", Exact, "cgroup_sock", false},
    {"cgroup/bind4", Exact, "cgroup_sock_addr", false},
    {"cgroup/bind6", Exact, "cgroup_sock_addr", false},
    {"cgroup/connect4", Exact, "cgroup_sock_addr", false},
    {"cgroup/connect6", Exact, "cgroup_sock_addr", false},
    {"cgroup/connect_unix", Exact, "cgroup_sock_addr", false},
    {"cgroup/sendmsg4", Exact, "cgroup_sock_addr", false},
    {"cgroup/sendmsg6", Exact, "cgroup_sock_addr", false},
    {"cgroup/sendmsg_unix", Exact, "cgroup_sock_addr", false},
    {"cgroup/recvmsg4", Exact, "cgroup_sock_addr", false},
    {"cgroup/recvmsg6", Exact, "cgroup_sock_addr", false},
    {"cgroup/recvmsg_unix", Exact, "cgroup_sock_addr", false},
    {"cgroup/getpeername4", Exact, "cgroup_sock_addr", false},
    {"cgroup/getpeername6", Exact, "cgroup_sock_addr", false},
    {"cgroup/getpeername_unix", Exact, "cgroup_sock_addr", false},
    {"cgroup/getsockname4", Exact, "cgroup_sock_addr", false},
    {"cgroup/getsockname6", Exact, "cgroup_sock_addr", false},
    {"cgroup/getsockname_unix", Exact, "cgroup_sock_addr", false},
    {"cgroup/sysctl", Exact, "cgroup_sysctl", false},
    {"cgroup/getsockopt", Exact, "cgroup_sockopt", false},
    {"cgroup/setsockopt", Exact, "cgroup_sockopt", false},
    {"cgroup/dev", Exact, "cgroup_device", false},
    {"struct_ops", Target, "struct_ops", false},
    {"struct_ops.s", Target, "struct_ops", false},
    {"sk_lookup", Exact, "sk_lookup", false},
    {"netfilter", Exact, "netfilter", false},
};

ArrayRef<SectionName> sectionNames() {
  return Table;
}

const SectionName *findSectionName(StringRef Section) {
  Section.consume_front("?");
  const auto *It = find_if(Table, [Section](const SectionName &Known) {
    StringRef Rest = Section;
    if (!Rest.consume_front(Known.Name))
      return false;
    return Rest.empty() || (Known.Match == SectionMatch::ExactOrTarget && Rest.starts_with("/"));
  });
  return It == std::end(Table) ? nullptr : It;
}

StringRef nearestSectionName(StringRef Section) {
  Section.consume_front("?");
  // A target behind the slash is the user's own word: only the part before it can be misspelt.
  auto Distance = [&](const SectionName &Known) {
    StringRef Word = Known.Match == SectionMatch::Exact ? Section : Section.split('/').first;
    return Word.edit_distance(Known.Name, /*AllowReplacements=*/true, /*MaxEditDistance=*/2);
  };
  const auto *Best = std::min_element(std::begin(Table), std::end(Table),
                                      [&](const auto &A, const auto &B) { return Distance(A) < Distance(B); });
  return Distance(*Best) <= 2 ? StringRef(Best->Name) : StringRef();
}

} // namespace bpfbuild
