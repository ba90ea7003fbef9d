//===- CHeader.cpp - what the C skeletons have in common ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/CHeader.h"
#include "Skeleton/Names.h"
#include "Support/Error.h"
#include "Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

std::string cName(StringRef Name) {
  static constexpr StringLiteral Keywords[] = {
      "auto",   "break",    "case",     "char",     "const", "continue", "default", "do",     "double",
      "else",   "enum",     "extern",   "float",    "for",   "goto",     "if",      "inline", "int",
      "long",   "register", "restrict", "return",   "short", "signed",   "sizeof",  "static", "struct",
      "switch", "typedef",  "union",    "unsigned", "void",  "volatile", "while"};
  if (is_contained(Keywords, Name))
    return Name.str() + "_";
  return btf::isCIdentifier(Name) ? Name.str() : toIdentifier(Name.str());
}

std::string memberName(const MapModel &Map) {
  return cName(StringRef(Map.Name).starts_with("_ZN") ? Map.Identifier : Map.Name);
}

std::string sectionMember(StringRef Name) {
  return toIdentifier(Name.ltrim('.').str());
}

std::string memberName(const SectionModel &Section) {
  return Section.isArena() ? "arena" : sectionMember(Section.Name);
}

std::string memberName(const TypeModelBuilder::Variable &V) {
  std::string Name;
  for (const std::string &Scope : reverse(V.Scopes))
    Name += Scope + "_";
  return cName(Name + V.Name);
}

Error expectNoNamespace(const SkeletonModel &Model) {
  if (Model.Namespace.empty())
    return Error::success();
  return makeError("--namespace={0}: a C skeleton has no namespace", join(Model.Namespace, "::"));
}

Error CHeader::emitMember(uint32_t Type, const std::string &Name, unsigned Tabs) {
  Expected<std::string> Declared = Printer.declareVariable(Type, Name, Tabs);
  if (!Declared)
    return Declared.takeError();
  line(Tabs, "{0};", *Declared);
  return Error::success();
}

Error CHeader::emitVariables(const SectionModel &Section) {
  line(1, "struct {0}__{1} {{", Model.Class, memberName(Section));
  uint64_t End = 0;
  unsigned Fillers = 0;
  for (const TypeModelBuilder::Variable &V : Section.Variables) {
    if (V.Offset > End)
      line(2, "char __pad{0}[{1}];", Fillers++, V.Offset - End);
    if (Error E = emitMember(V.Type, memberName(V), 2))
      return E;
    End = V.Offset + Object.types()->sizeOf(V.Type).value_or(0);
  }
  line(1, "} *{0};", memberName(Section));
  return Error::success();
}

void CHeader::emitAsserts() {
  line(0, "__attribute__((unused)) static void");
  line(0, "{0}__assert(struct {0} *s __attribute__((unused)))", Model.Class);
  line(0, "{{");
  OS << "#ifdef __cplusplus\n#define _Static_assert static_assert\n#endif\n";
  for (const SectionModel &S : Model.Sections)
    for (const TypeModelBuilder::Variable &V : S.Variables)
      if (std::optional<uint64_t> Size = Object.types()->sizeOf(V.Type))
        line(1, "_Static_assert(sizeof(s->{0}->{1}) == {2}, \"unexpected size of '{1}'\");", memberName(S),
             memberName(V), *Size);
  OS << "#ifdef __cplusplus\n#undef _Static_assert\n#endif\n";
  line(0, "}");
  line();
}

void CHeader::emitHead(StringRef Guard, ArrayRef<const char *> Includes) {
  line(0, "/* {0}: made by bpfcc++ {1} from a BPF object. Do not edit. */", Model.Class, BPFBUILD_VERSION);
  line(0, "#ifndef {0}", Guard);
  line(0, "#define {0}", Guard);
  line();
  for (const char *Name : Includes)
    line(0, "#include <{0}>", Name);
  line();
}

} // namespace bpfbuild
