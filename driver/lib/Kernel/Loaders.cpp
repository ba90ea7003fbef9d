//===- Loaders.cpp - who loads an object ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/Loaders.h"
#include "Kernel/SectionNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace bpfbuild {

std::optional<Loader> parseLoader(StringRef Name) {
  return StringSwitch<std::optional<Loader>>(Name)
      .Case("libbpf", Loader::Libbpf)
      .Case("ebpf-go", Loader::EbpfGo)
      .Case("iproute2", Loader::Iproute2)
      .Case("aya", Loader::Aya)
      .Default(std::nullopt);
}

StringRef toString(Loader L) {
  switch (L) {
  case Loader::Libbpf:
    return "libbpf";
  case Loader::EbpfGo:
    return "ebpf-go";
  case Loader::Iproute2:
    return "iproute2";
  case Loader::Aya:
    return "aya";
  }
  llvm_unreachable("all loaders are handled");
}

/// ebpf-go has libbpf's names, but takes what only begins with one that has no target.
static bool isOfEbpfGo(StringRef Section) {
  return findSectionName(Section) || any_of(sectionNames(), [Section](const SectionName &Known) {
           return Known.Match == SectionMatch::Exact && Section.starts_with(Known.Name);
         });
}

/// The first words of aya's section names; what stands behind the slash is a target, or the form of the type.
static constexpr StringLiteral AyaWords[] = {
    "kprobe",      "kretprobe",      "uprobe",     "uprobe.s",   "uretprobe",  "uretprobe.s", "xdp",
    "xdp.frags",   "tp_btf",         "tracepoint", "tp",         "socket",     "sk_msg",      "sk_skb",
    "sockops",     "classifier",     "tc",         "cgroup_skb", "cgroup",     "lirc_mode2",  "perf_event",
    "raw_tp",      "raw_tracepoint", "lsm",        "lsm.s",      "lsm_cgroup", "fentry",      "fentry.s",
    "fexit",       "fexit.s",        "freplace",   "sk_lookup",  "iter",       "iter.s",      "flow_dissector",
    "sk_reuseport"};

bool knowsSection(Loader L, StringRef Section) {
  Section.consume_front("?");
  switch (L) {
  case Loader::Libbpf:
    return findSectionName(Section);
  case Loader::EbpfGo:
    return isOfEbpfGo(Section);
  case Loader::Aya:
    return is_contained(AyaWords, Section.split('/').first);
  case Loader::Iproute2: // the command line says which section, and of which type it is
    return true;
  }
  llvm_unreachable("all loaders are handled");
}

bool readsLegacyMaps(Loader L) {
  return L != Loader::Libbpf;
}

bool setsSizes(Loader L, MapType Type) {
  return (L == Loader::EbpfGo || L == Loader::Aya) && (Ringbufs.contains(Type) || Type == MapType::PerfEventArray);
}

} // namespace bpfbuild
