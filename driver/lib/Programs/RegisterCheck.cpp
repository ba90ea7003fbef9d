//===- RegisterCheck.cpp - what every kernel refuses ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes over the instructions once, from the first to the last, with what registers are known to hold: the address of a
// map, of a place on the stack or in the context, or what was read there. Where a jump leads, nothing is known. Only
// for what is refused is it asked whether it is guarded.
//===----------------------------------------------------------------------===//
#include "Programs/RegisterCheck.h"
#include "CoRe/Guards.h"
#include "Kernel/Contexts.h"
#include "Kernel/HelperTypes.h"
#include "Kernel/Helpers.h"
#include "Kernel/Instruction.h"
#include "Kernel/MapHelpers.h"
#include "Kernel/SectionNames.h"
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
  enum {
    Unknown,
    Map,
    Stack,
    Context,
    Packet,      ///< a place in a packet, and nothing was compared since it was read from the context
    FromContext, ///< a number that was read there
    CurrentTask, ///< the number that bpf_get_current_task() returned
  } Kind = Unknown;
  const MapDef *Definition = nullptr; ///< of a map
  int64_t Offset = 0;                 ///< on the stack, from r10: negative; in the context, from its begin
};

constexpr uint8_t FramePointer = 10, Registers = 11;

class RegisterCheck {
public:
  RegisterCheck(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
                std::vector<Diagnostic> &Diagnostics);

  void run();

private:
  struct Place {
    uint32_t Section;
    uint64_t Offset;
    const Symbol *Function;
    bool IsWhole = false; ///< the function as a whole, not its first instruction
  };

  void checkSection(uint32_t Index);
  void enter(const Place &At);
  void forget() { std::fill(std::begin(Held), std::end(Held) - 1, Value()); } ///< all but r10
  void step(const Instruction &I, uint32_t Section, uint64_t Offset);
  Value loaded(const Instruction &I) const;
  Value calculated(const Instruction &I) const;
  void checkCall(const Instruction &I, const Place &At);
  void checkType(const Helper &H, const Place &At);
  void checkSleepable(const Helper &H, const Place &At);
  void checkRelease(const Helper &H, const Place &At);
  bool callsAnyOf(const Section &Code, ArrayRef<uint32_t> Helpers) const;
  StringRef firstParameterOf(StringRef Name);
  void checkParameter(const Place &At);
  void checkAccess(const Instruction &I, const Place &At);
  uint64_t contextSize();
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
  const SectionName *Type = nullptr; ///< of the programs in the section; null where that is not known
  const ProgramContext *Context = nullptr;
  std::optional<BTFExt> Ext; ///< and the guards: once they are needed
  std::optional<Guards> Guarded;
  bool HasAsked = false;
  std::set<std::pair<std::string, std::string>> Reported; ///< function and message: inlining repeats calls
  // What is found out once it is needed.
  StringMap<uint32_t> Prototypes;                            ///< of functions, by name
  DenseMap<const ProgramContext *, uint64_t> ContextSizes;   ///< in bytes
  DenseMap<std::pair<uint32_t, uint32_t>, bool> IsGivenBack; ///< what a helper acquires, by section and helper
};
} // namespace

RegisterCheck::RegisterCheck(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
                             std::vector<Diagnostic> &Diagnostics)
    : Object(Object), Target(Target), Diagnostics(Diagnostics) {
  for (const MapDef &Map : Maps)
    MapOf[Map.Name] = &Map;
  for (const Relocation &R : Object.relocations())
    if (auto It = MapOf.find(Object.symbols()[R.Symbol].Name); It != MapOf.end() && Object.sections()[R.Section].IsCode)
      MapAt[{R.Section, R.Offset}] = It->second;
  Held[FramePointer] = {Value::Stack};
}

bool RegisterCheck::isGuarded(const Place &At) {
  if (!HasAsked) {
    HasAsked = true;
    Ext = expectedToOptional(BTFExt::read(Object)); // of which errors the check of the code reports
    if (Ext)
      Guarded.emplace(Object, *Ext, /*ChecksGlobals=*/false);
  }
  return Guarded && Guarded->isGuarded(At.Section, At.Offset);
}

void RegisterCheck::report(StringRef Check, std::string Message, std::string Note, const Place &At, StringRef Since) {
  if (isGuarded(At) || !Reported.insert({At.Function ? At.Function->Name.str() : "", Message}).second)
    return;
  Diagnostic D;
  D.Check = Check.str();
  D.Object = Object.name().str();
  D.Symbol = At.Function ? At.Function->Name.str() : "";
  D.Message = std::move(Message);
  D.Note = std::move(Note);
  D.Since = Since.str();
  if (const LineInfo *Line = Ext && !At.IsWhole ? Ext->findLine(At.Section, At.Offset) : nullptr)
    D.Place = {Line->File.str(), Line->Line, Line->Column};
  Diagnostics.push_back(std::move(D));
}

void RegisterCheck::checkType(const Helper &H, const Place &At) {
  if (!Type)
    return;
  StringRef Section = Object.sections()[At.Section].Name;
  std::optional<HelperRefusal> Refused = findRefusal(Type->ProgramType, H.Id, Target.Oldest);
  if (!Refused || (Target.Oldest && H.Since > *Target.Oldest)) // which bpf-helper says
    return;
  std::string Since = Refused->TakenBy ? Refused->TakenBy->str() : "";
  report("bpf-helper-type",
         Refused->TakenBy ? formatv("{0}() cannot be called in SEC(\"{1}\") on Linux {2}; compiled for {3}", H.Name,
                                    Section, Refused->By.str(), Target.Oldest->str())
                                .str()
                          : formatv("{0}() cannot be called in SEC(\"{1}\")", H.Name, Section).str(),
         Refused->TakenBy ? formatv("Linux {0} lets {1} programs call it", Since, Type->ProgramType).str()
                          : "programs that may call it: " + join(programTypesThatCall(H.Id), ", "),
         At, Since);
}

/// bpf_func_proto::might_sleep of the kernel; before it had that, it gave such helpers to sleepable programs alone.
void RegisterCheck::checkSleepable(const Helper &H, const Place &At) {
  bool Sleeps = is_contained(
      {"bpf_copy_from_user", "bpf_copy_from_user_task", "bpf_ima_inode_hash", "bpf_ima_file_hash"}, H.Name);
  if (!Sleeps || !Type || Type->Name.ends_with(".s") ||
      is_contained({"syscall", "ext", "struct_ops"}, Type->ProgramType))
    return;
  StringRef Section = Object.sections()[At.Section].Name;
  Section.consume_front("?");
  auto [Word, Name] = Section.split('/');
  std::string Sleepable = (Word + ".s" + (Name.empty() ? "" : "/") + Name).str();
  const SectionName *Twin = findSectionName(Sleepable);
  report("bpf-sleepable", formatv("{0}() may sleep, and programs of SEC(\"{1}\") may not", H.Name, Section),
         Twin && Twin->Name.ends_with(".s")
             ? formatv("SEC(\"{0}\") is a sleepable program", Sleepable).str()
             : "sleepable are programs of fentry.s, fexit.s, fmod_ret.s, lsm.s, iter.s, uprobe.s and syscall",
         At);
}

namespace {
/// Helpers that give a reference which the program must give back, and those that take it.
struct Acquisition {
  uint32_t By;
  StringLiteral What;
  uint32_t Releases[2];
  StringLiteral With;
};
} // namespace

static constexpr StringLiteral SubmitOrDiscard = "bpf_ringbuf_submit() or bpf_ringbuf_discard()";
static constexpr StringLiteral SubmitOrDiscardDynptr = "bpf_ringbuf_submit_dynptr() or bpf_ringbuf_discard_dynptr()";
static constexpr Acquisition Acquisitions[] = {
    {84, "socket", {86, 86}, "bpf_sk_release()"},       {85, "socket", {86, 86}, "bpf_sk_release()"},
    {99, "socket", {86, 86}, "bpf_sk_release()"},       {131, "record", {132, 133}, SubmitOrDiscard},
    {198, "record", {199, 200}, SubmitOrDiscardDynptr},
};

bool RegisterCheck::callsAnyOf(const Section &Code, ArrayRef<uint32_t> Helpers) const {
  bool Found = false;
  forEachInstruction(Code.Bytes, Object.isLittleEndian(), [&](uint64_t, const Instruction &I) {
    Found |= I.isHelperCall() && is_contained(Helpers, uint32_t(I.Imm));
  });
  return Found;
}

/// What is acquired in a program, and given back by no call in its section or in the functions that it may call:
/// check_reference_leak() of the verifier.
void RegisterCheck::checkRelease(const Helper &H, const Place &At) {
  const auto *Found = find_if(Acquisitions, [&](const Acquisition &A) { return A.By == H.Id; });
  if (Found == std::end(Acquisitions) || !Type || Type->ProgramType == "ext")
    return;
  auto [It, IsNew] = IsGivenBack.try_emplace({At.Section, H.Id}, false);
  if (IsNew) {
    const Section *Subprograms = Object.findSection(".text");
    It->second = callsAnyOf(Object.sections()[At.Section], Found->Releases) ||
                 (Subprograms && callsAnyOf(*Subprograms, Found->Releases));
  }
  if (It->second)
    return;
  report("bpf-reference", formatv("the {0} that {1}() gives is never given back", Found->What, H.Name),
         formatv("call {0} on every path where it is not null", Found->With), At);
}

/// The name of what the first parameter of the function \p Name points to; empty if it has none, or that no name.
StringRef RegisterCheck::firstParameterOf(StringRef Name) {
  const btf::BTF &Types = *Object.types();
  if (Prototypes.empty())
    for (uint32_t Id = 1; Id < Types.size(); ++Id)
      if (btf::Type T = Types.type(Id); T.TypeKind == btf::Kind::Func)
        Prototypes.try_emplace(T.Name, T.Ref);
  btf::Type Prototype = Types.type(Prototypes.lookup(Name));
  if (Prototype.TypeKind != btf::Kind::FuncProto || Prototype.parameters().empty())
    return "";
  btf::Type Pointer = Types.resolved((*Prototype.parameters().begin()).Type);
  return Pointer.TypeKind == btf::Kind::Ptr ? Types.resolved(Pointer.Ref).Name.ref() : "";
}

/// What the program's first parameter points to, by its name, against what the kernel passes.
void RegisterCheck::checkParameter(const Place &At) {
  if (!Context || !Object.types())
    return;
  StringRef Struct = firstParameterOf(At.Function->Name);
  if (isContext(Struct) && Struct != Context->Struct)
    report("bpf-context-type",
           formatv("the context of SEC(\"{0}\") is a struct {1}, and '{2}' takes a struct {3}",
                   Object.sections()[At.Section].Name, Context->Struct, At.Function->Name, Struct),
           "", At);
}

/// The bytes of the context, by the table or by the source's headers, which may be newer.
uint64_t RegisterCheck::contextSize() {
  auto [It, IsNew] = ContextSizes.try_emplace(Context, Context->Size);
  if (IsNew && Object.types())
    for (const btf::BTF::Definition &D : Object.types()->definitions())
      if (btf::Type T = Object.types()->type(D.Id); T.isRecord() && T.Name == Context->Struct)
        It->second = std::max<uint64_t>(It->second, T.Size);
  return It->second;
}

/// The memory that \p I reads or writes.
void RegisterCheck::checkAccess(const Instruction &I, const Place &At) {
  const Value &Base = Held[I.isLoad() ? I.Src : I.Dst];
  StringRef Does = I.isLoad() ? "reads" : "writes";
  switch (Base.Kind) {
  case Value::Packet:
    return report("bpf-memory", formatv("{0} the packet without a comparison with data_end", Does),
                  "compare the end of what you access with data_end first, and again after data was read anew", At);
  case Value::FromContext:
    return report("bpf-memory",
                  formatv("{0} memory at an address from the context, which the verifier takes for a number", Does),
                  I.isLoad() ? "read it with BPF_CORE_READ() or bpf_probe_read_kernel(), a user's memory with "
                               "bpf_probe_read_user()"
                             : "",
                  At);
  case Value::CurrentTask:
    return report(
        "bpf-memory",
        formatv("{0} memory at the address that bpf_get_current_task() returned, which the verifier takes for "
                "a number",
                Does),
        "call bpf_get_current_task_btf(), or read with BPF_CORE_READ()", At);
  case Value::Context: {
    if (!Context || !Context->Size) // which has no one size
      return;
    int64_t From = Base.Offset + I.Offset, To = From + I.accessBytes();
    if (From >= 0 && To <= int64_t(Context->Size)) // as nearly all are; the headers are asked for the others
      return;
    uint64_t Size = contextSize();
    if (From < 0 || To > int64_t(Size))
      report(
          "bpf-context",
          formatv("{0} bytes {1} to {2} of the context; struct {3} has {4}", Does, From, To - 1, Context->Struct, Size),
          "", At);
    return;
  }
  default:
    return;
  }
}

void RegisterCheck::checkArgument(const Helper &H, StringRef What, uint8_t Argument, uint64_t Size, const MapDef &Map,
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

void RegisterCheck::checkMap(const Helper &H, const MapHelper &Takes, const Place &At) {
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

void RegisterCheck::checkCall(const Instruction &I, const Place &At) {
  const Helper *H = findHelper(uint32_t(I.Imm));
  if (!H)
    return;
  checkType(*H, At);
  checkSleepable(*H, At);
  checkRelease(*H, At);
  if (const MapHelper *Takes = findMapHelper(H->Id))
    checkMap(*H, *Takes, At);
}

/// What \p I, a load, puts into its register.
Value RegisterCheck::loaded(const Instruction &I) const {
  if (Held[I.Src].Kind != Value::Context)
    return Value();
  if (Context && is_contained(Context->Packet, Held[I.Src].Offset + I.Offset))
    return {Value::Packet};
  return hasPlainContext(Type->ProgramType) ? Value{Value::FromContext} : Value();
}

/// What \p I, a calculation, leaves in its register.
Value RegisterCheck::calculated(const Instruction &I) const {
  bool Is64 = I.instructionClass() == Instruction::Alu64;
  if (Is64 && I.isMove() && I.usesRegister() && I.Offset == 0 && I.Src < Registers)
    return Held[I.Src];
  Value Result = Held[I.Dst];
  bool IsSum = Is64 && I.operation() == 0 && !I.usesRegister(); // r += constant
  if (!IsSum || Result.Kind == Value::Map)
    return Value();
  Result.Offset += I.Imm;
  return Result;
}

/// What the registers hold after \p I.
void RegisterCheck::step(const Instruction &I, uint32_t Section, uint64_t Offset) {
  constexpr int32_t GetCurrentTask = 35;
  bool IsStore = I.instructionClass() == Instruction::St || I.instructionClass() == Instruction::Stx;
  if (I.isCall()) {
    std::fill(std::begin(Held), std::begin(Held) + 6, Value());
    if (I.isHelperCall() && I.Imm == GetCurrentTask)
      Held[0] = {Value::CurrentTask};
    return;
  }
  if (I.isJump()) // which may have compared any of them
    for (Value &V : Held)
      if (V.Kind == Value::Packet)
        V = Value();
  if (I.isJump() || I.isExit() || (IsStore && !I.isAtomic()) || I.Dst >= FramePointer)
    return;
  if (I.isAtomic()) { // which writes Src, or r0
    Held[I.Src < FramePointer ? I.Src : 0] = Value();
    Held[0] = Value();
  } else if (I.isWide()) {
    const MapDef *Map = MapAt.lookup({Section, Offset});
    Held[I.Dst] = Map ? Value{Value::Map, Map} : Value();
  } else if (I.isLoad()) {
    Held[I.Dst] = I.Src < Registers ? loaded(I) : Value();
  } else {
    Held[I.Dst] = I.isAlu() ? calculated(I) : Value();
  }
}

/// A function begins: in a section of programs that is one, and has its context.
void RegisterCheck::enter(const Place &At) {
  forget();
  if (!Type || At.Function->Bind == Symbol::Binding::Local)
    return;
  if (Context || hasPlainContext(Type->ProgramType))
    Held[1] = {Value::Context};
  checkParameter(At);
}

void RegisterCheck::checkSection(uint32_t Index) {
  const Section &Code = Object.sections()[Index];
  Type = findSectionName(Code.Name);
  Context = Type ? findContext(Type->ProgramType) : nullptr;
  DenseSet<uint64_t> Targets;
  bool HasTableJump = false; // to anywhere
  forEachInstruction(Code.Bytes, Object.isLittleEndian(), [&](uint64_t Offset, const Instruction &I) {
    HasTableJump |= I.isTableJump();
    if (I.isJump())
      Targets.insert(Offset + uint64_t(I.jumpDistance()) * Instruction::Size);
  });
  std::map<uint64_t, const Symbol *> Functions;
  for (const Symbol &S : Object.symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.Section == Index)
      Functions[S.Value] = &S;
  const Symbol *Function = nullptr;
  bool FollowsJump = false;
  forEachInstruction(Code.Bytes, Object.isLittleEndian(), [&](uint64_t Offset, const Instruction &I) {
    if (auto Begin = Functions.find(Offset); Begin != Functions.end()) {
      Function = Begin->second;
      FollowsJump = false;
      enter({Index, Offset, Function, /*IsWhole=*/true});
    }
    if (HasTableJump || FollowsJump || Targets.contains(Offset))
      forget();
    if (I.isHelperCall())
      checkCall(I, {Index, Offset, Function});
    if (I.accessBytes() && I.Src < Registers && I.Dst < Registers)
      checkAccess(I, {Index, Offset, Function});
    step(I, Index, Offset);
    FollowsJump = I.isUnconditionalJump();
  });
}

void RegisterCheck::run() {
  for (uint32_t Index = 0; Index < Object.sections().size(); ++Index)
    if (Object.sections()[Index].IsCode)
      checkSection(Index);
}

void checkRegisters(const BPFObject &Object, ArrayRef<MapDef> Maps, const CheckTarget &Target,
                    std::vector<Diagnostic> &Diagnostics) {
  RegisterCheck(Object, Maps, Target, Diagnostics).run();
}

} // namespace bpfbuild
