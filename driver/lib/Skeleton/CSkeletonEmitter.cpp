//===- CSkeletonEmitter.cpp - the C header of a skeleton ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the header from top to bottom: the struct with maps, programs, links and variables, the functions, and the
// object's bytes. {0} in the text of a function is the skeleton's name.
//===----------------------------------------------------------------------===//
#include "Skeleton/CSkeletonEmitter.h"
#include "Skeleton/CHeader.h"
#include "Skeleton/Names.h"
#include "Skeleton/Text.h"
#include "Support/Error.h"
#include "Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

namespace {
class CEmitter : public CHeader {
public:
  CEmitter(const SkeletonModel &Model, const BPFObject &Object, ObjectPlacement Placement)
      : CHeader(Model, Object), Placement(Placement) {}

  Expected<std::string> emit();
  Expected<std::string> emitSub();

private:
  Error emitStruct();
  Error emitTable(const MapModel &Map);
  void emitMaps();
  void emitPrograms();
  void emitHandles();
  void emitMethods();
  void emitLife();
  void emitSlots();
  void emitBytes();
  void emitMethodBodies();
  Error emitPointers(const SectionModel &Section);
  void emitSubOpen();
  void emitSlotsOf(const char *Field, bool IsSub);

  ObjectPlacement Placement;
};
} // namespace

void CEmitter::emitMaps() {
  line(1, "struct {{");
  for (const MapModel &M : Model.Maps)
    line(2, "struct bpf_map *{0};", memberName(M));
  for (const SectionModel &S : Model.ownSections())
    line(2, "struct bpf_map *{0};", memberName(S));
  line(1, "} maps;");
}

void CEmitter::emitPrograms() {
  line(1, "struct {{");
  for (const ProgramModel &P : Model.Programs)
    line(2, "struct bpf_program *{0};", cName(P.Name));
  line(1, "} progs;");
}

void CEmitter::emitHandles() {
  if (Model.mapCount() != 0)
    emitMaps();
  if (Model.Programs.empty())
    return;
  emitPrograms();
  line(1, "struct {{");
  for (const ProgramModel &P : Model.Programs)
    line(2, "struct bpf_link *{0};", cName(P.Name));
  for (const MapModel &M : Model.Maps)
    if (M.StructOps)
      line(2, "struct bpf_link *{0};", memberName(M));
  line(1, "} links;");
}

/// A struct_ops table, to be changed before it is loaded: its functions as programs, numbers as they are.
Error CEmitter::emitTable(const MapModel &Map) {
  const btf::BTF &Types = *Object.types();
  btf::Type Table = Types.type(Map.StructOps);
  line(2, "struct {0}__{1}__{2} {{", Model.Class, memberName(Map), cName(Table.Name.ref()));
  uint64_t End = 0;
  unsigned Number = 0;
  for (btf::Member M : Table.members()) {
    uint64_t Offset = M.BitOffset / 8, Size = Types.sizeOf(M.Type).value_or(0);
    if (M.BitSize || M.Name.empty() || !Size)
      continue;
    if (Offset > End)
      line(3, "char __pad{0}[{1}];", Number++, Offset - End);
    btf::Type T = Types.type(Types.resolve(M.Type));
    std::string Name = cName(M.Name.ref());
    bool IsFunction = T.TypeKind == Kind::Ptr && Types.type(Types.resolve(T.Ref)).TypeKind == Kind::FuncProto;
    bool IsNumber = T.TypeKind == Kind::Int || T.isEnum();
    if (IsFunction) {
      line(3, "struct bpf_program *{0};", Name);
    } else if (IsNumber) {
      if (Error E = emitMember(M.Type, Name, 3))
        return E;
    } else {
      line(3, "char __unsupported_{0}[{1}]; /* {2} */", Number++, Size, Name);
    }
    End = Offset + Size;
  }
  if (Table.Size > End)
    line(3, "char __pad{0}[{1}];", Number, Table.Size - End);
  line(2, "} *{0};", memberName(Map));
  return Error::success();
}

Error CEmitter::emitStruct() {
  line(0, "struct {0} {{", Model.Class);
  line(1, "struct bpf_object_skeleton *skeleton;");
  line(1, "struct bpf_object *obj;");
  emitHandles();
  if (any_of(Model.Maps, [](const MapModel &M) { return M.StructOps != 0; })) {
    line(1, "struct {{");
    for (const MapModel &M : Model.Maps)
      if (M.StructOps)
        if (Error E = emitTable(M))
          return E;
    line(1, "} struct_ops;");
  }
  for (const SectionModel &S : Model.Sections)
    if (Error E = emitVariables(S))
      return E;
  emitMethods();
  line(0, "};");
  line();
  return Error::success();
}

void CEmitter::emitMethods() {
  OS << formatv(R"(
#ifdef __cplusplus
	static inline struct {0} *open(const struct bpf_object_open_opts *opts = nullptr);
	static inline struct {0} *open_and_load();
	static inline int load(struct {0} *skel);
	static inline int attach(struct {0} *skel);
	static inline void detach(struct {0} *skel);
	static inline void destroy(struct {0} *skel);
	static inline const void *elf_bytes(size_t *sz);
#endif /* __cplusplus */
)",
                Model.Class);
}

void CEmitter::emitMethodBodies() {
  OS << formatv(R"(#ifdef __cplusplus
struct {0} *{0}::open(const struct bpf_object_open_opts *opts) {{ return {0}__open_opts(opts); }
struct {0} *{0}::open_and_load() {{ return {0}__open_and_load(); }
int {0}::load(struct {0} *skel) {{ return {0}__load(skel); }
int {0}::attach(struct {0} *skel) {{ return {0}__attach(skel); }
void {0}::detach(struct {0} *skel) {{ {0}__detach(skel); }
void {0}::destroy(struct {0} *skel) {{ {0}__destroy(skel); }
const void *{0}::elf_bytes(size_t *sz) {{ return {0}__elf_bytes(sz); }
#endif /* __cplusplus */

)",
                Model.Class);
}

void CEmitter::emitLife() {
  OS << formatv(R"(/* Detaches and frees everything; null is taken. */
static void
{0}__destroy(struct {0} *obj)
{{
	if (!obj)
		return;
	if (obj->skeleton)
		bpf_object__destroy_skeleton(obj->skeleton);
	free(obj);
}

static inline int {0}__create_skeleton(struct {0} *obj);

/* Null, with errno set, if the object cannot be opened. */
static inline struct {0} *
{0}__open_opts(const struct bpf_object_open_opts *opts)
{{
	struct {0} *obj = (struct {0} *)calloc(1, sizeof(*obj));
	int err = obj ? {0}__create_skeleton(obj) : -ENOMEM;

	if (!err)
		err = bpf_object__open_skeleton(obj->skeleton, opts);
	if (!err) {{
)",
                Model.Class);
  OS << "#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 4\n";
  for (const MapModel &M : Model.Maps)
    if (M.StructOps)
      line(2, "obj->struct_ops.{0} = (__typeof__(obj->struct_ops.{0}))bpf_map__initial_value(obj->maps.{0}, NULL);",
           memberName(M));
  OS << "#endif\n";
  OS << formatv(R"(		return obj;
	}
	{0}__destroy(obj);
	errno = -err;
	return NULL;
}

static inline struct {0} *
{0}__open(void)
{{
	return {0}__open_opts(NULL);
}

/* 0, or a negative errno value. */
static inline int
{0}__load(struct {0} *obj)
{{
	return bpf_object__load_skeleton(obj->skeleton);
}

static inline struct {0} *
{0}__open_and_load(void)
{{
	struct {0} *obj = {0}__open();
	int err = obj ? {0}__load(obj) : 0;

	if (err) {{
		{0}__destroy(obj);
		errno = -err;
		return NULL;
	}
	return obj;
}

/* 0, or a negative errno value: what was attached before it stays. */
static inline int
{0}__attach(struct {0} *obj)
{{
	return bpf_object__attach_skeleton(obj->skeleton);
}

static inline void
{0}__detach(struct {0} *obj)
{{
	bpf_object__detach_skeleton(obj->skeleton);
}

)",
                Model.Class);
}

/// Where libbpf puts what it finds, by name: the maps and programs of `s`, which is of the kind \p Field.
void CEmitter::emitSlotsOf(const char *Field, bool IsSub) {
  size_t MapCount = Model.mapCount();
  line(1, "s->map_skel_sz = sizeof(*s->maps);");
  line(1, "s->prog_skel_sz = sizeof(*s->progs);");
  line(1, "s->maps = (struct bpf_map_skeleton *)calloc({0}, s->map_skel_sz);", MapCount + 1);
  line(1, "s->progs = (struct bpf_prog_skeleton *)calloc({0}, s->prog_skel_sz);", Model.Programs.size() + 1);
  line(1, "if (!s->maps || !s->progs) {{");
  line(2, "bpf_object__destroy_{0}(s);", Field);
  line(2, "return -ENOMEM;");
  line(1, "}");
  line();
  line(1, "s->map_cnt = {0};", MapCount);
  size_t Index = 0;
  for (const MapModel &M : Model.Maps) {
    line(1, "s->maps[{0}].name = {1};", Index, quoted(M.Name));
    line(1, "s->maps[{0}].map = &obj->maps.{1};", Index, memberName(M));
    if (M.StructOps && !IsSub) {
      OS << "#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 5\n";
      line(1, "s->maps[{0}].link = &obj->links.{1};", Index, memberName(M));
      OS << "#endif\n";
    }
    ++Index;
  }
  for (const SectionModel &S : Model.ownSections()) {
    line(1, "s->maps[{0}].name = {1};", Index, quoted(S.Name));
    line(1, "s->maps[{0}].map = &obj->maps.{1};", Index, memberName(S));
    ++Index;
  }
  for (const SectionModel &S : Model.Sections)
    if (!IsSub)
      line(1, "s->maps[{0}].mmaped = (void **)&obj->{1};", S.Map, memberName(S));
  line();
  line(1, "s->prog_cnt = {0};", Model.Programs.size());
  Index = 0;
  for (const ProgramModel &P : Model.Programs) {
    line(1, "s->progs[{0}].name = {1};", Index, quoted(P.Name));
    line(1, "s->progs[{0}].prog = &obj->progs.{1};", Index, cName(P.Name));
    if (!IsSub)
      line(1, "s->progs[{0}].link = &obj->links.{1};", Index, cName(P.Name));
    ++Index;
  }
  line();
}

void CEmitter::emitSlots() {
  OS << formatv(R"(static inline const void *{0}__elf_bytes(size_t *sz);

/* 0, or a negative errno value: EBADMSG if the bytes are not those that this header was made with. */
static inline int
{0}__create_skeleton(struct {0} *obj)
{{
	struct bpf_object_skeleton *s = (struct bpf_object_skeleton *)calloc(1, sizeof(*s));
	const unsigned char *bytes;
	unsigned long long sum, word;
	size_t i;

	if (!s)
		return -ENOMEM;
	s->sz = sizeof(*s);
	s->name = "{0}";
	s->obj = &obj->obj;
	s->data = (void *)(bytes = (const unsigned char *){0}__elf_bytes(&s->data_sz));
	sum = 0x9e3779b97f4a7c15ULL ^ s->data_sz;
	for (i = 0, word = 0; i < s->data_sz; i++) {{
		word |= (unsigned long long)bytes[i] << (8 * (i & 7));
		if ((i & 7) != 7 && i + 1 != s->data_sz)
			continue;
		sum = (sum ^ word) * 0xff51afd7ed558ccdULL;
		sum ^= sum >> 32;
		word = 0;
	}
	if (sum != 0x{1:x-16}ULL) {{
		free(s);
		return -EBADMSG;
	}

)",
                Model.Class, Model.Checksum);
  emitSlotsOf("skeleton", /*IsSub=*/false);
  line(1, "obj->skeleton = s;");
  line(1, "return 0;");
  line(0, "}");
  line();
}

void CEmitter::emitBytes() {
  std::string Symbol = objectSymbol(Model);
  bool IsInline = Placement == ObjectPlacement::Inline;
  if (!IsInline) {
    emitIncbin(OS, Symbol, Object.bytes().size());
    line(0, "extern const char {0}[] __attribute__((visibility(\"hidden\")));", Symbol);
    line(0, "extern const char {0}_end[] __attribute__((visibility(\"hidden\")));", Symbol);
    line();
  }
  line(0, "/* The object, as libbpf takes it. */");
  line(0, "static inline const void *");
  line(0, "{0}__elf_bytes(size_t *sz)", Model.Class);
  line(0, "{{");
  if (IsInline) {
    line(1, "static const char bytes[] __attribute__((aligned(8))) =");
    emitBytesAsText(OS, Object.bytes(), "\t\t");
    line(0, ";");
    line(1, "*sz = sizeof(bytes) - 1;");
    line(1, "return bytes;");
  } else {
    line(1, "*sz = (size_t)({0}_end - {0});", Symbol);
    line(1, "return {0};", Symbol);
  }
  line(0, "}");
  line();
}

Expected<std::string> CEmitter::emit() {
  std::string Guard = "__" + StringRef(Model.Class).upper() + "_SKEL_H__";
  emitHead(Guard, {"errno.h", "stdlib.h", "bpf/libbpf.h"});
  line(0, "#define BPF_SKEL_SUPPORTS_MAP_AUTO_ATTACH 1");
  line();
  if (Error E = emitStruct())
    return std::move(E);
  emitLife();
  emitSlots();
  emitBytes();
  emitMethodBodies();
  emitAsserts();
  line(0, "#endif /* {0} */", Guard);
  return std::move(Text);
}

/// The variables of a section, as pointers to where they are.
Error CEmitter::emitPointers(const SectionModel &Section) {
  line(1, "struct {0}__{1} {{", Model.Class, memberName(Section));
  for (const TypeModelBuilder::Variable &V : Section.Variables) {
    bool IsArray = Object.types()->type(Object.types()->resolve(V.Type)).TypeKind == Kind::Array;
    if (Error E = emitMember(V.Type, IsArray ? "(*" + memberName(V) + ")" : "*" + memberName(V), 2))
      return E;
  }
  line(1, "} {0};", memberName(Section));
  return Error::success();
}

void CEmitter::emitSubOpen() {
  OS << formatv(R"(/* Null is taken. The object that it looks into stays its owner's. */
static inline void
{0}__destroy(struct {0} *skel)
{{
	if (!skel)
		return;
	if (skel->subskel)
		bpf_object__destroy_subskeleton(skel->subskel);
	free(skel);
}

static inline int
{0}__find(struct {0} *obj, const struct bpf_object *src)
{{
	struct bpf_object_subskeleton *s = (struct bpf_object_subskeleton *)calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->sz = sizeof(*s);
	s->obj = src;

)",
                Model.Class);
  emitSlotsOf("subskeleton", /*IsSub=*/true);
  size_t Count = 0;
  for (const SectionModel &S : Model.ownSections())
    Count += S.Variables.size();
  line(1, "s->var_skel_sz = sizeof(*s->vars);");
  line(1, "s->vars = (struct bpf_var_skeleton *)calloc({0}, s->var_skel_sz);", Count + 1);
  line(1, "if (!s->vars) {{");
  line(2, "bpf_object__destroy_subskeleton(s);");
  line(2, "return -ENOMEM;");
  line(1, "}");
  line(1, "s->var_cnt = {0};", Count);
  size_t Index = 0;
  for (const SectionModel &S : Model.ownSections())
    for (const TypeModelBuilder::Variable &V : S.Variables) {
      line(1, "s->vars[{0}].name = {1};", Index, quoted(V.Symbol));
      line(1, "s->vars[{0}].map = &obj->maps.{1};", Index, memberName(S));
      line(1, "s->vars[{0}].addr = (void **)&obj->{1}.{2};", Index++, memberName(S), memberName(V));
    }
  OS << formatv(R"(
	obj->subskel = s;
	return bpf_object__open_subskeleton(s);
}

/* Null, with errno set, if the object lacks one of the library's maps, programs or variables. */
static inline struct {0} *
{0}__open(const struct bpf_object *src)
{{
	struct {0} *obj = (struct {0} *)calloc(1, sizeof(*obj));
	int err = obj ? {0}__find(obj, src) : -ENOMEM;

	if (err) {{
		{0}__destroy(obj);
		errno = -err;
		return NULL;
	}
	return obj;
}

#ifdef __cplusplus
struct {0} *{0}::open(const struct bpf_object *src) {{ return {0}__open(src); }
void {0}::destroy(struct {0} *skel) {{ {0}__destroy(skel); }
#endif /* __cplusplus */

)",
                Model.Class);
}

Expected<std::string> CEmitter::emitSub() {
  std::string Guard = "__" + StringRef(Model.Class).upper() + "_SUBSKEL_H__";
  emitHead(Guard, {"errno.h", "stdlib.h", "bpf/libbpf.h"});
  line(0, "struct {0} {{", Model.Class);
  line(1, "struct bpf_object *obj;");
  line(1, "struct bpf_object_subskeleton *subskel;");
  emitMaps();
  emitPrograms();
  for (const SectionModel &S : Model.ownSections()) // libbpf finds no variables in an arena
    if (Error E = emitPointers(S))
      return std::move(E);
  OS << formatv(R"(
#ifdef __cplusplus
	static inline struct {0} *open(const struct bpf_object *src);
	static inline void destroy(struct {0} *skel);
#endif /* __cplusplus */
};

)",
                Model.Class);
  emitSubOpen();
  line(0, "#endif /* {0} */", Guard);
  return std::move(Text);
}

Expected<std::string> emitCSubskeleton(const SkeletonModel &Model, const BPFObject &Object) {
  if (Error E = expectNoNamespace(Model))
    return std::move(E);
  return CEmitter(Model, Object, ObjectPlacement::Inline).emitSub();
}

Expected<std::string> defaultCSkeletonName(StringRef Path) {
  StringRef Stem = sys::path::filename(Path);
  bool IsSkeleton = Stem.consume_back(".skel.h") || Stem.consume_back(".subskel.h") || Stem.consume_back(".lskel.h");
  while (!IsSkeleton && (Stem.consume_back(".o") || Stem.consume_back(".c") || Stem.consume_back(".cpp") ||
                         Stem.consume_back(".cc") || Stem.consume_back(".h"))) {
  }
  std::string Name = toIdentifier(Stem.str());
  if (IsSkeleton && !StringRef(Name).ends_with("_bpf"))
    Name += "_bpf";
  if (!isIdentifier(Name))
    return makeError("'{0}' makes no name for a skeleton; pass --name=", Path);
  return Name;
}

Expected<std::string> emitCSkeleton(const SkeletonModel &Model, const BPFObject &Object, ObjectPlacement Placement) {
  if (Placement != ObjectPlacement::Inline && Placement != ObjectPlacement::Incbin)
    return makeError("--embed={0}: a C skeleton has its object inside; pass --embed=inline or --embed=incbin",
                     Placement == ObjectPlacement::Source ? "source" : "file");
  if (Error E = expectNoNamespace(Model))
    return std::move(E);
  return CEmitter(Model, Object, Placement).emit();
}

} // namespace bpfbuild
