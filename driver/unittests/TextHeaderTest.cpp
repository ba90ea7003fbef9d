//===- TextHeaderTest.cpp -------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Vmlinux/TextHeader.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

namespace {
constexpr const char *Header = R"(#ifndef V
#define V
typedef unsigned int __u32;

typedef __u32 u32;

struct list {
	struct list *next;
};
struct far {
	u32 inside;
};
enum color { RED, BLUE = 1 << 2, };
struct near {
	struct list links;
	struct far *far;
	u32 (*call)(struct far *, enum color);
	enum { LOCAL, } state;
};
typedef struct { struct near n; } box_t;
typedef int (*handler_t)(struct near *);
struct unused { int x; };
extern int bpf_do(struct far *f) __attribute__((section(".ksyms")));
#endif
)";

/// The lines of the slice that are not empty.
std::string slice(std::initializer_list<llvm::StringRef> Named, std::initializer_list<llvm::StringRef> Accessed = {},
                  llvm::StringRef Text = Header) {
  std::optional<TextHeader> Split = TextHeader::split(Text);
  if (!Split)
    return "not split";
  ProgramNames Names;
  for (llvm::StringRef Name : Named)
    Names.Names[Name] = ProgramNames::Named;
  for (llvm::StringRef Name : Accessed)
    Names.Accessed.insert(Name);
  std::string Slice = Split->slice(Names), Result;
  for (llvm::StringRef Rest = Slice; !Rest.empty();) {
    auto [Line, Next] = Rest.split('\n');
    if (!Line.empty() && Line.front() != '#')
      Result += Line.str() + '\n';
    Rest = Next;
  }
  return Result;
}
} // namespace

TEST(TextHeader, KeepsOnlyDirectivesForAProgramThatNamesNothing) {
  EXPECT_EQ(slice({}), "");
  std::optional<TextHeader> Split = TextHeader::split(Header);
  ASSERT_TRUE(Split);
  EXPECT_EQ(Split->directives(), "#ifndef V\n#define V\n#endif\n");
}

TEST(TextHeader, AnnouncesWhatIsOnlyPointedTo) {
  EXPECT_EQ(slice({"near"}),
            "typedef unsigned int __u32;\ntypedef __u32 u32;\nstruct list {\n\tstruct list *next;\n};\nstruct far;\n"
            "enum color { RED, BLUE = 1 << 2, };\nstruct near {\n\tstruct list links;\n\tstruct far *far;\n"
            "\tu32 (*call)(struct far *, enum color);\n\tenum { LOCAL, } state;\n};\n");
}

TEST(TextHeader, DefinesWhatAnAccessedMemberPointsTo) {
  std::string Slice = slice({"near"}, {"far"});
  EXPECT_NE(Slice.find("struct far {\n\tu32 inside;\n};\n"), std::string::npos);
}

TEST(TextHeader, FindsTypesByEnumeratorsTypedefsAndFunctions) {
  EXPECT_EQ(slice({"BLUE"}), "enum color { RED, BLUE = 1 << 2, };\n");
  EXPECT_EQ(slice({"LOCAL"}), slice({"near"}));
  EXPECT_EQ(slice({"unused"}), "struct unused { int x; };\n");
  EXPECT_NE(slice({"box_t"}).find("struct near {"), std::string::npos);
  EXPECT_NE(slice({"handler_t"}).find("struct near {"), std::string::npos);
  EXPECT_NE(slice({"bpf_do"}).find("struct far {"), std::string::npos);
  EXPECT_EQ(slice({"inside", "links", "x", "f"}), "");
}

TEST(TextHeader, KeepsFunctionBodiesAndWhatHasNoName) {
  llvm::StringRef Text = "struct s { int x; };\nstatic inline int f(struct s *p) { return p->x; }\n"
                         "_Static_assert(sizeof(int) == 4, \"};{\");\nint a, *b;\n";
  EXPECT_EQ(slice({}, {}, Text), "_Static_assert(sizeof(int) == 4, \"};{\");\n");
  EXPECT_EQ(slice({"b"}, {}, Text), "_Static_assert(sizeof(int) == 4, \"};{\");\nint a, *b;\n");
  EXPECT_NE(slice({"f"}, {}, Text).find("struct s { int x; };\nstatic inline"), std::string::npos);
}

TEST(TextHeader, KeepsLines) {
  std::string Text =
      "#define A\nint a;" + std::string(5, '\n') + "struct b {\n};\n" + std::string(100, '\n') + "int c;\n";
  std::optional<TextHeader> Split = TextHeader::split(Text);
  ASSERT_TRUE(Split);
  ProgramNames Names;
  Names.Names["c"] = ProgramNames::Named;
  EXPECT_EQ(Split->slice(Names), "#define A\n#line 109\nint c;\n");
  Names.Names["b"] = ProgramNames::Named;
  EXPECT_EQ(Split->slice(Names), "#define A\n\n\n\n\n\nstruct b {\n};\n#line 109\nint c;\n");
}

TEST(TextHeader, LeavesAloneWhatItDoesNotUnderstand) {
  for (const char *Text :
       {"extern \"C\" {\nint x;\n}\n", "struct s {\n#ifdef A\nint x;\n#endif\n};\n", "struct s { int x;\n", "/* no end",
        "char *s = \"no end\n\";", "int f(void) }", "struct s { int x; } }", "int x = (1;\n", "@\\\n"})
    EXPECT_EQ(slice({"s"}, {}, Text), "not split") << Text;
}
