//===- VerifierLog.cpp - the verifier's log as data -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/VerifierLog.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// Reads a log line by line.
class LogReader {
public:
  VerifierLog read(StringRef Text);

private:
  bool takeSource(StringRef Line);
  bool takeInstruction(StringRef Line);
  bool takeStats(StringRef Line);

  VerifierLog Log;
  std::string Source, File; ///< of the line that was said last
  uint32_t SourceLine = 0;
};
} // namespace

/// What the kernel says on its way that is no objection: states of registers, and its own bookkeeping.
static bool isState(StringRef Line) {
  static constexpr StringLiteral Beginnings[] = {"from ",
                                                 "last_idx ",
                                                 "regs=",
                                                 "mark_precise:",
                                                 "parent ",
                                                 "propagating",
                                                 "func#",
                                                 "Validating",
                                                 "caller:",
                                                 "callee:",
                                                 "returning from",
                                                 "to caller at",
                                                 "R0=",
                                                 "reg type unsupp",
                                                 "arg#",
                                                 "frame",
                                                 "live regs",
                                                 "Func#",
                                                 "mark_read",
                                                 "BTF_ID",
                                                 "cur state:",
                                                 "old state:",
                                                 "No program starts",
                                                 "Live regs",
                                                 "verification time"};
  if (any_of(Beginnings, [Line](StringRef B) { return Line.starts_with(B); }))
    return true;
  size_t Digits = Line.find_first_not_of("0123456789");
  if (Digits != 0 && Line.substr(Digits).starts_with(":")) // "5: R0=scalar()", or "5: frame1: R0=…"
    return true;
  // "R1_w=ctx() R10=fp0", of older kernels " R1=ctx(id=0,off=0,imm=0)" or " frame1: R1=…"
  StringRef Register = Line.ltrim();
  if (Register.starts_with("frame"))
    return true;
  if (!Register.consume_front("R"))
    return false;
  Register = Register.drop_while(isDigit);
  return Register.starts_with("=") || Register.starts_with("_");
}

/// "; text" or, since Linux 6.9, "; text @ file:line".
bool LogReader::takeSource(StringRef Line) {
  if (!Line.consume_front(";"))
    return false;
  File.clear();
  SourceLine = 0;
  Source = Line.trim().str();
  auto [Text, Place] = Line.rsplit(" @ ");
  auto [Path, Number] = Place.rsplit(':');
  uint32_t Value;
  if (!Path.empty() && !Number.trim().getAsInteger(10, Value)) {
    Source = Text.trim().str();
    File = Path.str();
    SourceLine = Value;
  }
  return true;
}

/// "7: (79) r0 = *(u64 *)(r0 +0)", behind which newer kernels say the states that it leaves: "         ; R0=scalar()".
bool LogReader::takeInstruction(StringRef Line) {
  uint32_t Index;
  if (Line.consumeInteger(10, Index) || !Line.consume_front(": (") || Line.size() < 4 || !isHexDigit(Line[0]) ||
      !isHexDigit(Line[1]) || Line[2] != ')')
    return false;
  Line = Line.drop_front(3).trim();
  Log.Path.push_back({Index, Line.split(" ; ").first.rtrim().str(), Source, File, SourceLine});
  Log.Objection.clear(); // what was said before was none
  return true;
}

/// The number behind \p Name.
static uint64_t numberBehind(StringRef Line, StringRef Name) {
  uint64_t Value = 0;
  StringRef Rest = Line.split(Name).second.ltrim();
  Rest.consumeInteger(10, Value);
  return Value;
}

bool LogReader::takeStats(StringRef Line) {
  if (Line.starts_with("verification time"))
    Log.Stats.Microseconds = numberBehind(Line, "verification time");
  else if (Line.starts_with("stack depth"))
    Log.Stats.StackDepth = Line.drop_front(strlen("stack depth")).trim().split(' ').first.str();
  else if (Line.starts_with("processed ")) {
    Log.Stats.Instructions = numberBehind(Line, "processed");
    Log.Stats.TotalStates = numberBehind(Line, "total_states");
    Log.Stats.PeakStates = numberBehind(Line, "peak_states");
  } else
    return false;
  return true;
}

VerifierLog LogReader::read(StringRef Text) {
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    // An objection whose newline the kernel forgot, such as "expected prog array map for tail call".
    if (size_t Stats = Line.find("verification time "); Stats != 0 && Stats != StringRef::npos)
      Line = Line.take_front(Stats);
    Line = Line.rtrim();
    if (Line.empty() || takeSource(Line) || takeInstruction(Line) || takeStats(Line) || isState(Line))
      continue;
    Log.Objection.push_back(Line.str());
  }
  return std::move(Log);
}

VerifierLog VerifierLog::parse(StringRef Text) {
  return LogReader().read(Text);
}

} // namespace bpfbuild
