//===- DiagnosticTest.cpp -------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Diagnostic.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

static Diagnostic make(Severity Level) {
  Diagnostic D;
  D.Level = Level;
  D.Check = "bpf-map-definition";
  D.Message = "wrong \"thing\"";
  D.Object = "a.o";
  return D;
}

TEST(Diagnostic, PrintsTextWithThePlaceOrTheObject) {
  Diagnostic D = make(Severity::Error);
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printText(OS, D);
  D.Place = {"a.c", 3, 5};
  printText(OS, D);
  EXPECT_EQ(Text, "a.o: error: wrong \"thing\" [-Wbpf-map-definition]\n"
                  "a.c:3:5: error: wrong \"thing\" [-Wbpf-map-definition]\n");
}

TEST(Diagnostic, PrintsJSONWithoutWhatIsUnknown) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printJSON(OS, make(Severity::Warning));
  EXPECT_EQ(Text, R"({"severity":"warning","check":"bpf-map-definition","message":"wrong \"thing\"","object":"a.o"})"
                  "\n");
}

TEST(CheckOptions, TurnChecksOffAndIntoErrors) {
  CheckOptions Options;
  EXPECT_EQ(Options.apply(make(Severity::Warning)), Severity::Warning);
  EXPECT_TRUE(Options.parse("error=bpf-map-definition"));
  EXPECT_EQ(Options.apply(make(Severity::Warning)), Severity::Error);
  EXPECT_TRUE(Options.parse("no-error=bpf-map-definition"));
  EXPECT_EQ(Options.apply(make(Severity::Warning)), Severity::Warning);
  EXPECT_TRUE(Options.parse("no-bpf-map-definition"));
  EXPECT_EQ(Options.apply(make(Severity::Error)), std::nullopt);
  EXPECT_TRUE(Options.parse("bpf-map-definition"));
  EXPECT_EQ(Options.apply(make(Severity::Error)), Severity::Error);
  EXPECT_FALSE(Options.parse("unused"));
  EXPECT_FALSE(Options.parse("bpfx"));
}

TEST(CheckOptions, ObeyWerror) {
  CheckOptions Options;
  Options.setWarningsAreErrors();
  EXPECT_EQ(Options.apply(make(Severity::Warning)), Severity::Error);
  EXPECT_TRUE(Options.parse("no-error=bpf"));
  EXPECT_EQ(Options.apply(make(Severity::Warning)), Severity::Warning);
}
