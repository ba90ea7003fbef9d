//===- Spelling.cpp - types as messages name them -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C writes a declaration around its name. Going from the type inwards, what stands around the name grows: a pointer
// puts a star before it, a function its parameters behind it.
//===----------------------------------------------------------------------===//
#include "BTF/Spelling.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace bpfbuild::btf {

static constexpr unsigned MaxDepth = 12;

static std::string spell(const BTF &Types, uint32_t Id, std::string Inner, unsigned Depth);

static std::string join(StringRef Left, StringRef Right) {
  bool NeedsSpace = !Left.empty() && !Right.empty();
  return (Left + (NeedsSpace ? " " : "") + Right).str();
}

static std::string spellParameters(const BTF &Types, const Type &Prototype, unsigned Depth) {
  std::string Text;
  for (Parameter P : Prototype.parameters()) {
    bool IsVariadic = P.Type == 0 && P.Name.empty();
    Text += (Text.empty() ? "" : ", ") + (IsVariadic ? "..." : spell(Types, P.Type, P.Name.str(), Depth));
  }
  return Text.empty() ? "void" : Text;
}

static StringRef keywordOf(const Type &T) {
  switch (T.TypeKind) {
  case Kind::Struct:
    return "struct";
  case Kind::Union:
    return "union";
  case Kind::Enum:
  case Kind::Enum64:
    return "enum";
  case Kind::Fwd:
    return T.KindFlag ? "union" : "struct";
  case Kind::Volatile:
    return "volatile";
  case Kind::Const:
    return "const";
  case Kind::Restrict:
    return "restrict";
  default:
    return "";
  }
}

/// A pointer to a function or an array is in parentheses.
static std::string pointerTo(const BTF &Types, uint32_t Id, StringRef Inner) {
  Kind Pointee = Types.type(Id).TypeKind;
  bool IsBehind = Pointee == Kind::FuncProto || Pointee == Kind::Array;
  return (IsBehind ? "(*" + Inner + ")" : "*" + Inner).str();
}

static std::string spell(const BTF &Types, uint32_t Id, std::string Inner, unsigned Depth) {
  if (Depth == MaxDepth)
    return join("…", Inner);
  Type T = Types.type(Id);
  switch (T.TypeKind) {
  case Kind::Void:
    return join("void", Inner);
  case Kind::Ptr:
    return spell(Types, T.Ref, pointerTo(Types, T.Ref, Inner), Depth + 1);
  case Kind::Array:
    return spell(Types, T.Ref, Inner + "[" + std::to_string(T.ElementCount) + "]", Depth + 1);
  case Kind::FuncProto:
    return spell(Types, T.Ref, Inner + "(" + spellParameters(Types, T, Depth + 1) + ")", Depth + 1);
  case Kind::TypeTag:
    return spell(Types, T.Ref, std::move(Inner), Depth + 1);
  case Kind::Volatile:
  case Kind::Const:
  case Kind::Restrict:
    if (Types.type(T.Ref).TypeKind == Kind::Ptr) // the pointer itself is
      return spell(Types, T.Ref, join(keywordOf(T), Inner), Depth + 1);
    return join(keywordOf(T), spell(Types, T.Ref, std::move(Inner), Depth + 1));
  default:
    return join(join(keywordOf(T), T.Name.empty() ? "(unnamed)" : T.Name.ref()), Inner);
  }
}

std::string spellDeclaration(const BTF &Types, uint32_t Id, StringRef Name) {
  return spell(Types, Id, Name.str(), 0);
}

std::string spellFunction(const BTF &Types, uint32_t Id) {
  Type F = Types.type(Id);
  return spell(Types, F.Ref, F.Name.str(), 0);
}

} // namespace bpfbuild::btf
