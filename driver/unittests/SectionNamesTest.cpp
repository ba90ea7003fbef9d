//===- SectionNamesTest.cpp -----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/SectionNames.h"
#include "Kernel/MapTypes.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

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
