//===- TypeModelTest.cpp --------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/TypeModel.h"
#include "BTFBytes.h"
#include "gtest/gtest.h"

using namespace bpfbuild;
using btf::Kind;

namespace {

/// The record that the type of id \p Id is declared as.
RecordModel declare(const BTFBytes &B, uint32_t Id) {
  std::string Bytes = B.bytes();
  btf::BTF Types = llvm::cantFail(btf::BTF::parse(Bytes, "x.o"));
  NameScope Scope;
  llvm::StringSet<> Shared;
  TypeModelBuilder Builder(Types, Scope, Shared);
  Builder.typeOf(Id);
  std::vector<TypeDeclaration> Declarations = Builder.takeDeclarations();
  return *Declarations.back().Record;
}

/// "name@offset" of every field, ":width" for bit-fields.
std::string fieldsOf(const RecordModel &Record) {
  std::string Result;
  for (const FieldModel &F : Record.Fields)
    Result += (Result.empty() ? "" : " ") + F.Name + "@" + std::to_string(F.Offset) +
              (F.BitWidth ? ":" + std::to_string(F.BitWidth) : "");
  return Result;
}

} // namespace

TEST(TypeModel, FillsEveryGap) {
  BTFBytes B;
  uint32_t Char = B.integer("char", 1), Long = B.integer("long", 8);
  RecordModel R = declare(
      B, B.type(Kind::Struct, "s", 3, 24, {B.string("a"), Char, 0, B.string("b"), Long, 64, B.string("c"), Char, 128}));
  EXPECT_EQ(fieldsOf(R), "a@0 _pad1@1 b@8 c@16 _pad17@17");
  EXPECT_FALSE(R.IsPacked);
}

TEST(TypeModel, PacksWhatAlignmentForbids) {
  BTFBytes B;
  uint32_t Char = B.integer("char", 1), Int = B.integer("int", 4);
  RecordModel R = declare(B, B.type(Kind::Struct, "s", 2, 5, {B.string("a"), Char, 0, B.string("b"), Int, 8}));
  EXPECT_TRUE(R.IsPacked);
  EXPECT_EQ(fieldsOf(R), "a@0 b@1");
}

TEST(TypeModel, PlacesBitFieldsBitByBit) {
  BTFBytes B;
  uint32_t Int = B.integer("int", 4);
  // int a : 3; int : 6; int b : 4; int : 0; int c : 1;
  RecordModel R = declare(
      B, B.type(Kind::Struct, "s", 3, 8,
                {B.string("a"), Int, 3u << 24, B.string("b"), Int, 4u << 24 | 9, B.string("c"), Int, 1u << 24 | 32},
                /*KindFlag=*/true));
  EXPECT_EQ(fieldsOf(R), "a@0:3 _pad0@0:5 _pad1@1:1 b@1:4 _pad1_@1:3 _pad2@2 c@4:1 _pad4@4:7 _pad5@5");
}

TEST(TypeModel, GivesWhatCannotBeDeclaredAsBytes) {
  BTFBytes B;
  uint32_t Int = B.integer("int", 4);
  RecordModel Overlap = declare(B, B.type(Kind::Struct, "s", 2, 8, {B.string("a"), Int, 0, B.string("b"), Int, 0}));
  EXPECT_EQ(fieldsOf(Overlap), "bytes@0");
  EXPECT_EQ(Overlap.Fields[0].Type.Dimensions, std::vector<uint64_t>{8});
  RecordModel Behind = declare(B, B.type(Kind::Struct, "t", 1, 4, {B.string("a"), Int, 64}));
  EXPECT_EQ(fieldsOf(Behind), "bytes@0");
}

TEST(TypeModel, NamesTheFlexibleArrayInAComment) {
  BTFBytes B;
  uint32_t Int = B.integer("int", 4);
  uint32_t Flexible = B.type(Kind::Array, "", 0, 0, {Int, Int, 0});
  RecordModel R = declare(B, B.type(Kind::Struct, "s", 2, 4, {B.string("n"), Int, 0, B.string("rest"), Flexible, 32}));
  EXPECT_EQ(fieldsOf(R), "n@0");
  EXPECT_EQ(R.Comment, "rest begins at 4; its length is not in the type");
}
