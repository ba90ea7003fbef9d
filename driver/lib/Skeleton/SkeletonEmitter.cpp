//===- SkeletonEmitter.cpp - the C++ header of a skeleton -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the header from top to bottom: banner, includes, the types, the variables, the maps, the programs, the class's
// two states, and at the end the object's bytes. One function a part; every decision was made in the model.
//===----------------------------------------------------------------------===//
#include "Skeleton/SkeletonEmitter.h"
#include "Skeleton/CSkeletonEmitter.h"
#include "Skeleton/CxxEmitter.h"
#include "Skeleton/Text.h"
#include "Support/Error.h"
#include "Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpfbuild {

void CxxEmitter::collectFieldNames() {
  for (const TypeDeclaration &D : Model.Types)
    if (D.Record)
      collectFieldNames(*D.Record);
  for (const SectionModel &S : Model.Sections)
    collectFieldNames(S.Record);
  for (const TableModel &T : Model.Tables)
    collectFieldNames(T.Record);
}

void CxxEmitter::collectFieldNames(const RecordModel &Record) {
  for (const FieldModel &F : Record.Fields) {
    FieldNames.insert(F.Name);
    if (F.Inline)
      collectFieldNames(*F.Inline);
  }
}

std::string CxxEmitter::typeText(const CppType &Type) const {
  return FieldNames.count(Type.Name) ? Type.elaborated() : Type.Name;
}

void CxxEmitter::emitBanner() {
  line("// {0}: made by bpfcc++ {1} from a BPF object. Do not edit.", Model.Class, BPFBUILD_VERSION);
  line("//");
  const char *Path = Placement == ObjectPlacement::AtRunTime ? "path" : "";
  line("//   auto opened = {0}::open({1}).value();", Model.Class, Path);
  line("//   …read-only data and the sizes of maps can be set now");
  line("//   auto loaded = std::move(opened).load().value();");
  line("//   loaded.attach().value();");
  emitIncludes("skeleton.hpp");
}

/// Whose functions the header calls: BPFBUILD_RUNTIME_VERSION of <bpfbuild/skeleton.hpp>.
static constexpr unsigned RuntimeVersion = 5;

void CxxEmitter::emitIncludes(const char *Runtime) {
  line("#pragma once");
  line();
  if (Model.HasPerfBuffer)
    line("#include <bpfbuild/perf_buffer.hpp>");
  if (Model.HasRingBuffer)
    line("#include <bpfbuild/ring_buffer.hpp>");
  if (!Model.Archive.empty())
    line("#include <bpfbuild/btf_archive.hpp>");
  line("#include <bpfbuild/{0}>", Runtime);
  if (!Model.TypesHeader.empty())
    line("#include {0}", quoted(Model.TypesHeader));
  line();
  line("#if BPFBUILD_RUNTIME_VERSION < {0}", RuntimeVersion);
  line("#error \"<bpfbuild/skeleton.hpp> is older than this header; update BPFBuild's runtime\"");
  line("#endif");
  line();
  if (!Model.Namespace.empty()) {
    line("namespace {0} {{", join(Model.Namespace, "::"));
    line();
  }
}

void CxxEmitter::emitTypes() {
  if (Model.Types.empty())
    return;
  line("// Types of the BPF program.");
  line();
  for (const TypeDeclaration &D : Model.Types) {
    if (D.Enum)
      emitEnum(*D.Enum);
    else
      emitRecord(*D.Record);
  }
}

static std::string enumeratorValue(const EnumModel &Enum, uint64_t Value) {
  if (!Enum.IsSigned)
    return Value > INT64_MAX ? formatv("{0}ULL", Value).str() : formatv("{0}", Value).str();
  if (int64_t(Value) == INT64_MIN)
    return "-9223372036854775807LL - 1";
  return formatv("{0}", int64_t(Value)).str();
}

void CxxEmitter::emitEnum(const EnumModel &Enum) {
  if (Enum.IsShared) {
    line("static_assert(sizeof({0}) == {1});", Enum.Name, Enum.Size);
    line();
    return;
  }
  line("enum {0}{1}{2}: {3} {{", Enum.IsScoped ? "class " : "", Enum.Name, Enum.Name.empty() ? "" : " ",
       Enum.Underlying);
  for (const EnumModel::Enumerator &E : Enum.Enumerators)
    line("  {0} = {1},", E.Name, enumeratorValue(Enum, E.Value));
  line("};");
  line();
}

void CxxEmitter::emitField(const FieldModel &F) {
  if (F.Inline) {
    line("{0}{1} {{", F.Inline->IsUnion ? "union" : "struct", F.Inline->IsPacked ? " [[gnu::packed]]" : "");
    emitFields(*F.Inline);
    line("}{0}{1};", F.Name.empty() ? "" : " ", F.Name);
    return;
  }
  std::string Declarator = F.Name;
  for (uint64_t Dimension : F.Type.Dimensions)
    Declarator += formatv("[{0}]", Dimension);
  if (F.BitWidth)
    Declarator += formatv(" : {0}", F.BitWidth);
  line("{0} {1};{2}{3}", typeText(F.Type), Declarator, F.Type.Comment.empty() ? "" : " // ", inComment(F.Type.Comment));
}

void CxxEmitter::emitFields(const RecordModel &Record) {
  ++Depth;
  for (const FieldModel &F : Record.Fields)
    emitField(F);
  if (!Record.Comment.empty())
    line("// {0}", inComment(Record.Comment));
  --Depth;
}

/// An assertion for each member that has an address, those of records declared in place included.
void CxxEmitter::emitOffsets(const RecordModel &Record, const RecordModel &Part, const std::string &Prefix,
                             uint64_t Base) {
  for (const FieldModel &F : Part.Fields) {
    if (F.IsPadding || F.BitWidth)
      continue;
    if (!F.Name.empty())
      line("static_assert(offsetof({0}, {1}{2}) == {3});", Record.Name, Prefix, F.Name, Base + F.Offset);
    if (!F.Name.empty() && Record.IsShared) // whose members may be other ones at the same places
      line("static_assert(sizeof(static_cast<{0} *>(nullptr)->{1}{2}) == {3});", Record.Name, Prefix, F.Name, F.Size);
    if (F.Inline)
      emitOffsets(Record, *F.Inline, F.Name.empty() ? Prefix : Prefix + F.Name + ".", Base + F.Offset);
  }
}

void CxxEmitter::emitAsserts(const RecordModel &Record) {
  line("static_assert(sizeof({0}) == {1});", Record.Name, std::max<uint64_t>(Record.Size, 1));
  emitOffsets(Record, Record, "", 0);
  line();
}

/// True if the record has a struct without a name for a member, or declares a type inside such a member or an anonymous
/// union: what C allows and C++ compilers take as an extension.
static bool hasAnonymousStruct(const RecordModel &Record, bool IsAnonymous = false) {
  return llvm::any_of(Record.Fields, [IsAnonymous](const FieldModel &F) {
    return F.Inline &&
           (IsAnonymous || (F.Name.empty() && !F.Inline->IsUnion) || hasAnonymousStruct(*F.Inline, F.Name.empty()));
  });
}

void CxxEmitter::emitRecord(const RecordModel &Record) {
  if (Record.IsShared) // what the header defines must be what the BPF program was compiled with
    return emitAsserts(Record);
  bool NeedsExtension = hasAnonymousStruct(Record);
  if (NeedsExtension) {
    OS << "#pragma GCC diagnostic push\n";
    OS << "#pragma GCC diagnostic ignored \"-Wpedantic\" // anonymous structs\n";
  }
  line("{0}{1} {2} {{", Record.IsUnion ? "union" : "struct", Record.IsPacked ? " [[gnu::packed]]" : "", Record.Name);
  emitFields(Record);
  line("};");
  if (NeedsExtension)
    OS << "#pragma GCC diagnostic pop\n";
  emitAsserts(Record);
}

void CxxEmitter::emitSectionTypes() {
  if (Model.Sections.empty())
    return;
  line("// Variables of the BPF program, by section.");
  line();
  for (const SectionModel &S : Model.Sections)
    emitRecord(S.Record);
}

void CxxEmitter::emitTables() {
  if (Model.Tables.empty())
    return;
  line("// Tables for struct_ops: what the kernel calls, and what it is told.");
  line();
  for (const TableModel &T : Model.Tables)
    emitRecord(T.Record);
  line("/// The tables before they are loaded. libbpf shows them since version 1.4.");
  line("struct struct_ops_tables {{");
  ++Depth;
  for (const TableModel &T : Model.Tables)
    line("{0}::{1} &{2}() const {{ return object_.table<{0}::{1}>({3}); }", Model.Class, T.Record.Name, T.Identifier,
         T.Map);
  line();
  line("const bpfbuild::detail::object &object_;");
  --Depth;
  line("};");
  line();
}

/// A member with its comment behind it, or above it where the line would be too long.
void CxxEmitter::handle(const std::string &Declaration, const std::string &Comment) {
  constexpr size_t LongestLine = 120, Room = 12; // what the indentation and the comment's mark take
  if (Declaration.size() + Comment.size() + Room <= LongestLine)
    return line("  {0} ///< {1}", Declaration, Comment);
  line("  /// {0}", Comment);
  line("  {0}", Declaration);
}

void CxxEmitter::emitHandles() {
  line("/// The maps before they are made: sizes and pinning can still be changed.");
  line("struct map_configs {{");
  for (const MapModel &M : Model.Maps)
    line("  bpfbuild::map_config {0}; ///< {1}", M.Identifier, inComment(M.Comment));
  line("};");
  line();
  line("/// The maps in the kernel.");
  line("struct map_handles {{");
  for (const MapModel &M : Model.Maps)
    handle(formatv("bpfbuild::{0} {1};", M.Handle, M.Identifier), inComment(M.Comment));
  line("};");
  line();
  line("/// The programs before they are loaded.");
  line("struct program_configs {{");
  for (const ProgramModel &P : Model.Programs)
    line("  bpfbuild::program_config {0}; ///< SEC(\"{1}\")", P.Identifier, inComment(P.Section));
  line("};");
  line();
  line("/// The programs in the kernel.");
  line("struct program_handles {{");
  for (const ProgramModel &P : Model.Programs)
    line("  bpfbuild::program {0}; ///< SEC(\"{1}\")", P.Identifier, inComment(P.Section));
  line("};");
  line();
}

void CxxEmitter::emitSectionAccessors(bool IsLoaded) {
  for (const SectionModel &S : Model.Sections) {
    if (!IsLoaded && S.IsFilledByLoader)
      continue;
    bool IsConst = IsLoaded && S.IsReadOnly;
    line("{0}{1} &{2}() {3}{{ return object_.section<{1}>({4}); }", IsConst ? "const " : "", S.Record.Name,
         S.Identifier, IsConst ? "const " : "", S.Map);
  }
}

/// The constructor and the members of one of the two states.
void CxxEmitter::emitPrivate(bool IsLoaded) {
  const char *Class = IsLoaded ? Model.Class.c_str() : "opened";
  const char *Suffix = IsLoaded ? "handles" : "configs";
  // Each on a line of its own, a comma behind all but the last; then what ends the list.
  auto List = [&](const char *Member, size_t Count, const char *End, auto &&Each) {
    if (!Count)
      return line("      {0}{{{1}", Member, End);
    line("      {0}{{", Member);
    for (size_t I = 0; I < Count; ++I)
      line("          {0}{1}", Each(I), I + 1 < Count ? "," : End);
  };
  const char *Kind = Member == StringRef("part_") ? "object_part" : "object";
  line("explicit {0}(bpfbuild::detail::{1} object)", Class, Kind);
  line("    : {0}(bpfbuild::detail::moved(object)),", Member);
  List("maps_", Model.Maps.size(), "},", [&](size_t I) {
    StringRef Handle = IsLoaded ? StringRef(Model.Maps[I].Handle) : "map_config";
    bool HoldsMaps = Handle.contains("inner_definition<");
    return formatv("bpfbuild::{0}({1}.map({2}){3})", Handle, Member, I,
                   HoldsMaps ? formatv(", {0}.native()", Member).str() : "")
        .str();
  });
  List("programs_", Model.Programs.size(), "} {}", [&](size_t I) {
    return IsLoaded ? formatv("bpfbuild::program({0}.program({1}), {0}.link_slot({1}))", Member, I).str()
                    : formatv("bpfbuild::program_config({0}.program({1}))", Member, I).str();
  });
  line();
  line("bpfbuild::detail::{0} {1};", Kind, Member);
  line("map_{0} maps_;", Suffix);
  line("program_{0} programs_;", Suffix);
}

void CxxEmitter::emitOpenedClass(function_ref<void()> EmitPublic) {
  line("class opened {{");
  line("public:");
  ++Depth;
  EmitPublic();
  --Depth;
  line();
  line("private:");
  ++Depth;
  line("friend class {0};", Model.Class);
  emitPrivate(/*IsLoaded=*/false);
  --Depth;
  line("};");
  line();
}

void CxxEmitter::emitOpened() {
  emitSectionAccessors(/*IsLoaded=*/false);
  line("map_configs &maps() {{ return object_.held(maps_); }");
  line("program_configs &programs() {{ return object_.held(programs_); }");
  if (!Model.Tables.empty())
    line("struct_ops_tables struct_ops() const noexcept {{ return {{object_}; }");
  line("bpf_object *native() const noexcept {{ return object_.native(); }");
  line();
  line("/// Makes the maps and loads the programs. What was opened is used up, whether that works or not.");
  line("bpfbuild::result<{0}> load() &&;", Model.Class);
  line("/// Forgotten, the std::move() is asked for when the program is compiled.");
  line("template <bool WasMoved = false> bpfbuild::result<{0}> load() & {{", Model.Class);
  line("  static_assert(WasMoved, \"write std::move(opened).load(): what was opened is used up\");");
  line("  return bpfbuild::error(0);");
  line("}");
}

void CxxEmitter::emitLoaded() {
  if (Placement == ObjectPlacement::AtRunTime) {
    line("/// Opens the object that `path` holds: the file that was made together with this header.");
    line("static bpfbuild::result<opened> open(const char *path, const bpfbuild::open_options &options = {{});");
  } else {
    line("/// Opens the object that this header carries; nothing is in the kernel yet.");
    line("static bpfbuild::result<opened> open(const bpfbuild::open_options &options = {{});");
  }
  line();
  emitSectionAccessors(/*IsLoaded=*/true);
  line("const map_handles &maps() const {{ return object_.held(maps_); }");
  line("const program_handles &programs() const {{ return object_.held(programs_); }");
  line("bpf_object *native() const noexcept {{ return object_.native(); }");
  line();
  line("/// Attaches every program whose SEC() says to what; the others are attached one by one.");
  line("bpfbuild::result<void> attach() {{ return object_.attach(); }");
  line("/// The same, but goes on where one fails, and calls on_failure(program, error). Gives how many it attached.");
  line("template <typename OnFailure>");
  line("std::size_t attach_each(OnFailure &&on_failure) {{ return object_.attach_each(on_failure); }");
  line("void detach() noexcept {{ object_.detach(); }");
}

/// The names and sizes of the maps, the user's first, then those of the data sections, a line each.
void CxxEmitter::emitDescription() {
  line("static const bpfbuild::detail::description &description() noexcept {{");
  ++Depth;
  size_t MapCount = Model.mapCount();
  if (MapCount) {
    line("// Keys and values have so many bytes; 0: the loader decides.");
    line("static constexpr bpfbuild::detail::map_description maps[] = {{");
    for (const MapModel &M : Model.Maps)
      line("    {{{0}, {1}, {2}{3}},", quoted(M.Name), M.KeySize, M.ValueSize,
           M.Handle == "arena_map" ? ", /*is_arena=*/true" : "");
    for (const SectionModel &S : Model.ownSections())
      line("    {{{0}, 4, {1}},", quoted(S.Name), S.Size);
    line("};");
  }
  if (!Model.Programs.empty()) {
    line("// Whether the SEC() says to what a program is attached.");
    line("static constexpr bpfbuild::detail::program_description programs[] = {{");
    for (const ProgramModel &P : Model.Programs)
      line("    {{{0}, {1}},", quoted(P.Name), P.IsAttachedByName);
    line("};");
  }
  bool IsSource = Placement == ObjectPlacement::Source;
  line("static {0} bpfbuild::detail::description what{{", IsSource ? "const" : "constexpr");
  line("    {0}, {1}, {2}, {3}, {4},", quoted(Model.Class), MapCount ? "maps" : "nullptr", MapCount,
       Model.Programs.empty() ? "nullptr" : "programs", Model.Programs.size());
  if (IsSource)
    line("    static_cast<std::size_t>({0}_end - {0}), {0}_checksum,", objectSymbol(Model));
  else
    line("    {0}, 0x{1:x-16}, // the object's bytes, and their checksum", ObjectBytes.size(), Model.Checksum);
  if (!Model.Archive.empty())
    line("    {0}, &bpfbuild::detail::find_embedded_btf, // of these bytes, the kernels' BTF", Model.Archive.size());
  line("};");
  line("return what;");
  --Depth;
  line("}");
  line();
}

void CxxEmitter::emitInlineBytes(const std::string &Symbol) {
  line("// The object, {0} bytes.", ObjectBytes.size());
  line("#pragma GCC diagnostic push");
  line("#pragma GCC diagnostic ignored \"-Woverlength-strings\"");
  line("alignas(8) inline constexpr char {0}[] =", Symbol);
  emitBytesAsText(OS, ObjectBytes, "    ");
  line(";");
  line("#pragma GCC diagnostic pop");
  line();
}

void CxxEmitter::emitIncbinBytes(const std::string &Symbol) {
  emitIncbin(OS, Symbol, ObjectBytes.size());
  emitSymbols(Symbol);
}

void CxxEmitter::emitSymbols(const std::string &Symbol) {
  line("extern \"C\" {{");
  line("[[gnu::visibility(\"hidden\")]] extern const char {0}[];", Symbol);
  line("[[gnu::visibility(\"hidden\")]] extern const char {0}_end[];", Symbol);
  if (Placement == ObjectPlacement::Source)
    line("[[gnu::visibility(\"hidden\")]] extern const std::uint64_t {0}_checksum;", Symbol);
  line("}");
  line();
}

/// The source file with the object, for a header that is about its interface alone. The symbols' names are made from
/// that header: what belongs to another does not link.
std::string CxxEmitter::emitSource() {
  std::string Symbol = objectSymbol(Model);
  line("// {0}: made by bpfcc++ {1} from a BPF object. Do not edit.", Model.Class, BPFBUILD_VERSION);
  emitIncbin(OS, Symbol, ObjectBytes.size(), objectChecksum(ObjectBytes));
  return std::move(Text);
}

void CxxEmitter::emitOpen() {
  std::string Symbol = objectSymbol(Model);
  bool IsAtRunTime = Placement == ObjectPlacement::AtRunTime;
  line("inline bpfbuild::result<{0}::opened> {0}::open({1}const bpfbuild::open_options &options) {{", Model.Class,
       IsAtRunTime ? "const char *path, " : "");
  if (IsAtRunTime) {
    line("  auto bytes = bpfbuild::detail::file_bytes::read(path, description().size);");
    line("  if (!bytes)");
    line("    return bytes.error();");
    line("  auto object = bpfbuild::detail::object::open(description(), bytes->data(), bytes->size(), options);");
  } else {
    std::string Size = Placement == ObjectPlacement::Inline
                           ? formatv("sizeof({0}) - 1", Symbol).str()
                           : formatv("static_cast<std::size_t>(\n      {0}_end - {0})", Symbol).str();
    line("  const std::size_t size = {0};", Size);
    line("  auto object =");
    line("      bpfbuild::detail::object::open(description(), {0}, size, options);", Symbol);
  }
  line("  if (!object)");
  line("    return object.error();");
  line("  return opened(bpfbuild::detail::moved(*object));");
  line("}");
  line();
  // Behind the arrow the class's name means the class, also where the C library has a function of that name: index.
  line("inline auto {0}::opened::load() && -> bpfbuild::result<{0}> {{", Model.Class);
  line("  if (auto loaded = object_.load(); !loaded)");
  line("    return loaded.error();");
  line("  return {0}(bpfbuild::detail::moved(object_));", Model.Class);
  line("}");
}

void CxxEmitter::emitBytes() {
  if (Placement == ObjectPlacement::Inline)
    emitInlineBytes(objectSymbol(Model));
  else if (Placement == ObjectPlacement::Incbin)
    emitIncbinBytes(objectSymbol(Model));
}

std::string CxxEmitter::emit() {
  emitBanner();
  if (Placement == ObjectPlacement::Source) {
    line("// The object, in the source file beside this header.");
    emitSymbols(objectSymbol(Model));
  }
  line("class {0} {{", Model.Class);
  line("public:");
  ++Depth;
  emitTypes();
  emitSectionTypes();
  emitTables();
  emitHandles();
  line("/// The object before it is in the kernel.");
  emitOpenedClass([&] { emitOpened(); });
  emitLoaded();
  --Depth;
  line();
  line("private:");
  ++Depth;
  emitDescription();
  emitPrivate(/*IsLoaded=*/true);
  --Depth;
  line("};");
  line();
  emitBytes();
  emitOpen();
  emitEnd();
  return std::move(Text);
}

void CxxEmitter::emitEnd() {
  if (Model.Namespace.empty())
    return;
  line();
  line("} // namespace {0}", join(Model.Namespace, "::"));
}

/// With the object in a source file, the header knows only itself: its symbols are called after its own text.
static SkeletonText emitWithSource(SkeletonModel Model, StringRef ObjectBytes) {
  Model.Checksum = 0;
  Model.Checksum = objectChecksum(CxxEmitter(Model, ObjectPlacement::Source, ObjectBytes).emit());
  return {CxxEmitter(Model, ObjectPlacement::Source, ObjectBytes).emit(),
          CxxEmitter(Model, ObjectPlacement::Source, ObjectBytes).emitSource()};
}

std::string emitSkeleton(const SkeletonModel &Model, ObjectPlacement Placement, StringRef ObjectBytes) {
  return CxxEmitter(Model, Placement, ObjectBytes).emit();
}

Expected<SkeletonText> emitSkeleton(const SkeletonModel &Model, const BPFObject &Object, SkeletonStyle Style,
                                    ObjectPlacement Placement, const SigningKey &Signer) {
  auto HeaderAlone = [](Expected<std::string> Text) -> Expected<SkeletonText> {
    if (!Text)
      return Text.takeError();
    return SkeletonText{std::move(*Text), ""};
  };
  switch (Style) {
  case SkeletonStyle::Cxx:
    if (Placement == ObjectPlacement::Source)
      return emitWithSource(Model, carriedBytes(Model, Object.bytes()));
    return HeaderAlone(emitSkeleton(Model, Placement, carriedBytes(Model, Object.bytes())));
  case SkeletonStyle::C:
    return HeaderAlone(emitCSkeleton(Model, Object, Placement));
  case SkeletonStyle::CxxSub:
    if (is_contained(SubskeletonNames, Model.Class) || Model.Class == "found_")
      return makeError("--name={0}: a subskeleton has a member of that name", Model.Class);
    return HeaderAlone(CxxEmitter(Model, Placement, "").emitSub());
  case SkeletonStyle::CSub:
    return HeaderAlone(emitCSubskeleton(Model, Object));
  case SkeletonStyle::CLight:
    return HeaderAlone(emitLightSkeleton(Model, Object, Signer));
  }
  llvm_unreachable("a style");
}

/// The object must be written beside the header, and found there: the assembler takes the header's path as a string, in
/// which two characters have a meaning.
static Error expectPlaceForObject(StringRef Path, ObjectPlacement Placement) {
  sys::fs::file_status Status;
  if (!sys::fs::status(Path, Status) && !sys::fs::is_regular_file(Status) && !sys::fs::is_directory(Status))
    return makeError("cannot write '{0}': it is no file, and the object would be beside it; pass --embed=inline", Path);
  SmallString<256> Absolute = Path;
  bool IsAssembled = Placement != ObjectPlacement::AtRunTime;
  if (IsAssembled && !sys::fs::make_absolute(Absolute) && Absolute.str().find_first_of("\"\\") != StringRef::npos)
    return makeError("cannot write '{0}': assemblers find no object in a folder that has \" or \\ in its name; pass "
                     "--embed=inline",
                     Absolute);
  return Error::success();
}

Error addSkeleton(OutputSet &Files, StringRef Path, SkeletonText Text, StringRef Object, SkeletonStyle Style,
                  ObjectPlacement Placement) {
  StringRef Ending = objectEnding(Style, Placement);
  if (!Ending.empty() && Path != "-") {
    if (Error E = expectPlaceForObject(Path, Placement))
      return E;
    Files.add((Path + Ending).str(), Object.str());
  }
  if (Text.Source.empty()) {
    Files.add(Path.str(), std::move(Text.Header));
    return Error::success();
  }
  Files.add((Path + ".cpp").str(), std::move(Text.Source));
  Files.addIfChanged(Path.str(), std::move(Text.Header)); // which is about the interface: hosts stay as they are
  return Error::success();
}

} // namespace bpfbuild
