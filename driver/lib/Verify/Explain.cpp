//===- Explain.cpp - the verifier's objections at the source's lines ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where an instruction is from says .BTF.ext, with column and path, for the program itself. The functions that it calls
// stand behind it in an order that libbpf chooses; of those the kernel's own log says file and line since Linux 6.9,
// and before that the line's text, which is looked for.
//===----------------------------------------------------------------------===//
#include "Object/BTFExt.h"
#include "Verify/Objections.h"
#include "Verify/Verify.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

namespace {

constexpr size_t MaxBranches = 4; ///< on the way that are told; the last ones

/// Makes diagnostics of the verdict on one program.
class Explainer {
public:
  Explainer(const BPFObject &Object, const BTFExt &Lines, StringRef Kernel, const ProgramVerdict &V,
            std::vector<Diagnostic> &Result)
      : Object(Object), Lines(Lines), Kernel(Kernel), V(V), Result(Result) {}

  void explain();

private:
  void note(SourcePlace Place, std::string Message);
  void tellOrigin(StringRef Objection);
  void tellBranches();
  SourcePlace placeOf(const VerifiedInstruction &I) const;
  SourcePlace begin() const;

  const BPFObject &Object;
  const BTFExt &Lines;
  StringRef Kernel;
  const ProgramVerdict &V;
  const Symbol *Program = nullptr; ///< of V, in the object; null where it is not found
  std::vector<Diagnostic> &Result;
};

} // namespace

static SourcePlace toPlace(const LineInfo &Info) {
  return {Info.File.str(), Info.Line, Info.Column};
}

/// The program's symbol; null if there is none.
static const Symbol *findProgram(const BPFObject &Object, StringRef Name) {
  auto IsIt = [Name](const Symbol &S) {
    return S.SymbolKind == Symbol::Kind::Function && S.isDefined() && S.Name == Name;
  };
  auto Found = find_if(Object.symbols(), IsIt);
  return Found == Object.symbols().end() ? nullptr : &*Found;
}

SourcePlace Explainer::begin() const {
  const LineInfo *Info = Program ? Lines.findLine(Program->Section, Program->Value) : nullptr;
  return Info ? toPlace(*Info) : SourcePlace();
}

SourcePlace Explainer::placeOf(const VerifiedInstruction &I) const {
  uint64_t Offset = uint64_t(I.Index) * 8;
  if (Program && Offset < Program->Size)
    if (const LineInfo *Info = Lines.findLine(Program->Section, Program->Value + Offset))
      return toPlace(*Info);
  for (const LineInfo &Info : Lines.Lines) // for the path and the column
    if (Info.Line == I.Line && sys::path::filename(Info.File) == I.File)
      return toPlace(Info);
  for (const LineInfo &Info : Lines.Lines) // a kernel before Linux 6.9, in a function that the program calls
    if (!I.Line && !I.Source.empty() && Info.Text.trim() == I.Source)
      return toPlace(Info);
  return I.Line ? SourcePlace{I.File, I.Line, 0} : begin();
}

void Explainer::note(SourcePlace Place, std::string Message) {
  Diagnostic D;
  D.Level = Severity::Note;
  D.Message = std::move(Message);
  D.Object = Object.name();
  D.Symbol = V.Program;
  D.Place = std::move(Place);
  Result.push_back(std::move(D));
}

/// The register that \p Text names first: "R3 …" → "3"; empty if there is none.
static StringRef registerIn(StringRef Text) {
  for (size_t At = Text.find('R'); At != StringRef::npos; At = Text.find('R', At + 1)) {
    bool BeginsWord = At == 0 || !isAlnum(Text[At - 1]);
    StringRef Digits = Text.substr(At + 1).take_while(isDigit);
    if (BeginsWord && !Digits.empty())
      return Digits;
  }
  return {};
}

/// What \p Text, an instruction, writes into register \p Number: for a call, which gives r0, \p Text itself, otherwise
/// what stands behind the '='; empty if it writes another.
static StringRef writtenTo(StringRef Number, StringRef Text) {
  if (Text.starts_with("call ") && Number == "0")
    return Text;
  StringRef Rest = Text;
  return (Rest.consume_front("r") || Rest.consume_front("w")) && Rest.consume_front(Number) && Rest.consume_front(" = ")
             ? Rest
             : StringRef();
}

/// The register whose addition to register \p Number \p Text is: "r0 += r7" → "7"; empty if it is none.
static StringRef addedTo(StringRef Number, StringRef Text) {
  bool IsIt = Text.consume_front("r") && Text.consume_front(Number) && Text.consume_front(" += r");
  return IsIt ? Text : StringRef();
}

/// Follows the register of \p Objection back through moves to where its value came from; of one that may point too far,
/// the number that was added to it; of a reference, the call that gave it.
void Explainer::tellOrigin(StringRef Objection) {
  uint32_t Acquired;
  if (StringRef Rest = Objection.split("alloc_insn=").second; !Rest.consumeInteger(10, Acquired)) {
    auto Found = find_if(V.Log.Path, [Acquired](const VerifiedInstruction &I) { return I.Index == Acquired; });
    if (Found != V.Log.Path.end())
      note(placeOf(*Found), "it was acquired here");
    return;
  }
  bool IsOutside = Objection.contains("unbounded") || Objection.contains("outside of the allowed");
  StringRef Number = registerIn(Objection);
  if (Number.empty() || V.Log.Path.empty())
    return;
  for (const VerifiedInstruction &I : reverse(drop_end(V.Log.Path))) {
    if (StringRef Added = IsOutside ? addedTo(Number, I.Text) : StringRef(); !Added.empty()) {
      Number = Added;
      IsOutside = false;
      continue;
    }
    StringRef Written = writtenTo(Number, I.Text);
    if (Written.empty())
      continue;
    if (Written.starts_with("call ")) {
      StringRef Callee = Written.drop_front(strlen("call ")).split('#').first;
      if (!Callee.starts_with("pc")) // a function of the program's own
        note(placeOf(I), formatv("the value comes from this call of {0}()", Callee));
      return;
    }
    if ((Written.front() != 'r' && Written.front() != 'w') || !all_of(Written.drop_front(), isDigit))
      return note(placeOf(I), formatv("the value comes from here: {0}", I.Text));
    Number = Written.drop_front();
  }
}

/// The last conditional jumps on the way, with where they led. The way of a loop can have a million instructions, so it
/// is walked from its end; of branches in turn that stand at the same line the first is told.
void Explainer::tellBranches() {
  SmallVector<std::pair<SourcePlace, SourcePlace>> Branches; // the last one first
  ArrayRef<VerifiedInstruction> Path = V.Log.Path;
  for (size_t I = Path.size(); I-- > 1;) {
    if (!StringRef(Path[I - 1].Text).starts_with("if "))
      continue;
    SourcePlace From = placeOf(Path[I - 1]), To = placeOf(Path[I]);
    if (From.Line == To.Line)
      continue;
    if (!Branches.empty() && Branches.back().first.Line == From.Line)
      Branches.pop_back();
    else if (Branches.size() == MaxBranches)
      break;
    Branches.push_back({std::move(From), std::move(To)});
  }
  for (auto &[From, To] : reverse(Branches))
    note(From, formatv("the way there: from this branch to line {0}", To.Line));
}

void Explainer::explain() {
  if (V.Result == Verdict::Accepted)
    return;
  Program = findProgram(Object, V.Program);
  if (V.Result == Verdict::NotJudged)
    return note(begin(), formatv("'{0}' is not judged here: {1} lets nobody load programs of SEC(\"{2}\") (EPERM)",
                                 V.Program, Kernel, V.Section));
  Diagnostic D;
  D.Check = "bpf-verifier";
  D.Object = Object.name();
  D.Symbol = V.Program;
  const VerifiedInstruction *Last = V.Log.Path.empty() ? nullptr : &V.Log.Path.back();
  D.Place = Last ? placeOf(*Last) : begin();
  std::string Said = join(V.Log.Objection, "; ");
  if (Said.empty())
    Said = V.LoaderText.empty() ? sys::StrError(V.ErrorCode) : V.LoaderText;
  D.Message = formatv("{0} refuses '{1}': {2}", Kernel, V.Program, Said);
  const Objection *Known = nullptr;
  for (const std::string &Line : reverse(V.Log.Objection)) // the last is the most special
    if ((Known = findObjection(Line)))
      break;
  if (Known)
    D.Note = Known->Advice.str();
  if (Last)
    D.Note += formatv("{0}instruction {1}: {2}", D.Note.empty() ? "" : " (", Last->Index, Last->Text).str() +
              (D.Note.empty() ? "" : ")");
  Result.push_back(std::move(D));
  tellOrigin(Said);
  tellBranches();
}

std::vector<Diagnostic> explainVerdicts(const BPFObject &Object, ArrayRef<ProgramVerdict> Verdicts, StringRef Where) {
  std::vector<Diagnostic> Result;
  Expected<BTFExt> Lines = BTFExt::read(Object);
  if (!Lines)
    consumeError(Lines.takeError()); // checkObject() says it; here the places are unknown
  const BTFExt Known = Lines ? std::move(*Lines) : BTFExt();
  for (const ProgramVerdict &V : Verdicts)
    Explainer(Object, Known, Where == "running" ? "the kernel" : Where, V, Result).explain();
  return Result;
}

} // namespace bpfbuild
