//===- HelpersTest.cpp - helpers, instructions and their releases ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/Builder.h"
#include "BTF/Spelling.h"
#include "Kernel/Instruction.h"
#include "Kernel/Kfuncs.h"
#include "Kernel/SectionNames.h"
#include "Kernel/UapiHelpers.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace bpfbuild;

TEST(Helpers, AreNumberedWithoutGaps) {
  uint32_t Id = 0;
  for (const Helper &H : helpers()) {
    EXPECT_EQ(H.Id, ++Id);
    EXPECT_EQ(findHelper(H.Id), &H);
    EXPECT_EQ(findHelper(H.Name), &H);
  }
  EXPECT_EQ(Id, 211u);
  EXPECT_EQ(findHelper(0u), nullptr);
  EXPECT_EQ(findHelper(212u), nullptr);
  EXPECT_EQ(findHelper("bpf_unknown"), nullptr);
}

TEST(Helpers, TellTheRelease) {
  auto Before = [](KernelVersion V) { return [V](const Helper &H) { return H.Since <= V; }; };
  EXPECT_EQ(releaseOfHelpers(Before({5, 10})).str(), "5.10");
  EXPECT_EQ(releaseOfHelpers(Before({6, 18})).str(), "6.2");
  EXPECT_EQ(releaseOfHelpers(Before({3, 18})).str(), "0.0");
  // A backport does not make a kernel newer.
  EXPECT_EQ(
      releaseOfHelpers([](const Helper &H) { return H.Since <= KernelVersion{5, 4} || H.Name == "bpf_loop"; }).str(),
      "5.4");
}

TEST(Helpers, LineOfDeclaration) {
  EXPECT_EQ(helperOfLine("static long (*const bpf_loop)(__u32 nr_loops, void *callback_fn) ="), "bpf_loop");
  EXPECT_EQ(helperOfLine(" * Since Linux 5.17."), "");
  EXPECT_EQ(helperOfLine("static long (*const other)(void) ="), "");
}

static std::vector<Helper> parse(StringRef Line, StringSaver &Strings, StringRef Name = "bpf_new") {
  std::string Header = ("Start of BPF helper function descriptions:\n *\n * " + Line + "\n */").str();
  return helpersOf({{Name.str(), 900}}, Header, Strings);
}

TEST(UapiHelpers, TranslatesTypes) {
  BumpPtrAllocator Allocator;
  StringSaver Strings(Allocator);
  std::vector<Helper> Found =
      parse("struct xdp_buff *bpf_new(const struct bpf_map *map, u8 a, size_t n, ...)", Strings);
  ASSERT_EQ(Found.size(), 1u);
  EXPECT_EQ(Found[0].Return, "struct xdp_md *");
  EXPECT_EQ(Found[0].Parameters, "const void *map, __u8 a, unsigned long n, ...");
  EXPECT_EQ(Found[0].Id, 900u);
}

TEST(UapiHelpers, RefusesWhatIsNoDeclaration) {
  BumpPtrAllocator Allocator;
  StringSaver Strings(Allocator);
  for (StringRef Line :
       {"long bpf_new(int a", "long bpf_new(int a))", "bpf_new(void)", "long other(void)", "long bpf_new(int a = 1)",
        "long bpf_new()", "long bpf_new(int a, , int b)", "long; bpf_new(void)", "\tlong bpf_new(void)"})
    EXPECT_TRUE(parse(Line, Strings).empty()) << Line.str();
}

static const InstructionFeature *feature(uint8_t Code, int16_t Offset = 0, int32_t Imm = 0, uint8_t Src = 0) {
  Instruction I;
  I.Code = Code;
  I.Src = Src;
  I.Offset = Offset;
  I.Imm = Imm;
  return featureOf(I);
}

TEST(Instructions, NeedKernels) {
  EXPECT_EQ(feature(0xb7), nullptr);                                 // r0 = 0
  EXPECT_EQ(feature(0x15, 1), nullptr);                              // if r0 == 0
  EXPECT_EQ(feature(0x85, 0, 1), nullptr);                           // call a helper
  EXPECT_EQ(feature(0xdb, 0, 0), nullptr);                           // lock add
  EXPECT_EQ(feature(0x37, 0, 5), nullptr);                           // r0 /= 5
  EXPECT_EQ(feature(0xdc, 0, 32), nullptr);                          // be32
  EXPECT_EQ(feature(0xa5, 1)->Since, (KernelVersion{4, 14}));        // if r0 < 0
  EXPECT_EQ(feature(0x85, 0, 1, 1)->Since, (KernelVersion{4, 16}));  // call a function
  EXPECT_EQ(feature(0x16, 1)->Since, (KernelVersion{5, 1}));         // if w0 == 0
  EXPECT_EQ(feature(0x05, -2)->Since, (KernelVersion{5, 3}));        // a loop
  EXPECT_EQ(feature(0xdb, 0, 1)->Since, (KernelVersion{5, 12}));     // lock add with fetch
  EXPECT_EQ(feature(0xdb, 0, 0x50)->Since, (KernelVersion{5, 12}));  // lock and
  EXPECT_EQ(feature(0x3f, 1)->Since, (KernelVersion{6, 6}));         // s/=
  EXPECT_EQ(feature(0xbf, 8)->Since, (KernelVersion{6, 6}));         // (s8)
  EXPECT_EQ(feature(0x91)->Since, (KernelVersion{6, 6}));            // *(s8 *)
  EXPECT_EQ(feature(0xd7, 0, 16)->Since, (KernelVersion{6, 6}));     // bswap16
  EXPECT_EQ(feature(0x06, 0, 9)->Since, (KernelVersion{6, 6}));      // gotol
  EXPECT_EQ(feature(0xe5, 1)->Since, (KernelVersion{6, 9}));         // may_goto
  EXPECT_EQ(feature(0xbf, 1, 1)->Since, (KernelVersion{6, 9}));      // a cast
  EXPECT_EQ(feature(0xdb, 0, 0x100)->Since, (KernelVersion{6, 15})); // load-acquire
}

TEST(Instructions, DecodeBothOrders) {
  Instruction Little = Instruction::decode("\x7b\x1a\xf8\xff\x01\x00\x00\x00", true);
  Instruction Big = Instruction::decode("\x7b\xa1\xff\xf8\x00\x00\x00\x01", false);
  for (const Instruction &I : {Little, Big}) {
    EXPECT_EQ(I.Dst, 10);
    EXPECT_EQ(I.Src, 1);
    EXPECT_EQ(I.Offset, -8);
    EXPECT_EQ(I.Imm, 1);
  }
}

TEST(Instructions, CpuOfKernel) {
  EXPECT_EQ(cpuOf({4, 13}), "v1");
  EXPECT_EQ(cpuOf({4, 14}), "v2");
  EXPECT_EQ(cpuOf({5, 1}), "v3");
  EXPECT_EQ(cpuOf({6, 6}), "v4");
}

TEST(Kfuncs, FirstKernel) {
  EXPECT_EQ(firstKernelOfKfunc("bpf_task_acquire"), (KernelVersion{6, 2}));
  EXPECT_EQ(firstKernelOfKfunc("of_some_module"), (KernelVersion{5, 13}));
  EXPECT_TRUE(is_sorted(kfuncs(), [](const Kfunc &A, const Kfunc &B) { return A.Since < B.Since; }));
}

TEST(Spelling, WritesDeclarations) {
  btf::Builder B;
  uint32_t Int = B.addInt("int", 4, 1);
  uint32_t Task = B.addForward("task_struct");
  uint32_t Pointer = B.addReference(btf::Kind::Ptr, B.addReference(btf::Kind::Const, Task));
  uint32_t Prototype = B.addPrototype(Pointer, {{"count", Int}, {"", 0}});
  uint32_t Callback = B.addReference(btf::Kind::Ptr, Prototype);
  uint32_t Array = B.addArray(Callback, Int, 4);
  uint32_t Fixed = B.addReference(btf::Kind::Const, Pointer);
  uint32_t Function = B.addFunction("run", B.addPrototype(0, {{"f", Callback}, {"t", Fixed}}));
  std::string Bytes = B.finish();
  Expected<btf::BTF> Types = btf::BTF::parse(Bytes, "test");
  ASSERT_TRUE(bool(Types));
  EXPECT_EQ(btf::spellDeclaration(*Types, Pointer, "t"), "const struct task_struct *t");
  EXPECT_EQ(btf::spellDeclaration(*Types, Callback, "f"), "const struct task_struct *(*f)(int count, ...)");
  EXPECT_EQ(btf::spellDeclaration(*Types, Array, "table"), "const struct task_struct *(*table[4])(int count, ...)");
  EXPECT_EQ(btf::spellFunction(*Types, Function),
            "void run(const struct task_struct *(*f)(int count, ...), const struct task_struct *const t)");
}

TEST(SectionNames, HaveReleases) {
  for (const SectionName &S : sectionNames())
    EXPECT_GE(S.Since, (KernelVersion{3, 19})) << S.Name.str();
}
