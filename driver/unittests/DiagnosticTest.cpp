//===- DiagnosticTest.cpp -------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Diagnostic.h"
#include "Support/Checks.h"
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

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

constexpr auto Off = std::nullopt;
constexpr const char *AnError = "bpf-map-flags", *AWarning = "bpf-map-lpm-key", *AnAdvice = "bpf-map-unset";

static Diagnostic about(llvm::StringRef Check) {
  Diagnostic D;
  D.Check = Check.str();
  return D;
}

/// What becomes of \p Check under the options, which are the texts behind -W, and "w" for -w.
static std::optional<Severity> apply(llvm::StringRef Check, std::initializer_list<llvm::StringRef> Flags,
                                     llvm::ArrayRef<CheckPragma> Pragmas = {}) {
  CheckOptions Options;
  for (llvm::StringRef Flag : Flags) {
    if (Flag == "w")
      Options.ignoreWarnings();
    else
      EXPECT_TRUE(Options.parse(Flag)) << Flag.str();
  }
  return Options.apply(about(Check), Pragmas);
}

TEST(CheckOptions, HaveTheClassesOfTheTable) {
  EXPECT_EQ(apply(AnError, {}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {}), Severity::Warning);
  EXPECT_EQ(apply(AnAdvice, {}), Off);
}

TEST(CheckOptions, TurnChecksOnAndOff) {
  EXPECT_EQ(apply(AnAdvice, {"bpf"}), Severity::Warning);
  EXPECT_EQ(apply(AnAdvice, {"bpf-map-unset"}), Severity::Warning);
  EXPECT_EQ(apply(AnAdvice, {"everything"}), Severity::Warning);
  EXPECT_EQ(apply(AnAdvice, {"bpf", "no-bpf-map-unset"}), Off);
  EXPECT_EQ(apply(AWarning, {"no-bpf"}), Off);
  EXPECT_EQ(apply(AWarning, {"no-bpf", "bpf"}), Severity::Warning);
  EXPECT_EQ(apply(AnError, {"no-bpf-map-flags"}), Off);
  EXPECT_EQ(apply(AnError, {"bpf-map-flags"}), Severity::Error);
  EXPECT_EQ(apply(AnError, {"no-everything"}), Off);
}

TEST(CheckOptions, ObeyWerrorAsClangDoes) {
  EXPECT_EQ(apply(AWarning, {"error"}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {"error", "no-error"}), Severity::Warning);
  EXPECT_EQ(apply(AWarning, {"no-error", "error"}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {"error", "no-error=bpf-map-lpm-key"}), Severity::Warning);
  EXPECT_EQ(apply(AWarning, {"no-error=bpf-map-lpm-key", "error"}), Severity::Warning);
  EXPECT_EQ(apply(AWarning, {"error=bpf-map-lpm-key"}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {"error=bpf-map-lpm-key", "no-error=bpf-map-lpm-key"}), Severity::Warning);
  EXPECT_EQ(apply(AWarning, {"error=bpf-map-lpm-key", "bpf-map-lpm-key"}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {"error=bpf"}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {"error", "no-error=bpf"}), Severity::Warning);
  EXPECT_EQ(apply(AnAdvice, {"error"}), Off);
  EXPECT_EQ(apply(AnAdvice, {"error=bpf-map-unset"}), Severity::Error);
  EXPECT_EQ(apply(AnError, {"no-error"}), Severity::Error);
  EXPECT_EQ(apply(AnError, {"no-error=bpf-map-flags"}), Severity::Warning);
}

TEST(CheckOptions, SayNoWarningsUnderW) {
  EXPECT_EQ(apply(AWarning, {"w"}), Off);
  EXPECT_EQ(apply(AWarning, {"w", "error"}), Off);
  EXPECT_EQ(apply(AWarning, {"error=bpf-map-lpm-key", "w"}), Off);
  EXPECT_EQ(apply(AnError, {"w"}), Severity::Error);
  EXPECT_EQ(apply(AnError, {"w", "no-error=bpf-map-flags"}), Off);
  EXPECT_EQ(apply(AnAdvice, {"bpf", "w"}), Off);
}

TEST(CheckOptions, ObeyPragmasBehindOptions) {
  CheckPragma Ignored{AWarning, "ignored"}, Warned{AWarning, "warning"}, Error{AWarning, "error"},
      All{"bpf", "ignored"};
  EXPECT_EQ(apply(AWarning, {}, {Ignored}), Off);
  EXPECT_EQ(apply(AWarning, {"error"}, {Ignored}), Off);
  EXPECT_EQ(apply(AWarning, {"no-bpf"}, {Warned}), Severity::Warning);
  EXPECT_EQ(apply(AWarning, {"error"}, {Ignored, Warned}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {}, {Error}), Severity::Error);
  EXPECT_EQ(apply(AWarning, {}, {All}), Off);
  EXPECT_EQ(apply(AnError, {}, {Ignored}), Severity::Error);
}

TEST(CheckOptions, TakeNoOthers) {
  CheckOptions Options;
  EXPECT_FALSE(Options.parse("unused"));
  EXPECT_FALSE(Options.parse("bpfx"));
  EXPECT_FALSE(Options.parse("bpf-map-flag"));
  EXPECT_EQ(explainCheckFlag("no-error=bpf-map-flag"),
            "there is no check 'bpf-map-flag'; did you mean 'bpf-map-flags'?");
}

TEST(Checks, AreInOrderAndHaveReasons) {
  for (size_t I = 0; I < checks().size(); ++I) {
    EXPECT_TRUE(checks()[I].Name.starts_with("bpf-"));
    EXPECT_FALSE(checks()[I].Finds.empty() || checks()[I].Reason.empty());
    EXPECT_TRUE(I == 0 || checks()[I - 1].Name < checks()[I].Name) << checks()[I].Name.str();
  }
}

TEST(Diagnostic, NamesWhatMadeItAnError) {
  Diagnostic D = about(AWarning);
  D.Level = Severity::Warning;
  EXPECT_EQ(flagOf(D), "-Wbpf-map-lpm-key");
  D.Level = Severity::Error;
  EXPECT_EQ(flagOf(D), "-Werror,-Wbpf-map-lpm-key");
  EXPECT_EQ(flagOf(about(AnError)), "-Wbpf-map-flags");
}

TEST(SaidOnce, KnowsPlacesAndObjects) {
  SaidOnce Said;
  Diagnostic D = make(Severity::Error);
  EXPECT_TRUE(Said.insert(D));
  EXPECT_FALSE(Said.insert(D));
  D.Object = "b.o";
  EXPECT_TRUE(Said.insert(D));
  D.Place = {"a.h", 3, 5};
  EXPECT_TRUE(Said.insert(D));
  D.Object = "c.o";
  EXPECT_FALSE(Said.insert(D));
}
