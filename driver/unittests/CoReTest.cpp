//===- CoReTest.cpp - relocations against kernels made for them -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lit-tests/CoRe/agreement.test compares with libbpf on real programs and kernels. Here is what those do not have.
//===----------------------------------------------------------------------===//
#include "BTF/Builder.h"
#include "BTF/Flavour.h"
#include "CoRe/Archive.h"
#include "CoRe/Diff.h"
#include "CoRe/Explain.h"
#include "CoRe/Resolve.h"
#include "CoRe/SplitBTF.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace bpfbuild;
using namespace bpfbuild::core;
using btf::BTF;
using btf::Builder;
using btf::Kind;

namespace {

BTF parsed(const std::string &Bytes, const BTF *Base = nullptr) {
  llvm::Expected<BTF> Types = BTF::parse(Bytes, "test", Base);
  EXPECT_TRUE(bool(Types)) << llvm::toString(Types.takeError());
  return std::move(*Types);
}

KernelTypes kernelOf(const std::string &Bytes) {
  llvm::Expected<KernelTypes> Kernel = KernelTypes::read(llvm::MemoryBuffer::getMemBufferCopy(Bytes, "6.1"), "6.1");
  EXPECT_TRUE(bool(Kernel)) << llvm::toString(Kernel.takeError());
  return std::move(*Kernel);
}

/// A program's types and a kernel's; relocations of the one are resolved in the other.
class Relocations : public ::testing::Test {
protected:
  Builder Own, Kernel;
  uint32_t OwnInt = Own.addInt("int", 4, 1), KernelInt = Kernel.addInt("int", 4, 1);

  /// \p Each are resolved in their order; the last counts.
  Resolution resolve(std::initializer_list<CoreRelocation> Each, bool IsLittleEndian = true) {
    OwnBytes = Own.finish();
    OwnTypes.emplace(parsed(OwnBytes));
    Target.emplace(kernelOf(Kernel.finish()));
    BTFExt Ext;
    Ext.Relocations.assign(Each.begin(), Each.end());
    All.emplace(*Target, std::pair(static_cast<const BTF *>(&*OwnTypes), static_cast<const BTFExt *>(&Ext)));
    Resolver Resolve(*OwnTypes, IsLittleEndian, *All);
    Resolution Result;
    for (const CoreRelocation &R : Each)
      Result = Resolve.resolve(R);
    return Result;
  }
  Resolution resolve(uint32_t Type, llvm::StringRef Access, CoreKind K, bool IsLittleEndian = true) {
    return resolve({{1, 0, Type, Access, K, 0, 0}}, IsLittleEndian);
  }

  std::string OwnBytes;
  std::optional<BTF> OwnTypes;
  std::optional<KernelTypes> Target;
  std::optional<Candidates> All;
};

TEST(Flavours, AreWhatStandsBehindThreeUnderscores) {
  EXPECT_EQ(btf::withoutFlavour("task_struct___old"), "task_struct");
  EXPECT_EQ(btf::withoutFlavour("a___b___c"), "a___b");
  EXPECT_EQ(btf::withoutFlavour("a____b"), "a____b");
  EXPECT_EQ(btf::withoutFlavour("___b"), "___b");
  EXPECT_EQ(btf::withoutFlavour("a___"), "a___");
  EXPECT_EQ(btf::withoutFlavour(""), "");
}

TEST_F(Relocations, FollowAMemberIntoOnesWithoutNames) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s___mine", 4, {{"x", OwnInt, 0}});
  uint32_t Inner = Kernel.addRecord(Kind::Union, "", 8, {{"y", KernelInt, 0}, {"x", KernelInt, 32}});
  Kernel.addRecord(Kind::Struct, "s", 16, {{"a", KernelInt, 0}, {"", Inner, 64}});
  Resolution R = resolve(Mine, "0:0", CoreKind::FieldByteOffset);
  EXPECT_EQ(R.Why, Reason::None);
  EXPECT_EQ(R.New.Value, 12u);
  EXPECT_EQ(spell(R.Found), "struct s.x");
  EXPECT_EQ(R.Found.Indices, (llvm::SmallVector<uint32_t>{0, 1, 1}));
}

TEST_F(Relocations, SayWhatTheKernelLacks) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 4, {{"state", OwnInt, 0}});
  Kernel.addRecord(Kind::Struct, "s", 4, {{"__state", KernelInt, 0}});
  Resolution R = resolve(Mine, "0:0", CoreKind::FieldByteOffset);
  EXPECT_TRUE(R.IsPoisoned);
  EXPECT_EQ(explain(R, CoreKind::FieldByteOffset), "struct s has no member 'state'");
  EXPECT_EQ(nearestName(R), "__state");
  R = resolve(Mine, "0:0", CoreKind::FieldExists);
  EXPECT_FALSE(R.IsPoisoned);
  EXPECT_EQ(R.New.Value, 0u);
}

TEST_F(Relocations, ReadBitFieldsByTheSmallestLoad) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 4, {{"f", OwnInt, 0, 3}});
  Kernel.addRecord(Kind::Struct, "s", 8, {{"f", KernelInt, 30, 5}}); // which crosses the first four bytes
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldByteOffset).New.Value, 0u);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldByteSize).New.Value, 8u);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldLeftShift).New.Value, 29u);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldLeftShift, /*IsLittleEndian=*/false).New.Value, 30u);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldRightShift).New.Value, 59u);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::FieldSigned).New.Value, 1u);
}

TEST_F(Relocations, TakeElementsWithinTheKernelsArray) {
  uint32_t Four = Own.addArray(OwnInt, OwnInt, 4);
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 16, {{"a", Four, 0}});
  uint32_t Two = Kernel.addArray(KernelInt, KernelInt, 2);
  Kernel.addRecord(Kind::Struct, "s", 16, {{"b", KernelInt, 0}, {"a", Two, 32}, {"c", KernelInt, 96}});
  EXPECT_EQ(resolve(Mine, "0:0:1", CoreKind::FieldByteOffset).New.Value, 8u);
  Resolution R = resolve(Mine, "0:0:2", CoreKind::FieldByteOffset);
  EXPECT_EQ(R.Why, Reason::ShortArray);
  EXPECT_EQ(explain(R, CoreKind::FieldByteOffset), "'int a[2]' has no element 2");
}

TEST_F(Relocations, TakeAnyElementOfAFlexibleArray) {
  uint32_t Four = Own.addArray(OwnInt, OwnInt, 4);
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 16, {{"a", Four, 0}});
  uint32_t None = Kernel.addArray(KernelInt, KernelInt, 0);
  Kernel.addRecord(Kind::Struct, "s", 4, {{"b", KernelInt, 0}, {"a", None, 32}});
  EXPECT_EQ(resolve(Mine, "0:0:3", CoreKind::FieldByteOffset).New.Value, 16u);
}

TEST_F(Relocations, AreRefusedWhereTypesOfOneNameDiffer) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 8, {{"x", OwnInt, 0}, {"y", OwnInt, 32}});
  Kernel.addRecord(Kind::Struct, "s", 8, {{"x", KernelInt, 0}});
  Kernel.addRecord(Kind::Struct, "s", 8, {{"x", KernelInt, 32}, {"y", KernelInt, 0}});
  Resolution R = resolve(Mine, "0:0", CoreKind::FieldByteOffset);
  EXPECT_TRUE(R.refusesObject());
  EXPECT_EQ(explain(R, CoreKind::FieldByteOffset),
            "2 types are called 'struct s' and lead to different results: [2], [3]");
  // What does not match once is no candidate for the next one.
  R = resolve(
      {{1, 0, Mine, "0:1", CoreKind::FieldByteOffset, 0, 0}, {1, 8, Mine, "0:0", CoreKind::FieldByteOffset, 1, 1}});
  EXPECT_EQ(R.Why, Reason::None);
  EXPECT_EQ(R.New.Value, 4u);
}

TEST_F(Relocations, ReadEnumeratorsOfBothWidths) {
  uint32_t Mine = Own.addEnum(Kind::Enum, "e", 4, {{"A___mine", 1}, {"B", 2}});
  Kernel.addEnum(Kind::Enum64, "e", 8, {{"A", 0x123456789a}, {"C", 3}});
  EXPECT_EQ(resolve(Mine, "0", CoreKind::EnumValue).New.Value, 0x123456789au);
  EXPECT_EQ(resolve(Mine, "1", CoreKind::EnumValueExists).New.Value, 0u);
  EXPECT_TRUE(resolve(Mine, "1", CoreKind::EnumValue).IsPoisoned);
  EXPECT_EQ(resolve(Mine, "2", CoreKind::EnumValue).Why, Reason::Malformed);
}

TEST_F(Relocations, CompareTypesByKindOrByMembers) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 8, {{"x", OwnInt, 0}, {"gone", OwnInt, 32}});
  uint32_t Less = Own.addRecord(Kind::Struct, "s___less", 4, {{"x", OwnInt, 0}});
  uint32_t Other = Own.addRecord(Kind::Union, "s___union", 4, {{"x", OwnInt, 0}});
  Kernel.addRecord(Kind::Struct, "s", 12, {{"w", KernelInt, 0}, {"x", KernelInt, 32}});
  EXPECT_EQ(resolve(Mine, "0", CoreKind::TypeExists).New.Value, 1u);
  EXPECT_EQ(resolve(Mine, "0", CoreKind::TypeSize).New.Value, 12u);
  EXPECT_EQ(resolve(Mine, "0", CoreKind::TypeMatches).New.Value, 0u);
  EXPECT_EQ(resolve(Less, "0", CoreKind::TypeMatches).New.Value, 1u);
  EXPECT_EQ(resolve(Other, "0", CoreKind::TypeExists).Why, Reason::NoType);
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind::TypeExists).Why, Reason::Malformed);
}

TEST_F(Relocations, OfUnknownKindsRefuseTheObject) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 4, {{"x", OwnInt, 0}});
  EXPECT_EQ(resolve(Mine, "0:0", CoreKind(13)).Why, Reason::UnknownKind);
  EXPECT_EQ(toString(CoreKind(13)), "unknown");
  for (llvm::StringRef Access : {"", ":", "0:", "0:x", "0::0", "-1:0", "0:1", "99999999999"})
    EXPECT_EQ(resolve(Mine, Access, CoreKind::FieldByteOffset).Why, Reason::Malformed) << Access.str();
}

/// A load of \p Bytes at \p Offset.
Instruction load(unsigned Bytes, int16_t Offset) {
  uint8_t Width = Bytes == 8 ? 0x18 : Bytes == 4 ? 0x00 : Bytes == 2 ? 0x08 : 0x10;
  return {uint8_t(0x61 | Width), 1, 2, Offset, 0};
}

TEST_F(Relocations, ResizeLoadsOfPointersAndUnsignedIntegers) {
  // A kernel of 32 bits, whose pointers have four bytes.
  Kernel.addInt("long unsigned int", 4);
  uint32_t OwnPointer = Own.addReference(Kind::Ptr, 0), KernelPointer = Kernel.addReference(Kind::Ptr, 0);
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 16, {{"p", OwnPointer, 0}, {"i", OwnInt, 64}});
  uint32_t Short = Kernel.addInt("short", 2, 1);
  Kernel.addRecord(Kind::Struct, "s", 16, {{"p", KernelPointer, 64}, {"i", Short, 0}});
  Instruction I = load(8, 0), Second;
  EXPECT_EQ(patch(I, Second, resolve(Mine, "0:0", CoreKind::FieldByteOffset)), Reason::None);
  EXPECT_EQ(I.Code, load(4, 0).Code);
  EXPECT_EQ(I.Offset, 8);
  I = load(4, 8); // signed: the upper bits would be wrong
  EXPECT_EQ(patch(I, Second, resolve(Mine, "0:1", CoreKind::FieldByteOffset)), Reason::OtherSize);
  EXPECT_EQ(I.Imm, 195896080);
  I = load(2, 0); // not what the program's BTF says
  EXPECT_EQ(patch(I, Second, resolve(Mine, "0:0", CoreKind::FieldByteOffset)), Reason::UnexpectedSize);
}

TEST_F(Relocations, PatchOnlyWhatTheCompilerWrote) {
  uint32_t Mine = Own.addRecord(Kind::Struct, "s", 8, {{"x", OwnInt, 32}});
  Kernel.addRecord(Kind::Struct, "s", 40008, {{"x", KernelInt, 320032}});
  Resolution R = resolve(Mine, "0:0", CoreKind::FieldByteOffset);
  Instruction Move{0xb7, 1, 0, 0, 4}, Second;
  EXPECT_EQ(patch(Move, Second, R), Reason::None);
  EXPECT_EQ(Move.Imm, 40004);
  Instruction Wrong{0xb7, 1, 0, 0, 5}, ByRegister{0xbf, 1, 2, 0, 4}, Jump{0x05, 0, 0, 4, 0}, Wide{0x18, 1, 0, 0, 4};
  EXPECT_EQ(patch(Wrong, Second, R), Reason::OtherValue);
  EXPECT_EQ(patch(ByRegister, Second, R), Reason::Instruction);
  EXPECT_EQ(patch(Jump, Second, R), Reason::Instruction);
  EXPECT_EQ(patch(Wide, Second, R), Reason::None);
  EXPECT_EQ(Wide.Imm, 40004);
  Instruction Far = load(4, 4);
  EXPECT_EQ(patch(Far, Second, R), Reason::TooLarge); // than 16 bits
}

//===----------------------------------------------------------------------===//
// Split BTF
//===----------------------------------------------------------------------===//

/// A module whose struct points to, or has in it, a struct of its kernel.
struct Module {
  Module(const std::string &BaseBytes, uint32_t Refers, bool IsEmbedded)
      : BaseBytes(BaseBytes), Base(parsed(BaseBytes)) {
    Builder Split(llvm::endianness::native, &Base);
    uint32_t Pointer = IsEmbedded ? Refers : Split.addReference(Kind::Ptr, Refers);
    Split.addRecord(Kind::Struct, "mine", 16, {{"of_kernel", Pointer, 0}});
    SplitBytes = Split.finish();
    Split_.emplace(parsed(SplitBytes, &Base));
  }

  /// The spelling and size of what "of_kernel" is over \p NewBase, or the error.
  std::string over(const std::string &NewBytes) {
    llvm::Expected<DistilledBTF> Distilled = distill(*Split_, "m.ko");
    EXPECT_TRUE(bool(Distilled));
    BTF DistilledBase = parsed(Distilled->Base), New = parsed(NewBytes);
    BTF DistilledSplit = parsed(Distilled->Split, &DistilledBase);
    llvm::Expected<std::string> Relocated = relocate(DistilledSplit, New, "m.ko");
    if (!Relocated)
      return llvm::toString(Relocated.takeError());
    BTF Result = parsed(*Relocated, &New);
    for (uint32_t Id = Result.firstId(); Id < Result.size(); ++Id)
      if (btf::Type T = Result.type(Id); T.Name == "mine") {
        uint32_t Of = T.members()[0].Type;
        Of = Result.type(Of).TypeKind == Kind::Ptr ? Result.type(Of).Ref : Of;
        return llvm::formatv("[{0}] of {1} bytes", Of, Result.type(Of).Size);
      }
    return "nothing";
  }

  std::string BaseBytes;
  BTF Base;
  std::string SplitBytes;
  std::optional<BTF> Split_;
};

/// A kernel with a struct foo of each of \p Sizes, ids from 2 on.
std::string withFoo(std::initializer_list<uint32_t> Sizes) {
  Builder Base;
  Base.addInt("int", 4, 1);
  for (uint32_t Size : Sizes)
    Base.addRecord(Kind::Struct, "foo", Size, {{"x", 1, 0}});
  return Base.finish();
}

TEST(SplitBTF, TakesAPointedToStructOfAnotherSize) {
  EXPECT_EQ(Module(withFoo({8}), 2, false).over(withFoo({24})), "[2] of 24 bytes");
}

TEST(SplitBTF, TakesTheOneThatIsThereWhereTheOldNameHadSeveral) {
  EXPECT_EQ(Module(withFoo({8, 16}), 2, false).over(withFoo({24})), "[2] of 24 bytes");
}

TEST(SplitBTF, TellsTypesOfANameThatBecameAmbiguousBySize) {
  EXPECT_EQ(Module(withFoo({16}), 2, false).over(withFoo({8, 16, 32})), "[3] of 16 bytes");
}

TEST(SplitBTF, WantsTheSameSizeOfWhatIsEmbedded) {
  EXPECT_EQ(Module(withFoo({8}), 2, true).over(withFoo({16, 8})), "[3] of 8 bytes");
  EXPECT_EQ(
      Module(withFoo({8}), 2, true).over(withFoo({24})),
      "'m.ko': 'struct foo' of size 8, base type [1]: the module's types have it in them, so it must have the same "
      "size; the new base has [2] struct of size 24");
}

TEST(SplitBTF, NamesTheCandidatesOfWhatItCannotTell) {
  EXPECT_EQ(
      Module(withFoo({8}), 2, false).over(withFoo({16, 24})),
      "'m.ko': 'struct foo' of size 8, base type [1]: the name has several types, none of which has the same size; "
      "the new base has [2] struct of size 16, [3] struct of size 24");
  EXPECT_EQ(
      Module(withFoo({8}), 2, false).over(withFoo({8, 8})),
      "'m.ko': 'struct foo' of size 8, base type [1]: several have this name and size; the new base has [2] struct "
      "of size 8, [3] struct of size 8");
  EXPECT_EQ(Module(withFoo({8}), 2, false).over(withFoo({})),
            "'m.ko': 'struct foo' of size 8, base type [1]: it is missing; the new base has no type of that name");
}

//===----------------------------------------------------------------------===//
// Archives
//===----------------------------------------------------------------------===//

KernelName nameOf(llvm::StringRef Path) {
  return llvm::cantFail(kernelNameOf(Path));
}

template <typename T> std::string errorOf(llvm::Expected<T> Result) {
  return Result ? "" : llvm::toString(Result.takeError());
}

TEST(Archives, KeepEqualBTFOnceAndNamesByFolders) {
  KernelName Name = nameOf("ubuntu/20.04/x86_64/5.4.0-42-generic.btf.xz");
  EXPECT_EQ(Name.Distribution, "ubuntu");
  EXPECT_EQ(Name.Release, "20.04");
  EXPECT_EQ(Name.Architecture, "x86_64");
  EXPECT_EQ(Name.Version, "5.4.0-42-generic");
  EXPECT_EQ(nameOf("vmlinux-6.1.0-40-amd64").Version, "6.1.0-40-amd64");
  EXPECT_EQ(nameOf("hub/ubuntu/20.04/arm64/5.4.btf").Architecture, "aarch64");
  for (const char *Wrong : {"kernel", "debian:6.1", "20.04/arm64/5.4.btf", "a/5.4.btf", ""})
    EXPECT_FALSE(errorOf(kernelNameOf(Wrong)).empty()) << Wrong;

  std::string One = withFoo({8}), Two = withFoo({16});
  llvm::Expected<std::string> Bytes =
      writeArchive({{nameOf("2"), One}, {nameOf("1"), One}, {nameOf("3"), Two}}, {7, uint64_t(1) << 40});
  ASSERT_TRUE(bool(Bytes));
  llvm::Expected<Archive> Read = readArchive(*Bytes, "x.btfa");
  ASSERT_TRUE(bool(Read));
  ASSERT_EQ(Read->Kernels.size(), 3u);
  EXPECT_EQ(Read->Uses, (std::vector<uint64_t>{7, uint64_t(1) << 40}));
  EXPECT_EQ(Read->Data.size(), One.size() + Two.size());
  EXPECT_EQ(Read->Kernels[0].Kernel.Version, "1");
  EXPECT_EQ(Read->bytesOf(Read->Kernels[1]), One);
  EXPECT_EQ(Read->bytesOf(Read->Kernels[2]), Two);
}

TEST(Archives, AreRefusedWhereCutShort) {
  llvm::Expected<std::string> Bytes = writeArchive({{nameOf("1"), withFoo({8})}}, {});
  ASSERT_TRUE(bool(Bytes));
  for (size_t Size = 0; Size < Bytes->size(); ++Size) {
    llvm::Expected<Archive> Read = readArchive(llvm::StringRef(*Bytes).take_front(Size), "x.btfa");
    EXPECT_FALSE(bool(Read));
    llvm::consumeError(Read.takeError());
  }
  llvm::Expected<std::string> Clash = writeArchive({{nameOf("1"), withFoo({8})}, {nameOf("1"), withFoo({9})}}, {});
  EXPECT_EQ(llvm::toString(Clash.takeError()),
            "two kernels are called '1' and have different BTF; put them into folders "
            "DISTRIBUTION/RELEASE/ARCHITECTURE");
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

TEST(Differences, TellRenamedFromRemovedAndAdded) {
  Builder Old, New;
  Old.addInt("int", 4, 1);
  New.addInt("int", 4, 1);
  Old.addRecord(Kind::Struct, "s", 16, {{"a", 1, 0}, {"b", 1, 32}, {"c", 1, 64}, {"d", 1, 96}});
  uint32_t Pointer = New.addReference(Kind::Ptr, 1);
  New.addRecord(Kind::Struct, "s", 32, {{"a", 1, 0}, {"b2", 1, 32}, {"c", Pointer, 64}, {"e", Pointer, 128}});
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printText(OS, compareKernels(kernelOf(Old.finish()), kernelOf(New.finish()), nullptr));
  EXPECT_EQ(Text, "struct s: 32 bytes, was 16 bytes\n"
                  "  renamed b to b2: 'int b2' at 4, was 'int b' at 4\n"
                  "  retyped c: 'int *c' at 8, was 'int c' at 8\n"
                  "  removed d: 'int d' at 12\n"
                  "  added e: 'int *e' at 16\n"
                  "0 added, 0 removed, 1 changed\n");
}

} // namespace
