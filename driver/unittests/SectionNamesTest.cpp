//===- SectionNamesTest.cpp -----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/SectionNames.h"
#include "Kernel/MapTypes.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

TEST(SectionNames, Targets) {
  for (llvm::StringRef Right :
       {"xdp", "tp/sched/sched_switch", "?tracepoint/irq/irq_handler_entry", "kprobe", "kprobe/do_unlinkat",
        "kprobe/do_unlinkat.isra.0+0x10", "kretprobe/vfs_read", "kprobe.multi/vfs_*", "kprobe.session/tcp_?",
        "raw_tp/sys_enter", "uprobe//bin/sh:main+8", "uprobe.s/libc.so.6:malloc", "usdt//bin/sh:provider:name",
        "ksyscall/openat", "fentry/anything at all", "cgroup/connect4"})
    EXPECT_EQ(wantedTarget(Right), "") << Right.str();
  EXPECT_EQ(wantedTarget("tp/sched_switch"), "CATEGORY/NAME");
  EXPECT_EQ(wantedTarget("tp/sched/sched/switch"), "CATEGORY/NAME");
  EXPECT_EQ(wantedTarget("tracepoint/"), "CATEGORY/NAME");
  EXPECT_EQ(wantedTarget("raw_tp/sched/sched_switch"), "NAME");
  EXPECT_EQ(wantedTarget("kprobe/do unlinkat"), "FUNCTION or FUNCTION+OFFSET");
  EXPECT_EQ(wantedTarget("kprobe/do_unlinkat+x"), "FUNCTION or FUNCTION+OFFSET");
  EXPECT_EQ(wantedTarget("kretprobe/do_unlinkat+4"), "FUNCTION");
  EXPECT_EQ(wantedTarget("kprobe.multi/a,b"), "PATTERN");
  EXPECT_EQ(wantedTarget("uprobe//bin/sh"), "PATH:FUNCTION");
  EXPECT_EQ(wantedTarget("uprobe/:main"), "PATH:FUNCTION");
  EXPECT_EQ(wantedTarget("usdt//bin/sh:name"), "PATH:PROVIDER:NAME");
}

TEST(SectionNames, AreFoundAsLibbpfFindsThem) {
  EXPECT_EQ(findSectionName("xdp")->ProgramType, "xdp");
  EXPECT_EQ(findSectionName("xdp.frags")->Name, "xdp.frags");
  EXPECT_EQ(findSectionName("kprobe/do_exit")->Name, "kprobe");
  EXPECT_EQ(findSectionName("kprobe.multi/tcp_*")->Name, "kprobe.multi");
  EXPECT_EQ(findSectionName("?tp/sched/sched_switch")->Name, "tp");
  EXPECT_EQ(findSectionName("fentry.s/x")->ProgramType, "tracing");
  EXPECT_EQ(findSectionName("cgroup_skb/ingress")->ProgramType, "cgroup_skb");
  EXPECT_TRUE(findSectionName("tp_btf/x")->CanAutoAttach);
  EXPECT_FALSE(findSectionName("xdp")->CanAutoAttach);
  for (const char *Unknown : {"", "xdp/eth0", "xdpx", "kprobes/x", "kprobe.", "cgroup_skb", "maps"})
    EXPECT_EQ(findSectionName(Unknown), nullptr) << Unknown;
}

TEST(SectionNames, SuggestWhatWasMeant) {
  EXPECT_EQ(nearestSectionName("kprob/do_exit"), "kprobe");
  EXPECT_EQ(nearestSectionName("cgroup_skb/ingres"), "cgroup_skb/ingress");
  EXPECT_EQ(nearestSectionName("something/else"), "");
}

TEST(MapTypes, HaveTheKernelsNames) {
  EXPECT_EQ(mapTypeName(MapType::Hash), "hash");
  EXPECT_EQ(mapTypeName(MapType::Ringbuf), "ringbuf");
  EXPECT_EQ(mapTypeName(MapType::InsnArray), "insn_array");
  EXPECT_EQ(mapTypeName(MapType(999)), "");
}
