//===- SubskeletonEmitter.cpp - the C++ header of a subskeleton -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the header from top to bottom: banner, types, the variables as pointers, the two states, and how they are
// found.
//===----------------------------------------------------------------------===//
#include "Skeleton/CxxEmitter.h"
#include "Skeleton/Names.h"
#include "Skeleton/Text.h"
#include "Version.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// A variable of a section, and its name there with that of the namespaces around it.
struct Leaf {
  std::string Name;
  const FieldModel *Variable;
};
} // namespace

static void addLeaves(const RecordModel &Record, const std::string &Prefix, NameScope &Names,
                      std::vector<Leaf> &Leaves) {
  for (const FieldModel &F : Record.Fields) {
    if (!F.Symbol.empty())
      Leaves.push_back({Names.add(Prefix + F.Name), &F});
    else if (F.Inline)
      addLeaves(*F.Inline, Prefix + F.Name + "_", Names, Leaves);
  }
}

static std::vector<Leaf> leavesOf(const SectionModel &Section) {
  NameScope Names;
  std::vector<Leaf> Leaves;
  addLeaves(Section.Record, "", Names, Leaves);
  return Leaves;
}

void CxxEmitter::emitSubBanner() {
  line("// {0}: made by bpfcc++ {1} from a BPF object. Do not edit.", Model.Class, BPFBUILD_VERSION);
  line("//");
  line("// Where the library's maps, programs and variables are in the object that it is linked into:");
  line("//   auto part = {0}::find(skeleton.native()).value();", Model.Class);
  emitIncludes("subskeleton.hpp");
}

/// The variables of a section as pointers, which are its own where the library's neighbours in the object are others'.
void CxxEmitter::emitPointers(const SectionModel &Section, bool IsConst) {
  line("struct {0} {{", IsConst ? Section.ConstPointers : Section.Pointers);
  for (const Leaf &L : leavesOf(Section)) {
    std::string Declarator = "*" + L.Name;
    if (!L.Variable->Type.Dimensions.empty())
      Declarator = "(" + Declarator + ")";
    for (uint64_t Dimension : L.Variable->Type.Dimensions)
      Declarator += formatv("[{0}]", Dimension);
    const std::string &Comment = L.Variable->Type.Comment;
    line("  {0}{1} {2};{3}{4}", IsConst ? "const " : "", typeText(L.Variable->Type), Declarator,
         Comment.empty() ? "" : " // ", inComment(Comment));
  }
  line("};");
}

/// The accessors and members of one of the two states.
void CxxEmitter::emitPart(bool IsLoaded) {
  size_t Index = 0;
  for (const SectionModel &S : Model.ownSections()) {
    bool IsConst = IsLoaded && S.IsReadOnly;
    std::vector<std::string> Pointers;
    for (const Leaf &L : leavesOf(S)) {
      std::string Type = typeText(L.Variable->Type);
      for (uint64_t Dimension : L.Variable->Type.Dimensions)
        Type += formatv("[{0}]", Dimension);
      Pointers.push_back(formatv("part_.variable<{0}{1}>({2})", IsConst ? "const " : "", Type, Index++));
    }
    if (!IsLoaded && S.IsFilledByLoader)
      continue;
    line("{0} {1}() const {{", IsConst ? S.ConstPointers : S.Pointers, S.Identifier);
    line("  return {{{0}};", join(Pointers, ",\n" + std::string(2 * Depth + 10, ' ')));
    line("}");
  }
  const char *Const = IsLoaded ? "const " : "";
  const char *Suffix = IsLoaded ? "handles" : "configs";
  line("{0}map_{1} &maps() {0}{{ return part_.held(maps_); }", Const, Suffix);
  line("{0}program_{1} &programs() {0}{{ return part_.held(programs_); }", Const, Suffix);
}

/// What is looked up, by its names in the object: a line each.
void CxxEmitter::emitPartDescription() {
  line("static const bpfbuild::detail::part_description &description() noexcept {{");
  ++Depth;
  std::vector<std::string> Variables;
  for (auto [I, S] : enumerate(Model.ownSections()))
    for (const Leaf &L : leavesOf(S))
      Variables.push_back(
          formatv("{{{0}, {1}, {2}}", quoted(L.Variable->Symbol), Model.Maps.size() + I, L.Variable->Size));
  auto List = [&](const char *Comment, const char *Type, const char *Name, const std::vector<std::string> &Lines) {
    if (Lines.empty())
      return;
    line("// {0}", Comment);
    line("static constexpr {0} {1}[] = {{", Type, Name);
    for (const std::string &Line : Lines)
      line("    {0},", Line);
    line("};");
  };
  std::vector<std::string> Maps, Programs;
  for (const MapModel &M : Model.Maps)
    Maps.push_back(formatv("{{{0}, {1}, {2}}", quoted(M.Name), M.KeySize, M.ValueSize));
  for (const SectionModel &S : Model.ownSections())
    Maps.push_back(formatv("{{{0}, 4, 0}", quoted(S.Name)));
  for (const ProgramModel &P : Model.Programs)
    Programs.push_back(quoted(P.Name));
  List("Keys and values have so many bytes; 0: the object decides.", "bpfbuild::detail::map_description", "maps", Maps);
  List("The programs.", "const char *const", "programs", Programs);
  List("The variables: of which map, and how many bytes they have.", "bpfbuild::detail::variable_description",
       "variables", Variables);
  line("static constexpr bpfbuild::detail::part_description what{{");
  line("    {0}, {1}, {2}, {3}, {4}, {5}, {6},", quoted(Model.Class), Maps.empty() ? "nullptr" : "maps", Maps.size(),
       Programs.empty() ? "nullptr" : "programs", Programs.size(), Variables.empty() ? "nullptr" : "variables",
       Variables.size());
  line("};");
  line("return what;");
  --Depth;
  line("}");
  line();
}

void CxxEmitter::emitFind(bool IsLoaded) {
  line("inline auto {0}::{1}(const bpf_object *object) -> bpfbuild::result<{2}> {{", Model.Class,
       IsLoaded ? "find" : "find_opened", IsLoaded ? StringRef(Model.Class) : "opened");
  line("  auto found_ = bpfbuild::detail::object_part::find(description(), object, {0});", IsLoaded);
  line("  if (!found_)");
  line("    return found_.error();");
  line("  return {0}(bpfbuild::detail::moved(*found_));", IsLoaded ? StringRef(Model.Class) : "opened");
  line("}");
}

std::string CxxEmitter::emitSub() {
  Member = "part_";
  FieldNames.insert(std::begin(SubskeletonNames), std::end(SubskeletonNames));
  for (const SectionModel &S : Model.ownSections())
    for (const Leaf &L : leavesOf(S))
      FieldNames.insert(L.Name);
  emitSubBanner();
  line("class {0} {{", Model.Class);
  line("public:");
  ++Depth;
  emitTypes();
  if (!Model.ownSections().empty()) {
    line("// Where the variables of the BPF program are, by section.");
    line();
  }
  for (const SectionModel &S : Model.ownSections()) {
    emitPointers(S, /*IsConst=*/false);
    if (S.IsReadOnly)
      emitPointers(S, /*IsConst=*/true);
    line();
  }
  emitHandles();
  line("/// The part of an object that is not in the kernel yet.");
  emitOpenedClass([&] { emitPart(/*IsLoaded=*/false); });
  line("/// Finds the part in an object that is opened and not loaded: sizes and read-only data can still be changed.");
  line("static bpfbuild::result<opened> find_opened(const bpf_object *object);");
  line("/// Finds the part in a loaded object, which must live on: skeleton.native().");
  line("static bpfbuild::result<{0}> find(const bpf_object *object);", Model.Class);
  line();
  emitPart(/*IsLoaded=*/true);
  --Depth;
  line();
  line("private:");
  ++Depth;
  emitPartDescription();
  emitPrivate(/*IsLoaded=*/true);
  --Depth;
  line("};");
  line();
  emitFind(/*IsLoaded=*/false);
  line();
  emitFind(/*IsLoaded=*/true);
  emitEnd();
  return std::move(Text);
}

} // namespace bpfbuild
