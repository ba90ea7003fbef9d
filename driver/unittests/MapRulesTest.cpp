//===- MapRulesTest.cpp ---------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the running kernel cannot be asked: older kernels, other machines.
//===----------------------------------------------------------------------===//
#include "Kernel/MapRules.h"
#include "BTF/Builder.h"
#include "Kernel/SpecialFields.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

static int judgeOn(MapRequest Request, KernelVersion Kernel) {
  Machine M;
  M.Kernel = Kernel;
  return judge(Request, M);
}

TEST(KernelVersion, IsReadFromReleases) {
  EXPECT_EQ(KernelVersion::parse("5.10"), (KernelVersion{5, 10}));
  EXPECT_EQ(KernelVersion::parse("6.1.0-35-amd64"), (KernelVersion{6, 1}));
  for (const char *Text : {"", "5", "5.", "five", "5.x", "5.10x", "-5.10", "99999.1"})
    EXPECT_EQ(KernelVersion::parse(Text), std::nullopt) << Text;
  EXPECT_LT((KernelVersion{5, 9}), (KernelVersion{5, 10}));
}

TEST(MapRules, DependOnTheKernel) {
  MapRequest Devices = {MapType::Devmap, 4, 8, 1};
  EXPECT_EQ(judgeOn(Devices, {5, 7}), 22);
  EXPECT_EQ(judgeOn(Devices, {5, 8}), 0);
  MapRequest Mapped = {MapType::Array, 4, 4, 1, 1 << 10};
  EXPECT_EQ(judgeOn(Mapped, {5, 4}), 22);
  EXPECT_EQ(judgeOn(Mapped, {5, 5}), 0);
  MapRequest Arena = {MapType::Arena, 0, 0, 1, 1 << 10};
  EXPECT_EQ(judgeOn(Arena, {6, 8}), 22);
  EXPECT_EQ(judgeOn(Arena, {6, 9}), 0);
  EXPECT_EQ(judgeOn({static_cast<MapType>(77), 4, 4, 1}, NewestKernel), 22);
  EXPECT_EQ(judgeOn({static_cast<MapType>(~0u), 4, 4, 1}, NewestKernel), 22);
}

TEST(MapRules, DependOnTheMachine) {
  Machine Large;
  Large.PageSize = 64 << 10;
  MapRequest Ring = {MapType::Ringbuf, 0, 0, 4096};
  EXPECT_EQ(judge(Ring, {}), 0);
  EXPECT_EQ(judge(Ring, Large), 22);
  Machine Small;
  Small.MaxCpus = 4;
  EXPECT_EQ(judge({MapType::Cpumap, 4, 4, 5}, Small), 7);
  EXPECT_EQ(judge({MapType::Cpumap, 4, 4, 4}, Small), 0);
  Small.MaxStackDepth = 10;
  EXPECT_EQ(judge({MapType::StackTrace, 4, 88, 1}, Small), 22);
  EXPECT_EQ(judge({MapType::StackTrace, 4, 80, 1}, Small), 0);
}

TEST(MapRules, EachTypeIsAcceptedInSomeForm) {
  for (uint32_t Number = 1; Number <= static_cast<uint32_t>(MapType::Arena); ++Number) {
    bool IsJudged = llvm::any_of(mapRules(), [&](const MapRule &Rule) {
      return Rule.Types.contains(static_cast<MapType>(Number)) && !Rule.Types.isAll();
    });
    EXPECT_TRUE(IsJudged) << Number;
    EXPECT_NE(firstKernel(static_cast<MapType>(Number)), KernelVersion()) << Number;
  }
}

TEST(MapRules, NameFlags) {
  EXPECT_EQ(flagNames(0), "0");
  EXPECT_EQ(flagNames(1 | 8), "BPF_F_NO_PREALLOC | BPF_F_RDONLY");
  EXPECT_EQ(flagNames(1 | uint64_t(1) << 30), "BPF_F_NO_PREALLOC | 0x40000000");
}

namespace {
/// struct value { struct outer { struct bpf_timer timer; } inner; }
struct NestedTimer {
  NestedTimer() {
    btf::Builder B;
    uint32_t Long = B.addInt("u64", 8);
    uint32_t Timer = B.addRecord(btf::Kind::Struct, "bpf_timer", 16, {{"a", Long, 0}, {"b", Long, 64}});
    uint32_t Outer = B.addRecord(btf::Kind::Struct, "outer", 16, {{"timer", Timer, 0}});
    Value = B.addRecord(btf::Kind::Struct, "value", 24, {{"before", Long, 0}, {"inner", Outer, 64}});
    Bytes = B.finish();
    Types = llvm::cantFail(btf::BTF::parse(Bytes, "x.o"));
  }
  std::string Bytes;
  std::optional<btf::BTF> Types;
  uint32_t Value;
};
} // namespace

TEST(SpecialFields, AreLookedForInsideSinceLinux611) {
  NestedTimer N;
  EXPECT_TRUE(scanSpecialFields(*N.Types, N.Value, {6, 10}).Fields.empty());
  std::vector<FoundField> Found = scanSpecialFields(*N.Types, N.Value, {6, 11}).Fields;
  ASSERT_EQ(Found.size(), 1u);
  EXPECT_EQ(Found[0].Field->Name, "bpf_timer");
  EXPECT_EQ(Found[0].Offset, 8u);
  EXPECT_TRUE(scanSpecialFields(*N.Types, 0, {6, 11}).Fields.empty());
  EXPECT_TRUE(scanSpecialFields(*N.Types, 1000, {6, 11}).Fields.empty());
}

TEST(SpecialFields, LimitWhatAMapTypeTakes) {
  NestedTimer N;
  MapRequest R = {MapType::PercpuArray, 4, 24, 1};
  R.Types = &*N.Types;
  R.KeyType = 1; // of the wrong size, which is the first rule that is broken
  R.ValueType = N.Value;
  EXPECT_EQ(judgeOn(R, NewestKernel), 22);
  R.Type = MapType::BloomFilter;
  R.KeySize = R.KeyType = 0;
  EXPECT_EQ(judgeOn(R, NewestKernel), 95);
  EXPECT_EQ(judgeOn(R, {6, 10}), 0);
}
