//===- SectionNames.cpp - what SEC() names stand for ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table follows section_defs[] of libbpf, up to version 1.7; the releases are those of the kernel that
// first took such a program.
//===----------------------------------------------------------------------===//
#include "Kernel/SectionNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

static constexpr auto Exact = SectionMatch::Exact;
static constexpr auto Target = SectionMatch::ExactOrTarget;

static constexpr SectionName Table[] = {
    {"socket", Exact, "socket_filter", false, {3, 19}},
    {"sk_reuseport/migrate", Exact, "sk_reuseport", false, {5, 14}},
    {"sk_reuseport", Exact, "sk_reuseport", false, {4, 19}},
    {"kprobe", Target, "kprobe", true, {4, 1}},
    {"uprobe", Target, "kprobe", true, {4, 1}},
    {"uprobe.s", Target, "kprobe", true, {6, 0}},
    {"kretprobe", Target, "kprobe", true, {4, 1}},
    {"uretprobe", Target, "kprobe", true, {4, 1}},
    {"uretprobe.s", Target, "kprobe", true, {6, 0}},
    {"kprobe.multi", Target, "kprobe", true, {5, 18}},
    {"kretprobe.multi", Target, "kprobe", true, {5, 18}},
    {"kprobe.session", Target, "kprobe", true, {6, 10}},
    {"uprobe.multi", Target, "kprobe", true, {6, 6}},
    {"uretprobe.multi", Target, "kprobe", true, {6, 6}},
    {"uprobe.session", Target, "kprobe", true, {6, 13}},
    {"uprobe.multi.s", Target, "kprobe", true, {6, 6}},
    {"uretprobe.multi.s", Target, "kprobe", true, {6, 6}},
    {"uprobe.session.s", Target, "kprobe", true, {6, 13}},
    {"ksyscall", Target, "kprobe", true, {4, 1}},
    {"kretsyscall", Target, "kprobe", true, {4, 1}},
    {"usdt", Target, "kprobe", true, {4, 1}},
    {"usdt.s", Target, "kprobe", true, {6, 6}},
    {"tc/ingress", Exact, "sched_cls", false, {6, 6}},
    {"tc/egress", Exact, "sched_cls", false, {6, 6}},
    {"tcx/ingress", Exact, "sched_cls", false, {6, 6}},
    {"tcx/egress", Exact, "sched_cls", false, {6, 6}},
    {"tc", Exact, "sched_cls", false, {4, 1}},
    {"classifier", Exact, "sched_cls", false, {4, 1}},
    {"action", Exact, "sched_act", false, {4, 1}},
    {"netkit/primary", Exact, "sched_cls", false, {6, 7}},
    {"netkit/peer", Exact, "sched_cls", false, {6, 7}},
    {"tracepoint", Target, "tracepoint", true, {4, 7}},
    {"tp", Target, "tracepoint", true, {4, 7}},
    {"tracepoint.s", Target, "tracepoint", true, {7, 1}},
    {"tp.s", Target, "tracepoint", true, {7, 1}},
    {"raw_tracepoint", Target, "raw_tracepoint", true, {4, 17}},
    {"raw_tp", Target, "raw_tracepoint", true, {4, 17}},
    {"raw_tracepoint.s", Target, "raw_tracepoint", true, {7, 1}},
    {"raw_tp.s", Target, "raw_tracepoint", true, {7, 1}},
    {"raw_tracepoint.w", Target, "raw_tracepoint_writable", true, {5, 2}},
    {"raw_tp.w", Target, "raw_tracepoint_writable", true, {5, 2}},
    {"tp_btf", Target, "tracing", true, {5, 5}},
    {"tp_btf.s", Target, "tracing", true, {7, 1}},
    {"fentry", Target, "tracing", true, {5, 5}},
    {"fmod_ret", Target, "tracing", true, {5, 7}},
    {"fexit", Target, "tracing", true, {5, 5}},
    {"fentry.s", Target, "tracing", true, {5, 10}},
    {"fmod_ret.s", Target, "tracing", true, {5, 10}},
    {"fexit.s", Target, "tracing", true, {5, 10}},
    {"fsession", Target, "tracing", true, {7, 0}},
    {"fsession.s", Target, "tracing", true, {7, 0}},
    {"fsession.multi", Target, "tracing", true, {7, 1}},
    {"fsession.multi.s", Target, "tracing", true, {7, 1}},
    {"fentry.multi", Target, "tracing", true, {7, 1}},
    {"fexit.multi", Target, "tracing", true, {7, 1}},
    {"fentry.multi.s", Target, "tracing", true, {7, 1}},
    {"fexit.multi.s", Target, "tracing", true, {7, 1}},
    {"freplace", Target, "ext", true, {5, 6}},
    {"lsm", Target, "lsm", true, {5, 7}},
    {"lsm.s", Target, "lsm", true, {5, 10}},
    {"lsm_cgroup", Target, "lsm", false, {6, 0}},
    {"iter", Target, "tracing", true, {5, 8}},
    {"iter.s", Target, "tracing", true, {5, 18}},
    {"syscall", Exact, "syscall", false, {5, 14}},
    {"xdp.frags/devmap", Exact, "xdp", false, {5, 18}},
    {"xdp/devmap", Exact, "xdp", false, {5, 8}},
    {"xdp.frags/cpumap", Exact, "xdp", false, {5, 18}},
    {"xdp/cpumap", Exact, "xdp", false, {5, 9}},
    {"xdp.frags", Exact, "xdp", false, {5, 18}},
    {"xdp", Exact, "xdp", false, {4, 8}},
    {"perf_event", Exact, "perf_event", false, {4, 9}},
    {"lwt_in", Exact, "lwt_in", false, {4, 10}},
    {"lwt_out", Exact, "lwt_out", false, {4, 10}},
    {"lwt_xmit", Exact, "lwt_xmit", false, {4, 10}},
    {"lwt_seg6local", Exact, "lwt_seg6local", false, {4, 18}},
    {"sockops", Exact, "sock_ops", false, {4, 13}},
    {"sk_skb/stream_parser", Exact, "sk_skb", false, {4, 14}},
    {"sk_skb/stream_verdict", Exact, "sk_skb", false, {4, 14}},
    {"sk_skb/verdict", Exact, "sk_skb", false, {4, 14}},
    {"sk_skb", Exact, "sk_skb", false, {4, 14}},
    {"sk_msg", Exact, "sk_msg", false, {4, 17}},
    {"lirc_mode2", Exact, "lirc_mode2", false, {4, 18}},
    {"flow_dissector", Exact, "flow_dissector", false, {4, 20}},
    {"cgroup_skb/ingress", Exact, "cgroup_skb", false, {4, 10}},
    {"cgroup_skb/egress", Exact, "cgroup_skb", false, {4, 10}},
    {"cgroup/skb", Exact, "cgroup_skb", false, {4, 10}},
    {"cgroup/sock_create", Exact, "cgroup_sock", false, {4, 10}},
    {"cgroup/sock_release", Exact, "cgroup_sock", false, {5, 9}},
    {"cgroup/sock", Exact, "cgroup_sock", false, {4, 10}},
    {"cgroup/post_bind4", Exact, "cgroup_sock", false, {4, 17}},
    {"cgroup/post_bind6", Exact, "cgroup_sock", false, {4, 17}},
    {"cgroup/bind4", Exact, "cgroup_sock_addr", false, {4, 17}},
    {"cgroup/bind6", Exact, "cgroup_sock_addr", false, {4, 17}},
    {"cgroup/connect4", Exact, "cgroup_sock_addr", false, {4, 17}},
    {"cgroup/connect6", Exact, "cgroup_sock_addr", false, {4, 17}},
    {"cgroup/connect_unix", Exact, "cgroup_sock_addr", false, {6, 7}},
    {"cgroup/sendmsg4", Exact, "cgroup_sock_addr", false, {4, 18}},
    {"cgroup/sendmsg6", Exact, "cgroup_sock_addr", false, {4, 18}},
    {"cgroup/sendmsg_unix", Exact, "cgroup_sock_addr", false, {6, 7}},
    {"cgroup/recvmsg4", Exact, "cgroup_sock_addr", false, {5, 2}},
    {"cgroup/recvmsg6", Exact, "cgroup_sock_addr", false, {5, 2}},
    {"cgroup/recvmsg_unix", Exact, "cgroup_sock_addr", false, {6, 7}},
    {"cgroup/getpeername4", Exact, "cgroup_sock_addr", false, {5, 8}},
    {"cgroup/getpeername6", Exact, "cgroup_sock_addr", false, {5, 8}},
    {"cgroup/getpeername_unix", Exact, "cgroup_sock_addr", false, {6, 7}},
    {"cgroup/getsockname4", Exact, "cgroup_sock_addr", false, {5, 8}},
    {"cgroup/getsockname6", Exact, "cgroup_sock_addr", false, {5, 8}},
    {"cgroup/getsockname_unix", Exact, "cgroup_sock_addr", false, {6, 7}},
    {"cgroup/sysctl", Exact, "cgroup_sysctl", false, {5, 2}},
    {"cgroup/getsockopt", Exact, "cgroup_sockopt", false, {5, 3}},
    {"cgroup/setsockopt", Exact, "cgroup_sockopt", false, {5, 3}},
    {"cgroup/dev", Exact, "cgroup_device", false, {4, 15}},
    {"struct_ops", Target, "struct_ops", false, {5, 6}},
    {"struct_ops.s", Target, "struct_ops", false, {6, 3}},
    {"sk_lookup", Exact, "sk_lookup", false, {5, 9}},
    {"netfilter", Exact, "netfilter", false, {6, 4}},
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

//===----------------------------------------------------------------------===//
// Names before libbpf 1.0
//===----------------------------------------------------------------------===//

namespace {
struct OldBeginning {
  StringLiteral Beginning, Now;
};
} // namespace

/// The entries of section_defs[] of libbpf 0.8 that need no exact match (bpf_program__set_type() and before it
/// find_sec_def() took the first that the name begins with), in its order. What a slash must follow there is today's
/// form too.
static constexpr OldBeginning OldBeginnings[] = {
    {"socket", "socket"},
    {"sk_reuseport", "sk_reuseport"},
    {"classifier", "tc"},
    {"tc", "tc"},
    {"action", "action"},
    {"xdp_devmap/", "xdp/devmap"},
    {"xdp_cpumap/", "xdp/cpumap"},
    {"xdp", "xdp"},
    {"perf_event", "perf_event"},
    {"lwt_in", "lwt_in"},
    {"lwt_out", "lwt_out"},
    {"lwt_xmit", "lwt_xmit"},
    {"lwt_seg6local", "lwt_seg6local"},
    {"cgroup_skb/ingress", "cgroup_skb/ingress"},
    {"cgroup_skb/egress", "cgroup_skb/egress"},
    {"cgroup/skb", "cgroup/skb"},
    {"cgroup/sock_create", "cgroup/sock_create"},
    {"cgroup/sock_release", "cgroup/sock_release"},
    {"cgroup/sock", "cgroup/sock"},
    {"cgroup/post_bind4", "cgroup/post_bind4"},
    {"cgroup/post_bind6", "cgroup/post_bind6"},
    {"cgroup/dev", "cgroup/dev"},
    {"sockops", "sockops"},
    {"sk_skb/stream_parser", "sk_skb/stream_parser"},
    {"sk_skb/stream_verdict", "sk_skb/stream_verdict"},
    {"sk_skb", "sk_skb"},
    {"sk_msg", "sk_msg"},
    {"lirc_mode2", "lirc_mode2"},
    {"flow_dissector", "flow_dissector"},
    {"cgroup/bind4", "cgroup/bind4"},
    {"cgroup/bind6", "cgroup/bind6"},
    {"cgroup/connect4", "cgroup/connect4"},
    {"cgroup/connect6", "cgroup/connect6"},
    {"cgroup/sendmsg4", "cgroup/sendmsg4"},
    {"cgroup/sendmsg6", "cgroup/sendmsg6"},
    {"cgroup/recvmsg4", "cgroup/recvmsg4"},
    {"cgroup/recvmsg6", "cgroup/recvmsg6"},
    {"cgroup/getpeername4", "cgroup/getpeername4"},
    {"cgroup/getpeername6", "cgroup/getpeername6"},
    {"cgroup/getsockname4", "cgroup/getsockname4"},
    {"cgroup/getsockname6", "cgroup/getsockname6"},
    {"cgroup/sysctl", "cgroup/sysctl"},
    {"cgroup/getsockopt", "cgroup/getsockopt"},
    {"cgroup/setsockopt", "cgroup/setsockopt"},
    {"sk_lookup/", "sk_lookup"},
};

StringRef currentSectionName(StringRef Section) {
  Section.consume_front("?");
  if (Section != "classifier" && findSectionName(Section))
    return "";
  const auto *It =
      find_if(OldBeginnings, [Section](const OldBeginning &B) { return Section.starts_with(B.Beginning); });
  return It == std::end(OldBeginnings) ? StringRef() : StringRef(It->Now);
}

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

static bool isWord(StringRef Text, StringRef Extra) {
  return !Text.empty() && all_of(Text, [Extra](char C) { return isAlnum(C) || C == '_' || Extra.contains(C); });
}

static bool isOffset(StringRef Text) {
  uint64_t Number;
  return !Text.getAsInteger(0, Number);
}

/// FUNCTION or FUNCTION+OFFSET.
static bool isFunction(StringRef Text) {
  auto [Name, Offset] = Text.split('+');
  return isWord(Name, ".") && (Name.size() == Text.size() || isOffset(Offset));
}

/// The parts between colons, each of which must have something.
static bool hasParts(StringRef Text, unsigned Count) {
  SmallVector<StringRef, 4> Parts;
  Text.split(Parts, ':');
  return Parts.size() == Count && none_of(Parts, [](StringRef P) { return P.empty(); });
}

/// libbpf's attach_kprobe(), attach_kprobe_multi(), attach_uprobe(), attach_usdt(), attach_tp(), attach_raw_tp() and
/// attach_ksyscall().
StringRef wantedTarget(StringRef Section) {
  Section.consume_front("?");
  auto [Word, Target] = Section.split('/');
  StringRef Base = Word.split('.').first;
  if (Word.size() == Section.size())
    return "";
  if (Base == "tp" || Base == "tracepoint")
    return hasParts(Target, 1) && Target.count('/') == 1 && !Target.starts_with("/") && !Target.ends_with("/")
               ? ""
               : "CATEGORY/NAME";
  if (Base == "raw_tp" || Base == "raw_tracepoint" || Base == "ksyscall" || Base == "kretsyscall")
    return isWord(Target, ".") ? "" : "NAME";
  if (Base == "usdt")
    return hasParts(Target, 3) ? "" : "PATH:PROVIDER:NAME";
  if (Base == "uprobe" || Base == "uretprobe")
    return hasParts(Target, 2) ? "" : "PATH:FUNCTION";
  if (Base != "kprobe" && Base != "kretprobe")
    return "";
  if (Word.contains(".multi") || Word.contains(".session"))
    return isWord(Target, ".*?") ? "" : "PATTERN";
  if (Base == "kretprobe")
    return isWord(Target, ".") ? "" : "FUNCTION";
  return isFunction(Target) ? "" : "FUNCTION or FUNCTION+OFFSET";
}

static std::string sorted(StringRef Text) {
  std::string Letters = Text.str();
  llvm::sort(Letters);
  return Letters;
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
  // "iter" is not what "filter" was meant to be, but "xdp" is what "xpd" was.
  auto IsSwapped = [&](StringRef Known) { return Section.size() == Known.size() && sorted(Section) == sorted(Known); };
  // Nor is a name with something behind it misspelt ("sk_skb1"), or one or two letters.
  if (Section.size() < 3 || Section.starts_with(Best->Name))
    return "";
  unsigned Allowed = Best->Name.size() > 4 || IsSwapped(Best->Name) ? 2 : 1;
  return Distance(*Best) <= Allowed ? StringRef(Best->Name) : StringRef();
}

} // namespace bpfbuild
