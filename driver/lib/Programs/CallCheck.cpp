//===- CallCheck.cpp - calls that every kernel refuses --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes over the instructions once, from the first to the last, with what registers are known to hold: the address of a
// map, or of a place on the stack. Where a jump leads, nothing is known. Only for a call that is refused is it asked
// whether it is guarded.
//===----------------------------------------------------------------------===//
#include "Programs/CallCheck.h"
#include "Kernel/HelperTypes.h"
#include "Kernel/Helpers.h"
#include "Kernel/Instruction.h"
#include "Kernel/MapHelpers.h"
#include "Kernel/SectionNames.h"
#include "Programs/Guards.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>
#include <set>

using namespace llvm;

namespace bpfbuild {

namespace {
/// What a register holds, as far as it is known.
struct Value {
  enum { Unknown, Map, Stack } Kind = Unknown;
  const MapDef *Definition = nullptr; ///< of a map
  int64_t Offset = 0;                 ///< on the stack, from r10: negative
};

constexpr uint8_t FramePointer = 10, Registers = 11;

class CallCheck {
public:
  CallCheck(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
            std::vector<Diagnostic> &Diagnostics);

  void run();

private:
  struct Place {
    uint32_t Section;
    uint64_t Offset;
    const Symbol *Function;
  };

  void checkSection(uint32_t Index);
  void forget() { std::fill(std::begin(Held), std::end(Held) - 1, Value()); } ///< all but r10
  void step(const Instruction &I, uint32_t Section, uint64_t Offset);
  void checkCall(const Instruction &I, const Place &At);
  void checkType(const Helper &H, const Place &At);
  void checkMap(const Helper &H, const MapHelper &Takes, const Place &At);
  void checkArgument(const Helper &H, StringRef What, uint8_t Argument, uint64_t Size, const MapDef &Map,
                     const Place &At);
  void report(StringRef Check, std::string Message, std::string Note, const Place &At, StringRef Since = "");
  bool isGuarded(const Place &At);

  const BPFObject &Object;
  const CheckTarget &Target;
  std::vector<Diagnostic> &Diagnostics;
  StringMap<const MapDef *> MapOf;
  DenseMap<std::pair<uint32_t, uint64_t>, const MapDef *> MapAt; ///< by section and offset of the instruction
  Value Held[Registers];
  std::optional<BTFExt> Ext; ///< and the guards: once they are needed
  std::optional<Guards> Guarded;
  bool HasAsked = false;
  std::set<std::pair<std::string, std::string>> Reported; ///< function and message: inlining repeats calls
};
} // namespace

CallCheck::CallCheck(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
                     std::vector<Diagnostic> &Diagnostics)
    : Object(Object), Target(Target), Diagnostics(Diagnostics) {
  for (const MapDef &Map : Maps)
    MapOf[Map.Name] = &Map;
  for (const Relocation &R : Object.relocations())
    if (auto It = MapOf.find(Object.symbols()[R.Symbol].Name); It != MapOf.end() && Object.sections()[R.Section].IsCode)
      MapAt[{R.Section, R.Offset}] = It->second;
  Held[FramePointer] = {Value::Stack};
}

bool CallCheck::isGuarded(const Place &At) {
  if (!HasAsked) {
    HasAsked = true;
    Ext = expectedToOptional(BTFExt::read(Object)); // of which errors the check of the code reports
    if (Ext)
      Guarded.emplace(Object, *Ext, /*ChecksGlobals=*/false);
  }
  return Guarded && Guarded->isGuarded(At.Section, At.Offset);
}

void CallCheck::report(StringRef Check, std::string Message, std::string Note, const Place &At, StringRef Since) {
  if (isGuarded(At) || !Reported.insert({At.Function ? At.Function->Name.str() : "", Message}).second)
    return;
  Diagnostic D;
  D.Check = Check.str();
  D.Object = Object.name().str();
  D.Symbol = At.Function ? At.Function->Name.str() : "";
  D.Message = std::move(Message);
  D.Note = std::move(Note);
  D.Since = Since.str();
  if (const LineInfo *Line = Ext ? Ext->findLine(At.Section, At.Offset) : nullptr)
    D.Place = {Line->File.str(), Line->Line, Line->Column};
  Diagnostics.push_back(std::move(D));
}

void CallCheck::checkType(const Helper &H, const Place &At) {
  StringRef Section = Object.sections()[At.Section].Name;
  const SectionName *Known = findSectionName(Section);
  if (!Known)
    return;
  std::optional<HelperRefusal> Refused = findRefusal(Known->ProgramType, H.Id, Target.Oldest);
  if (!Refused || (Target.Oldest && H.Since > *Target.Oldest)) // which bpf-helper says
    return;
  std::string Since = Refused->TakenBy ? Refused->TakenBy->str() : "";
  report("bpf-helper-type",
         Refused->TakenBy ? formatv("{0}() cannot be called in SEC(\"{1}\") on Linux {2}; compiled for {3}", H.Name,
                                    Section, Refused->By.str(), Target.Oldest->str())
                                .str()
                          : formatv("{0}() cannot be called in SEC(\"{1}\")", H.Name, Section).str(),
         Refused->TakenBy ? formatv("Linux {0} lets {1} programs call it", Since, Known->ProgramType).str()
                          : "programs that may call it: " + join(programTypesThatCall(H.Id), ", "),
         At, Since);
}

void CallCheck::checkArgument(const Helper &H, StringRef What, uint8_t Argument, uint64_t Size, const MapDef &Map,
                              const Place &At) {
  if (!Argument || !Size || Held[Argument].Kind != Value::Stack || uint64_t(-Held[Argument].Offset) >= Size)
    return;
  report("bpf-map-argument",
         formatv("{0}() reads {1} bytes of a {2} for map '{3}', and is given {4} on the stack", H.Name, Size, What,
                 Map.Name, -Held[Argument].Offset),
         formatv("the {0} must have the type that the map's definition names", What), At);
}

/// "it takes a sockmap or sockhash"; nothing for a helper that takes many types.
static std::string namesOf(MapTypeSet Types) {
  SmallVector<StringRef> Names;
  for (uint32_t Id = 1; !mapTypeName(MapType(Id)).empty(); ++Id)
    if (Types.contains(MapType(Id)))
      Names.push_back(mapTypeName(MapType(Id)));
  return Names.size() > 4 ? "" : "it takes maps of the type " + join(Names, " or ");
}

void CallCheck::checkMap(const Helper &H, const MapHelper &Takes, const Place &At) {
  if (Held[Takes.Map].Kind != Value::Map)
    return;
  const MapDef &Map = *Held[Takes.Map].Definition;
  if (Map.Type != MapType::Unspec && !mapTypeName(Map.Type).empty() && !Takes.Types.contains(Map.Type))
    return report("bpf-map-helper",
                  formatv("{0}() does not take map '{1}', whose type is {2}", H.Name, Map.Name, mapTypeName(Map.Type)),
                  namesOf(Takes.Types), At);
  checkArgument(H, "key", Takes.Key, Map.KeySize, Map, At);
  checkArgument(H, "value", Takes.Value, Map.ValueSize, Map, At);
}

void CallCheck::checkCall(const Instruction &I, const Place &At) {
  const Helper *H = findHelper(uint32_t(I.Imm));
  if (!H)
    return;
  checkType(*H, At);
  if (const MapHelper *Takes = findMapHelper(H->Id))
    checkMap(*H, *Takes, At);
}

/// What the registers hold after \p I.
void CallCheck::step(const Instruction &I, uint32_t Section, uint64_t Offset) {
  bool IsStore = I.instructionClass() == Instruction::St || I.instructionClass() == Instruction::Stx;
  if (I.isCall()) {
    std::fill(std::begin(Held), std::begin(Held) + 6, Value());
    return;
  }
  if (I.isJump() || I.isExit() || (IsStore && !I.isAtomic()) || I.Dst >= FramePointer)
    return;
  Value Before = Held[I.Dst];
  Held[I.Dst] = Value();
  bool Is64 = I.instructionClass() == Instruction::Alu64;
  if (I.isWide()) {
    if (const MapDef *Map = MapAt.lookup({Section, Offset}))
      Held[I.Dst] = {Value::Map, Map};
  } else if (Is64 && I.isMove() && I.usesRegister() && I.Offset == 0 && I.Src < Registers) {
    Held[I.Dst] = Held[I.Src];
  } else if (Is64 && I.operation() == 0 && !I.usesRegister() && Before.Kind == Value::Stack) { // r += constant
    Held[I.Dst] = {Value::Stack, nullptr, Before.Offset + I.Imm};
  } else if (I.isAtomic()) { // which writes Src, or r0
    Held[I.Dst] = Before;
    Held[I.Src < FramePointer ? I.Src : 0] = Value();
    Held[0] = Value();
  }
}

void CallCheck::checkSection(uint32_t Index) {
  const Section &Code = Object.sections()[Index];
  size_t Count = Code.Bytes.size() / Instruction::Size;
  auto At = [&](size_t I) {
    return Instruction::decode(Code.Bytes.data() + I * Instruction::Size, Object.isLittleEndian());
  };
  DenseSet<int64_t> Targets;
  bool HasTableJump = false; // to anywhere
  for (size_t I = 0; I < Count; ++I) {
    HasTableJump |= At(I).isTableJump();
    if (At(I).isJump())
      Targets.insert(static_cast<int64_t>(I) + At(I).jumpDistance());
    if (At(I).isWide())
      ++I;
  }
  std::map<uint64_t, const Symbol *> Functions;
  for (const Symbol &S : Object.symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.Section == Index)
      Functions[S.Value] = &S;
  const Symbol *Function = nullptr;
  for (size_t I = 0; I < Count; ++I) {
    uint64_t Offset = I * Instruction::Size;
    if (auto It = Functions.find(Offset); It != Functions.end()) {
      Function = It->second;
      forget();
    }
    if (HasTableJump || Targets.contains(static_cast<int64_t>(I)) || (I > 0 && At(I - 1).isUnconditionalJump()))
      forget();
    Instruction Here = At(I);
    if (Here.isHelperCall())
      checkCall(Here, {Index, Offset, Function});
    step(Here, Index, Offset);
    if (Here.isWide())
      ++I;
  }
}

void CallCheck::run() {
  for (uint32_t Index = 0; Index < Object.sections().size(); ++Index)
    if (Object.sections()[Index].IsCode)
      checkSection(Index);
}

void checkCalls(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
                std::vector<Diagnostic> &Diagnostics) {
  CallCheck(Object, Maps, Target, Diagnostics).run();
}

} // namespace bpfbuild
