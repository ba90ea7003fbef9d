//===- BTFTest.cpp --------------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/Builder.h"
#include "BTFBytes.h"
#include "gtest/gtest.h"

using namespace bpfbuild;
using btf::BTF;
using btf::Kind;

static std::string messageOf(llvm::StringRef Bytes) {
  llvm::Expected<BTF> Types = BTF::parse(Bytes, "x.o");
  return Types ? "accepted" : llvm::toString(Types.takeError());
}

TEST(BTF, ReadsEitherByteOrder) {
  for (bool IsLittle : {true, false}) {
    BTFBytes B(IsLittle);
    uint32_t Int = B.integer("int", 4);
    uint32_t Array = B.type(Kind::Array, "", 0, 0, {Int, Int, 3});
    uint32_t Struct = B.type(Kind::Struct, "s", 2, 16, {B.string("a"), Int, 0, B.string("b"), Array, 32});
    uint32_t Typedef = B.type(Kind::Typedef, "t", 0, Struct);
    std::string Bytes = B.bytes();
    BTF Types = llvm::cantFail(BTF::parse(Bytes, "x.o"));
    ASSERT_EQ(Types.size(), 5u);
    EXPECT_EQ(Types.resolve(Typedef), Struct);
    EXPECT_EQ(Types.sizeOf(Array), 12u);
    EXPECT_EQ(Types.sizeOf(Typedef), 16u);
    EXPECT_EQ(Types.sizeOf(0), std::nullopt);
    EXPECT_EQ(Types.type(Struct).members()[1].Name, "b");
    EXPECT_EQ(Types.type(Struct).members()[1].BitOffset, 32u);
    EXPECT_EQ(Types.find("s", Kind::Struct), Struct);
    EXPECT_EQ(Types.find("s", Kind::Union), 0u);
  }
}

TEST(BTF, ReadsEnumeratorsWithTheirSign) {
  BTFBytes B;
  uint32_t Signed = B.type(Kind::Enum, "e", 1, 4, {B.string("MINUS"), ~0u}, /*KindFlag=*/true);
  uint32_t Unsigned = B.type(Kind::Enum, "f", 1, 4, {B.string("LARGE"), ~0u});
  uint32_t Wide = B.type(Kind::Enum64, "g", 1, 8, {B.string("WIDE"), 1, 2});
  std::string Bytes = B.bytes();
  BTF Types = llvm::cantFail(BTF::parse(Bytes, "x.o"));
  EXPECT_EQ(int64_t(Types.type(Signed).enumerators()[0].Value), -1);
  EXPECT_EQ(Types.type(Unsigned).enumerators()[0].Value, 0xffffffffu);
  EXPECT_EQ(Types.type(Wide).enumerators()[0].Value, 0x200000001u);
}

TEST(BTF, RefusesBrokenHeaders) {
  BTFBytes B;
  B.integer("int", 4);
  std::string Good = B.bytes();
  EXPECT_EQ(messageOf(Good), "accepted");
  EXPECT_EQ(messageOf(Good.substr(0, 20)), "'x.o': BTF: 20 bytes are too few for a header of 24");
  std::string Bad = Good;
  Bad[0] = 0;
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: no magic 0xeb9f at its start");
  Bad = Good;
  Bad[2] = 9;
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: version 9, expected 1");
  Bad = Good;
  Bad[4] = 8;
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: header of 8 bytes in 45, expected 24 or more");
  Bad = Good;
  Bad[12] = 100;
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: type section at 0 of 100 bytes, expected aligned to 4 and within 21");
  Bad = Good;
  Bad[20] = 100;
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: string section at 16 of 100 bytes, expected within 21");
  Bad = Good;
  Bad.back() = 'x';
  EXPECT_EQ(messageOf(Bad), "'x.o': BTF: string section must begin and end with a NUL");
}

TEST(BTF, RefusesBrokenTypes) {
  BTFBytes Unknown;
  Unknown.type(Kind(27), "k", 0, 0);
  EXPECT_EQ(messageOf(Unknown.bytes()),
            "'x.o': BTF: type [1] has kind 27, expected 1 to 19: it is from a newer compiler");
  BTFBytes Zero;
  Zero.type(Kind::Void, "", 0, 0);
  EXPECT_EQ(messageOf(Zero.bytes()), "'x.o': BTF: type [1] has kind 0, expected 1 to 19");
  BTFBytes Cut;
  Cut.type(Kind::Struct, "s", 3, 4, {0, 0, 0});
  EXPECT_EQ(messageOf(Cut.bytes()), "'x.o': BTF: type [1] runs over the end of the type section");
  BTFBytes Id;
  Id.type(Kind::Typedef, "t", 0, 9);
  EXPECT_EQ(messageOf(Id.bytes()), "'x.o': BTF: type [1] names type id 9, but there are only 2 types");
  BTFBytes Name;
  Name.type(Kind::Struct, "s", 1, 4, {999, 0, 0});
  EXPECT_EQ(messageOf(Name.bytes()), "'x.o': BTF: type [1] has a name outside the 3 bytes of strings");
}

TEST(BTF, RefusesTypesThatContainThemselves) {
  BTFBytes Typedef;
  Typedef.type(Kind::Typedef, "t", 0, 2);
  Typedef.type(Kind::Const, "", 0, 1);
  EXPECT_EQ(messageOf(Typedef.bytes()), "'x.o': BTF: type [1] 't' contains itself");
  BTFBytes Struct;
  Struct.type(Kind::Struct, "s", 1, 4, {0, 2, 0});
  Struct.type(Kind::Array, "", 0, 0, {1, 1, 1});
  EXPECT_EQ(messageOf(Struct.bytes()), "'x.o': BTF: type [1] 's' contains itself");
  BTFBytes Pointer;
  Pointer.type(Kind::Struct, "s", 1, 8, {0, 2, 0});
  Pointer.type(Kind::Ptr, "", 0, 1);
  EXPECT_EQ(messageOf(Pointer.bytes()), "accepted");
}

TEST(BTF, RefusesDeepNesting) {
  BTFBytes B;
  B.integer("int", 4);
  for (uint32_t Id = 1; Id < 600; ++Id)
    B.type(Kind::Typedef, "t", 0, Id);
  EXPECT_NE(messageOf(B.bytes()).find("is nested deeper than 512"), std::string::npos);
}

TEST(BTF, LimitsTheSizeOfArrays) {
  BTFBytes B;
  uint32_t Int = B.integer("int", 4);
  uint32_t Large = B.type(Kind::Array, "", 0, 0, {Int, Int, ~0u});
  std::string Bytes = B.bytes();
  EXPECT_EQ(llvm::cantFail(BTF::parse(Bytes, "x.o")).sizeOf(Large), std::nullopt);
}

TEST(BTF, ReadsLongerHeaders) {
  btf::Builder B;
  uint32_t Int = B.addInt("int", 4, 1);
  std::string Bytes = B.finish();
  for (unsigned Length : {28u, 32u, 64u}) {
    std::string Longer = Bytes;
    Longer.insert(24, std::string(Length - 24, '\0'));
    Longer[4] = char(Length);
    BTF Types = llvm::cantFail(BTF::parse(Longer, "x.o"));
    EXPECT_EQ(Types.type(Int).Name, "int");
  }
}

TEST(BTF, ContinuesABase) {
  btf::Builder B;
  uint32_t Int = B.addInt("int", 4, 1);
  std::string Bytes = B.finish();
  BTF Base = llvm::cantFail(BTF::parse(Bytes, "vmlinux"));
  btf::Builder S(llvm::endianness::native, &Base);
  uint32_t Struct = S.addRecord(Kind::Struct, "s", 4, {{"int", Int, 0}});
  std::string SplitBytes = S.finish();
  BTF Split = llvm::cantFail(BTF::parse(SplitBytes, "module", &Base));
  EXPECT_EQ(Struct, Int + 1);
  EXPECT_EQ(Split.size(), 3u);
  EXPECT_EQ(Split.firstId(), 2u);
  EXPECT_EQ(Split.type(Int).Name, "int");
  EXPECT_EQ(Split.type(Struct).members()[0].Name, "int"); // a string of the base
  EXPECT_EQ(Split.find("s", Kind::Struct), Struct);
  EXPECT_EQ(messageOf(SplitBytes), "'x.o': BTF: string section must begin and end with a NUL"); // not without its base
}

TEST(BTF, BuildsWhatItReads) {
  for (llvm::endianness Order : {llvm::endianness::little, llvm::endianness::big}) {
    btf::Builder B(Order);
    uint32_t Int = B.addInt("int", 4, 1), Union = B.addRecord(Kind::Union, "u", 4, {{"bits", Int, 2, 5}});
    uint32_t Enum = B.addEnum(Kind::Enum64, "e", 8, {{"BIG", 1ull << 40}});
    uint32_t Prototype = B.addPrototype(0, {{"argument", Int}}),
             Function = B.addFunction("f", Prototype, btf::Linkage::Global);
    uint32_t Variable = B.addVariable("v", Union), Section = B.addSection(".bss", 4, {{Variable, 0, 4}});
    uint32_t Tag = B.addTag("tag", Function, 0), Forward = B.addForward("later", true);
    std::string Bytes = B.finish();
    BTF Types = llvm::cantFail(BTF::parse(Bytes, "x.o"));
    EXPECT_EQ(Types.type(Union).members()[0].BitSize, 5u);
    EXPECT_EQ(Types.type(Enum).enumerators()[0].Value, 1ull << 40);
    EXPECT_EQ(Types.type(Prototype).parameters()[0].Name, "argument");
    EXPECT_EQ(Types.type(Function).Link, btf::Linkage::Global);
    EXPECT_EQ(Types.type(Section).variables()[0].Size, 4u);
    EXPECT_EQ(Types.type(Tag).Component, 0);
    EXPECT_TRUE(Types.type(Forward).KindFlag);
  }
}
