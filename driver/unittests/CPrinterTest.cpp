//===- CPrinterTest.cpp ---------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/CPrinter.h"
#include "BTF/Builder.h"
#include "gtest/gtest.h"

using namespace bpfbuild;
using namespace bpfbuild::btf;

namespace {
/// The definition of the last type of \p B and of all that it needs.
std::string print(const Builder &B) {
  std::string Bytes = B.finish();
  BTF Types = llvm::cantFail(BTF::parse(Bytes, "x.btf"));
  NameTable Names(Types);
  CPrinter Printer(Types, Names, "x.btf");
  llvm::Error E = Printer.define(Types.size() - 1);
  return E ? llvm::toString(std::move(E)) : Printer.take();
}
} // namespace

TEST(CPrinter, DeclaresWhatIsNestedInsideOut) {
  Builder B;
  uint32_t Int = B.addInt("int", 4, 1), Char = B.addInt("char", 1, 1);
  uint32_t Array = B.addArray(Int, Int, 4), PointerToArray = B.addReference(Kind::Ptr, Array);
  uint32_t ConstChar = B.addReference(Kind::Const, Char), Text = B.addReference(Kind::Ptr, ConstChar);
  uint32_t ConstText = B.addReference(Kind::Const, Text);
  uint32_t Function = B.addPrototype(PointerToArray, {{"text", ConstText}, {"", 0}});
  uint32_t Pointer = B.addReference(Kind::Ptr, Function), Table = B.addArray(Pointer, Int, 2);
  B.addRecord(Kind::Struct, "s", 16, {{"table", Table, 0}});
  EXPECT_EQ(print(B), "struct s {\n\tint (*(*table[2])(const char * const text, ...))[4];\n};\n\n");
}

TEST(CPrinter, AnnouncesWhatIsPointedToAndDefinesWhatIsContained) {
  Builder B;
  uint32_t Other = B.addRecord(Kind::Struct, "other", 0, {});
  uint32_t Pointer = B.addReference(Kind::Ptr, Other);
  uint32_t Self = B.addReference(Kind::Ptr, B.nextId() + 3);
  uint32_t Inner = B.addRecord(Kind::Struct, "inner", 8, {{"other", Pointer, 0}});
  uint32_t Named = B.addReference(Kind::Typedef, Inner, "inner_t");
  B.addRecord(Kind::Struct, "outer", 16, {{"inner", Named, 0}, {"next", Self, 64}});
  EXPECT_EQ(print(B), "struct inner;\n\ntypedef struct inner inner_t;\n\nstruct other;\n\n"
                      "struct inner {\n\tstruct other *other;\n};\n\n"
                      "struct outer {\n\tinner_t inner;\n\tstruct outer *next;\n};\n\n");
}

TEST(CPrinter, FillsGapsAndPacks) {
  Builder B;
  uint32_t Int = B.addInt("int", 4, 1), Char = B.addInt("char", 1, 1), Long = B.addInt("long long", 8, 1);
  uint32_t Packed = B.addRecord(Kind::Struct, "packed", 5, {{"c", Char, 0}, {"i", Int, 8}});
  B.addRecord(Kind::Struct, "s", 48,
              {{"bits", Int, 3, 5}, {"more", Int, 32, 7}, {"l", Long, 64}, {"p", Packed, 160}, {"q", Long, 256}});
  EXPECT_EQ(print(B), "struct packed {\n\tchar c;\n\tint i;\n} __attribute__((packed));\n\n"
                      "struct s {\n\tchar: 3;\n\tint bits: 5;\n\tint: 24;\n\tint more: 7;\n\tlong long l;\n\tint: 32;\n"
                      "\tstruct packed p;\n\tlong long q;\n\tlong: 64;\n};\n\n");
}

TEST(CPrinter, GivesClashingNamesToTheLowestId) {
  Builder B;
  uint32_t Int = B.addInt("int", 4, 1);
  uint32_t First = B.addRecord(Kind::Struct, "s", 4, {{"a", Int, 0}});
  uint32_t Second = B.addRecord(Kind::Union, "s", 4, {{"b", Int, 0}});
  uint32_t E = B.addEnum(Kind::Enum, "", 4, {{"A", 1}, {"A", 2}});
  B.addRecord(Kind::Struct, "all", 12, {{"second", Second, 0}, {"first", First, 32}, {"e", E, 64}});
  EXPECT_EQ(
      print(B),
      "union s___2 {\n\tint b;\n};\n\nstruct s {\n\tint a;\n};\n\n"
      "struct all {\n\tunion s___2 second;\n\tstruct s first;\n\tenum {\n\t\tA = 1,\n\t\tA___2 = 2,\n\t} e;\n};\n\n");
}

TEST(CPrinter, MakesIdentifiersOfForeignNames) {
  Builder B;
  uint32_t Int = B.addInt("u32", 4), Odd = B.addRecord(Kind::Struct, "Option<u32>", 4, {{"0", Int, 0}});
  uint32_t Tag = B.addReference(Kind::TypeTag, Odd, "\")) evil");
  B.addRecord(Kind::Struct, "s", 8, {{"p", B.addReference(Kind::Ptr, Tag), 0}});
  EXPECT_EQ(print(B), "struct _Option_u32____2;\n\nstruct s {\n\tstruct _Option_u32____2 *p;\n};\n\n");
}

TEST(CPrinter, PrintsEnumeratorsBySizeAndSign) {
  Builder B;
  uint32_t Small = B.addEnum(Kind::Enum, "small", 1, {{"S", 1}});
  uint32_t Signed = B.addEnum(Kind::Enum, "e", 4, {{"MINUS", ~0ull}}, true);
  uint32_t Wide = B.addEnum(Kind::Enum64, "w", 8, {{"W", 1ull << 40}});
  uint32_t Least = B.addEnum(Kind::Enum64, "l", 8, {{"L", 1ull << 63}}, true);
  B.addRecord(Kind::Struct, "s", 24, {{"s", Small, 0}, {"e", Signed, 32}, {"w", Wide, 64}, {"l", Least, 128}});
  EXPECT_EQ(print(B), "enum small {\n\tS = 1,\n} __attribute__((mode(QI)));\n\nenum e {\n\tMINUS = -1,\n};\n\n"
                      "enum w {\n\tW = 1099511627776ULL,\n} __attribute__((mode(DI)));\n\n"
                      "enum l {\n\tL = -9223372036854775807LL - 1,\n} __attribute__((mode(DI)));\n\n"
                      "struct s {\n\tenum small s;\n\tenum e e;\n\tenum w w;\n\tenum l l;\n};\n\n");
}

TEST(CPrinter, RefusesWhatHasNoEnd) {
  Builder B;
  B.addReference(Kind::Ptr, 1);
  EXPECT_EQ(print(B), "'x.btf': BTF: type [1] '' is nested too deep to be printed as C");
  Builder Arrays; // struct s { struct s (*p)[1]; }: an array of what is not complete yet
  uint32_t Array = Arrays.addArray(3, 3, 1), Pointer = Arrays.addReference(Kind::Ptr, Array);
  Arrays.addRecord(Kind::Struct, "s", 8, {{"p", Pointer, 0}});
  EXPECT_EQ(print(Arrays), "'x.btf': BTF: type [3] 's' contains itself");
}
