//===- UapiHelpers.cpp - the helpers that linux/bpf.h documents -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One comment of linux/bpf.h has a block for each helper, which begins with its prototype on a line of its own:
//
//	 * long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags)
//
// A helper with several contexts has several blocks, one after the other.
//===----------------------------------------------------------------------===//
#include "Kernel/UapiHelpers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace bpfbuild {

static bool isNameCharacter(char C) {
  return isAlnum(C) || C == '_';
}

/// The kernel's word for a type as BPF programs know it; most are the same.
static StringRef wordOfPrograms(StringRef Word) {
  return StringSwitch<StringRef>(Word)
      .Case("u8", "__u8")
      .Case("u16", "__u16")
      .Case("u32", "__u32")
      .Case("u64", "__u64")
      .Case("s32", "__s32")
      .Case("s64", "__s64")
      .Case("size_t", "unsigned long")
      .Case("sk_buff", "__sk_buff")
      .Case("sk_msg_buff", "sk_msg_md")
      .Case("xdp_buff", "xdp_md")
      .Default(Word);
}

/// A type, or a parameter with its name, as BPF programs know it. Nothing where a word is none of a declaration.
static std::optional<std::string> translate(StringRef Declaration) {
  std::string Out;
  for (StringRef Rest = Declaration; !Rest.empty();) {
    StringRef Word = Rest.take_while(isNameCharacter);
    if (Word.empty()) {
      if (Rest.front() != ' ' && Rest.front() != '*' && Rest.front() != '.')
        return std::nullopt;
      Out += Rest.front();
      Rest = Rest.drop_front();
      continue;
    }
    bool IsMap = Word == "bpf_map" && StringRef(Out).ends_with("struct ");
    if (IsMap)
      Out.resize(Out.size() - strlen("struct "));
    Out += IsMap ? StringRef("void") : wordOfPrograms(Word);
    Rest = Rest.drop_front(Word.size());
  }
  return Out;
}

namespace {
struct Prototype {
  StringRef Name;
  std::string Return, Parameters;
};
} // namespace

/// Reads "long bpf_loop(u32 nr_loops, …)"; nothing if \p Line is no prototype.
static std::optional<Prototype> parsePrototype(StringRef Line) {
  auto [Head, Tail] = Line.split('(');
  if (!Tail.consume_back(")") || Tail.contains('(') || Tail.contains(')'))
    return std::nullopt;
  StringRef Name = Head.substr(Head.find_last_of(" *") + 1);
  if (!Name.starts_with("bpf_") || Name.size() == Head.size())
    return std::nullopt;
  Prototype P{Name, {}, {}};
  std::optional<std::string> Return = translate(Head.drop_back(Name.size()).rtrim());
  if (!Return)
    return std::nullopt;
  P.Return = *Return;
  for (StringRef Parameter : split(Tail, ',')) {
    std::optional<std::string> Text = translate(Parameter.trim());
    if (!Text || Text->empty())
      return std::nullopt;
    P.Parameters += (P.Parameters.empty() ? "" : ", ") + *Text;
  }
  return P;
}

/// The first parameter without its type, for helpers that take several.
static std::string withAnyContext(StringRef Parameters) {
  return ("void *ctx" + Parameters.substr(std::min(Parameters.find(','), Parameters.size()))).str();
}

static StringMap<Prototype> parsePrototypes(StringRef Header) {
  StringMap<Prototype> Result;
  StringRef Comment = Header.split("Start of BPF helper function descriptions:").second.split("*/").first;
  for (StringRef Line : split(Comment, '\n')) {
    if (!Line.consume_front(" * ") || Line.starts_with("\t"))
      continue;
    std::optional<Prototype> P = parsePrototype(Line.rtrim());
    if (!P)
      continue;
    auto [It, IsNew] = Result.try_emplace(P->Name, *P);
    if (!IsNew)
      It->second.Parameters = withAnyContext(It->second.Parameters);
  }
  return Result;
}

std::vector<Helper> helpersOf(ArrayRef<FunctionId> Ids, StringRef Header, StringSaver &Strings) {
  StringMap<Prototype> Documented = parsePrototypes(Header);
  std::vector<Helper> Result;
  for (const FunctionId &F : Ids) {
    const Helper *Known = findHelper(StringRef(F.Name));
    Helper H = Known ? *Known : Helper();
    auto It = Documented.find(F.Name);
    if (!Known && It == Documented.end())
      continue;
    H.Id = F.Id;
    H.Name = Strings.save(F.Name);
    // Where contexts differ, the table's names for them are the better ones.
    bool TableHasAnyContext = Known && Known->Parameters.starts_with("void *ctx");
    if (It != Documented.end() && !TableHasAnyContext) {
      H.Return = Strings.save(It->second.Return);
      H.Parameters = Strings.save(It->second.Parameters);
    }
    Result.push_back(H);
  }
  return Result;
}

} // namespace bpfbuild
