//===- LightSkeletonEmitter.cpp - a skeleton without libbpf ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the header from top to bottom: the struct, which begins with the loader's context, attach and detach, and what
// loads the object. {0} in the text of a function is the skeleton's name.
//===----------------------------------------------------------------------===//
#include "Skeleton/LightSkeletonEmitter.h"
#include "Link/LoaderProgram.h"
#include "Skeleton/CHeader.h"
#include "Skeleton/Names.h"
#include "Skeleton/Text.h"
#include "Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <linux/bpf.h>

using namespace llvm;

namespace bpfbuild {

namespace {
class LightEmitter : public CHeader {
public:
  LightEmitter(const SkeletonModel &Model, const BPFObject &Object, const LoaderProgram &Loader,
               const LoaderSignature *Signature)
      : CHeader(Model, Object), Loader(Loader), Signature(Signature) {}

  Expected<std::string> emit();

private:
  Error emitStruct();
  void emitAttach();
  void emitDestroy();
  void emitOpen();
  void emitLoad();
  void emitBytes(const char *Name, StringRef Bytes, unsigned Tabs);

  /// The name of a map as a member. Two that come to the same are an error.
  std::string mapName(const LoaderMap &Map) const { return Map.IsSection ? sectionMember(Map.Name) : cName(Map.Name); }
  Error checkNames() const;
  const SectionModel *variablesOf(const LoaderMap &Map) const {
    auto It = find_if(Model.Sections, [&](const SectionModel &S) { return S.Name == Map.Name; });
    return It == Model.Sections.end() ? nullptr : &*It;
  }

  const LoaderProgram &Loader;
  const LoaderSignature *Signature;
};
} // namespace

Error LightEmitter::checkNames() const {
  StringMap<StringRef> Names;
  for (const LoaderMap &M : Loader.Maps)
    if (auto [It, IsNew] = Names.try_emplace(mapName(M), M.Name); !IsNew)
      return makeError("'{0}': '{1}' and '{2}' are both '{3}' in a light skeleton; call one of them otherwise",
                       Object.name(), It->second, M.Name, mapName(M));
  return Error::success();
}

/// The order of maps and programs is the loader's, which puts descriptors there.
Error LightEmitter::emitStruct() {
  line(0, "struct {0} {{", Model.Class);
  line(1, "struct bpf_loader_ctx ctx;");
  if (!Loader.Maps.empty()) {
    line(1, "struct {{");
    for (const LoaderMap &M : Loader.Maps)
      line(2, "struct bpf_map_desc {0};", mapName(M));
    line(1, "} maps;");
  }
  line(1, "struct {{");
  for (const LoaderProgram::Program &P : Loader.Programs)
    line(2, "struct bpf_prog_desc {0};", cName(P.Name));
  line(1, "} progs;");
  line(1, "struct {{");
  for (const LoaderProgram::Program &P : Loader.Programs)
    line(2, "int {0}_fd;", cName(P.Name));
  line(1, "} links;");
  if (Signature)
    line(1, "__s32 keyring_id; /* of the keyring that has the certificate, before load() */");
  for (const LoaderMap &M : Loader.Maps) {
    if (!M.IsSection)
      continue;
    if (const SectionModel *S = variablesOf(M)) {
      if (Error E = emitVariables(*S))
        return E;
      continue;
    }
    line(1, "struct {0}__{1} {{", Model.Class, mapName(M)); // constants of the compiler's, without names
    line(1, "} *{0};", mapName(M));
  }
  line(0, "};");
  line();
  return Error::success();
}

/// How a program is attached by its descriptor alone.
static std::string attachCall(const LoaderProgram::Program &P) {
  if (P.Type == BPF_PROG_TYPE_RAW_TRACEPOINT && StringRef(P.Section).contains('/'))
    return formatv("skel_raw_tracepoint_open({0}, prog_fd)", quoted(StringRef(P.Section).split('/').second));
  if (P.Type != BPF_PROG_TYPE_TRACING && P.Type != BPF_PROG_TYPE_LSM)
    return "((void)prog_fd, 0)";
  if (P.AttachType == BPF_TRACE_ITER)
    return "skel_link_create(prog_fd, 0, BPF_TRACE_ITER)";
  return "skel_raw_tracepoint_open(NULL, prog_fd)";
}

void LightEmitter::emitAttach() {
  for (const LoaderProgram::Program &P : Loader.Programs) {
    std::string Call = attachCall(P);
    OS << formatv(R"(static inline int
{0}__{1}__attach(struct {0} *skel)
{{
	int prog_fd = skel->progs.{1}.prog_fd;
	int fd = {2};{3}

	if (fd > 0)
		skel->links.{1}_fd = fd;
	return fd;
}

)",
                  Model.Class, cName(P.Name), Call,
                  StringRef(Call).starts_with("((void)") ? " /* attached by the host */" : "");
  }
  OS << formatv(R"(/* 0, or a negative number: what was attached before it stays. */
static inline int
{0}__attach(struct {0} *skel)
{{
	int ret = 0;

)",
                Model.Class);
  for (const LoaderProgram::Program &P : Loader.Programs)
    line(1, "ret = ret < 0 ? ret : {0}__{1}__attach(skel);", Model.Class, cName(P.Name));
  OS << formatv(R"(	return ret < 0 ? ret : 0;
}

static inline void
{0}__detach(struct {0} *skel)
{{
)",
                Model.Class);
  for (const LoaderProgram::Program &P : Loader.Programs) {
    line(1, "skel_closenz(skel->links.{0}_fd);", cName(P.Name));
    line(1, "skel->links.{0}_fd = 0;", cName(P.Name));
  }
  line(0, "}");
  line();
}

void LightEmitter::emitDestroy() {
  OS << formatv(R"(/* Detaches and frees everything; null is taken. */
static void
{0}__destroy(struct {0} *skel)
{{
	if (!skel)
		return;
	{0}__detach(skel);
)",
                Model.Class);
  for (const LoaderProgram::Program &P : Loader.Programs)
    line(1, "skel_closenz(skel->progs.{0}.prog_fd);", cName(P.Name));
  for (const LoaderMap &M : Loader.Maps) {
    std::string Name = mapName(M);
    if (M.MappedSize) {
      line(1, "if (skel->{0})", Name);
      line(2, "skel_free_map_data(skel->{0}, skel->maps.{0}.initial_value, {1});", Name, M.MappedSize);
    }
    line(1, "skel_closenz(skel->maps.{0}.map_fd);", Name);
  }
  line(1, "skel_free(skel);");
  line(0, "}");
  line();
}

/// \p Bytes as an array of the name \p Name, whose last byte is a zero that is not theirs.
void LightEmitter::emitBytes(const char *Name, StringRef Bytes, unsigned Tabs) {
  line(Tabs, "static const char {0}[] __attribute__((__aligned__(8))) =", Name);
  emitBytesAsText(OS, Bytes, std::string(Tabs + 1, '\t'));
  line(0, ";");
}

void LightEmitter::emitOpen() {
  OS << formatv(R"(/* Null if there is no memory. */
static inline struct {0} *
{0}__open(void)
{{
	struct {0} *skel = (struct {0} *)skel_alloc(sizeof(*skel));

	if (!skel)
		return NULL;
	skel->ctx.sz = (char *)&skel->links - (char *)skel;
)",
                Model.Class);
  for (const LoaderMap &M : Loader.Maps) {
    if (!M.MappedSize)
      continue;
    std::string Name = mapName(M);
    line(1, "{{");
    emitBytes("data", M.Value, 2);
    line();
    line(2, "skel->{0} = (__typeof__(skel->{0}))skel_prep_map_data((void *)data, {1}, sizeof(data) - 1);", Name,
         M.MappedSize);
    line(2, "if (!skel->{0})", Name);
    line(3, "goto cleanup;");
    line(2, "skel->maps.{0}.initial_value = (__u64)(long)skel->{0};", Name);
    line(1, "}");
  }
  line(1, "return skel;");
  if (any_of(Loader.Maps, [](const LoaderMap &M) { return M.MappedSize != 0; })) {
    line(0, "cleanup:");
    line(1, "{0}__destroy(skel);", Model.Class);
    line(1, "return NULL;");
  }
  line(0, "}");
  line();
}

void LightEmitter::emitLoad() {
  line(0, "/* The value of the loader's map, and the loader. */");
  line(0, "static inline int");
  line(0, "{0}__load(struct {0} *skel)", Model.Class);
  line(0, "{{");
  line(1, "struct bpf_load_and_run_opts opts = {{};");
  line(1, "int err;");
  emitBytes("opts_data", Loader.Data, 1);
  emitBytes("opts_insn", Loader.Instructions, 1);
  if (Signature) {
    emitBytes("opts_sig", Signature->Bytes, 1);
    emitBytes("opts_excl_hash", Signature->Hash, 1);
  }
  line();
  if (Signature) {
    line(1, "opts.signature = (void *)opts_sig;");
    line(1, "opts.signature_sz = sizeof(opts_sig) - 1;");
    line(1, "opts.excl_prog_hash = (void *)opts_excl_hash;");
    line(1, "opts.excl_prog_hash_sz = sizeof(opts_excl_hash) - 1;");
    line(1, "opts.keyring_id = skel->keyring_id;");
  }
  line(1, "opts.ctx = (struct bpf_loader_ctx *)skel;");
  line(1, "opts.data_sz = sizeof(opts_data) - 1;");
  line(1, "opts.data = (void *)opts_data;");
  line(1, "opts.insns_sz = sizeof(opts_insn) - 1;");
  line(1, "opts.insns = (void *)opts_insn;");
  line();
  line(1, "err = bpf_load_and_run(&opts);");
  line(1, "if (err < 0)");
  line(2, "return err;");
  for (const LoaderMap &M : Loader.Maps) {
    if (!M.MappedSize)
      continue;
    std::string Name = mapName(M);
    line(1, "skel->{0} = (__typeof__(skel->{0}))skel_finalize_map_data(", Name);
    line(2, "&skel->maps.{0}.initial_value, {1}, {2}, skel->maps.{0}.map_fd);", Name, M.MappedSize,
         M.IsReadOnly ? "PROT_READ" : "PROT_READ | PROT_WRITE");
    line(1, "if (!skel->{0})", Name);
    line(2, "return -ENOMEM;");
  }
  OS << formatv(R"(	return 0;
}

static inline struct {0} *
{0}__open_and_load(void)
{{
	struct {0} *skel = {0}__open();

	if (!skel)
		return NULL;
	if ({0}__load(skel)) {{
		{0}__destroy(skel);
		return NULL;
	}
	return skel;
}

)",
                Model.Class);
}

Expected<std::string> LightEmitter::emit() {
  std::string Guard = "__" + StringRef(Model.Class).upper() + "_SKEL_H__";
  emitHead(Guard, {"errno.h", "bpf/libbpf_version.h", "bpf/skel_internal.h"});
  if (Signature) {
    OS << "#if LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 7\n";
    line(0, "#error \"a signed skeleton needs the <bpf/skel_internal.h> of libbpf 1.7\"");
    OS << "#endif\n\n";
  }
  if (Error E = checkNames())
    return std::move(E);
  if (Error E = emitStruct())
    return std::move(E);
  emitAttach();
  emitDestroy();
  emitOpen();
  emitLoad();
  emitAsserts();
  line(0, "#endif /* {0} */", Guard);
  return std::move(Text);
}

Expected<std::string> emitLightSkeleton(const SkeletonModel &Model, const BPFObject &Object, const SigningKey &Signer) {
  if (Error E = expectNoNamespace(Model))
    return std::move(E);
  bool IsSigned = !Signer.Key.empty();
  Expected<LoaderProgram> Loader = makeLoaderProgram(Object, Model.Class, /*ChecksData=*/IsSigned);
  if (!Loader)
    return Loader.takeError();
  std::optional<LoaderSignature> Signature;
  if (IsSigned) {
    Expected<LoaderSignature> Made = signLoader(Loader->Instructions, Signer.Key, Signer.Certificate);
    if (!Made)
      return Made.takeError();
    Signature = std::move(*Made);
  }
  return LightEmitter(Model, Object, *Loader, Signature ? &*Signature : nullptr).emit();
}

} // namespace bpfbuild
