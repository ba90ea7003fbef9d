//===- Link.cpp - several BPF objects into one ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libbpf's linker (bpf_linker__*) takes and gives file names until version 1.6, so the objects go through anonymous
// files in memory. What it would say without naming a file is checked before.
//===----------------------------------------------------------------------===//
#include "Link/Link.h"
#include "Link/LibbpfWarnings.h"
#include "Object/Strip.h"
#include "Support/Error.h"
#include "Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace bpfbuild {

namespace {

/// A file with a name but, where /proc is mounted, without a place on a disk.
class ScratchFile {
public:
  static Expected<ScratchFile> create(StringRef Bytes);
  ScratchFile(ScratchFile &&Other)
      : FD(std::exchange(Other.FD, -1)), Path(std::move(Other.Path)), OnDisk(Other.OnDisk) {}
  ~ScratchFile();

  const char *path() const { return Path.c_str(); }
  Expected<std::string> read() const;

private:
  ScratchFile() = default;
  int FD = -1;
  std::string Path;
  bool OnDisk = false;
};

} // namespace

Expected<ScratchFile> ScratchFile::create(StringRef Bytes) {
  ScratchFile File;
  File.FD = memfd_create("bpfbuild", MFD_CLOEXEC);
  File.Path = formatv("/proc/self/fd/{0}", File.FD);
  if (File.FD < 0 || access(File.Path.c_str(), R_OK)) {
    if (File.FD >= 0)
      close(File.FD);
    SmallString<128> Name;
    if (std::error_code EC = sys::fs::createTemporaryFile("bpfbuild", "o", File.FD, Name))
      return makeError("cannot make a temporary file: {0}", EC.message());
    File.Path = Name.str();
    File.OnDisk = true;
  }
  raw_fd_ostream OS(File.FD, /*shouldClose=*/false);
  OS << Bytes;
  OS.flush();
  std::error_code EC = OS.error();
  OS.clear_error();
  if (EC)
    return makeError("cannot write a temporary file: {0}", EC.message());
  return File;
}

ScratchFile::~ScratchFile() {
  if (FD < 0)
    return;
  close(FD);
  if (OnDisk)
    sys::fs::remove(Path);
}

Expected<std::string> ScratchFile::read() const {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                                                        /*RequiresNullTerminator=*/false,
                                                                        /*IsVolatile=*/true);
  if (!Buffer)
    return makeError("cannot read the linked object: {0}", Buffer.getError().message());
  return (*Buffer)->getBuffer().str();
}

/// libbpf merges these sections itself, where they are equal.
static bool isMergedSection(StringRef Name) {
  return Name == "license" || Name == "version";
}

static StringRef describe(const BPFObject &Object, const Symbol &S) {
  if (Object.sections()[S.Section].Name == ".maps")
    return "map";
  return S.SymbolKind == Symbol::Kind::Function ? "function" : "variable";
}

/// Two strong definitions of one name.
static Error checkDuplicates(ArrayRef<BPFObject> Objects) {
  StringMap<const BPFObject *> Definers;
  for (const BPFObject &Object : Objects)
    for (const Symbol &S : Object.symbols()) {
      if (S.Bind != Symbol::Binding::Global || !S.isDefined() || isMergedSection(Object.sections()[S.Section].Name))
        continue;
      auto [It, IsNew] = Definers.try_emplace(S.Name, &Object);
      if (!IsNew)
        return makeError(
            "{0} '{1}' is defined in '{2}' and again in '{3}'; define it in one and declare it extern in the "
            "other",
            describe(Object, S), S.Name, It->second->name(), Object.name());
    }
  return Error::success();
}

/// Names that the kernel or the loader fills in: the variables and functions of .kconfig and .ksyms.
static bool isResolvedAtLoad(const BPFObject &Object, StringRef Name) {
  for (StringRef SectionName : {".kconfig", ".ksyms"})
    if (std::optional<btf::Type> Section = Object.findDataSection(SectionName))
      for (btf::SectionVariable V : Section->variables())
        if (Object.types()->type(V.Type).Name == Name)
          return true;
  return false;
}

static Error checkUndefined(ArrayRef<BPFObject> Objects) {
  StringMap<bool> Defined;
  for (const BPFObject &Object : Objects)
    for (const Symbol &S : Object.symbols())
      if (S.isDefined())
        Defined[S.Name] = true;
  for (const BPFObject &Object : Objects)
    for (const Symbol &S : Object.symbols())
      if (!S.isDefined() && S.Bind == Symbol::Binding::Global && !S.Name.empty() && !Defined.count(S.Name) &&
          !isResolvedAtLoad(Object, S.Name))
        return makeError("'{0}': '{1}' is declared extern, but no input defines it", Object.name(), S.Name);
  return Error::success();
}

/// Each section must be of a kind that libbpf's linker knows (linker_sanity_check_elf()), and what is put in front of
/// it to align it must be little.
static Error checkSection(const BPFObject &Object, const Section &S) {
  constexpr uint64_t MaxAlignment = 1 << 24;
  bool IsKnown = is_contained({ELF::SHT_NULL, ELF::SHT_PROGBITS, ELF::SHT_SYMTAB, ELF::SHT_STRTAB, ELF::SHT_NOBITS,
                               ELF::SHT_REL, ELF::SHT_LLVM_ADDRSIG},
                              S.Type);
  if (!IsKnown && !S.IsDebug)
    return makeError("'{0}': section {1} has the type {2:x}, which the linker of libbpf does not know", Object.name(),
                     S.Name, S.Type);
  if (S.Alignment > MaxAlignment)
    return makeError("'{0}': section {1} is aligned to {2} bytes, expected {3} at most", Object.name(), S.Name,
                     S.Alignment, MaxAlignment);
  return Error::success();
}

/// What libbpf's linker does not know, in the words of who compiled it. Its own words would be about sections.
static Error checkKnown(ArrayRef<BPFObject> Objects) {
  for (const BPFObject &Object : Objects) {
    for (const Section &S : Object.sections())
      if (Error E = checkSection(Object, S))
        return E;
    bool HasTable = Object.findSection(".jumptables") || any_of(Object.relocations(), [&](const Relocation &R) {
                      const Symbol &Target = Object.symbols()[R.Symbol];
                      return Target.isDefined() && Object.sections()[Target.Section].IsCode &&
                             Object.sections()[R.Section].Name.starts_with(".rodata");
                    });
    if (HasTable)
      return makeError(
          "'{0}' has a jump table (gotox, of -mcpu=v4), which the linker of libbpf {1} does not know; link it "
          "alone, or compile it with -mcpu=v3",
          Object.name(), BPFBUILD_LIBBPF_VERSION);
  }
  return Error::success();
}

/// libbpf's words with its names for our scratch files replaced by the user's.
static std::string inUsersNames(StringRef Text, ArrayRef<ScratchFile> Files, ArrayRef<BPFObject> Objects) {
  std::string Result;
  for (StringRef Line : llvm::split(Text.trim(), "\n")) {
    Line.consume_front("libbpf: ");
    std::string Renamed = Line.str();
    for (size_t I = Files.size(); I-- > 0;) // fd/40 before fd/4
      for (size_t At; (At = Renamed.find(Files[I].path())) != std::string::npos;)
        Renamed.replace(At, strlen(Files[I].path()), Objects[I].name());
    Result += (Result.empty() ? "" : "; ") + Renamed;
  }
  return Result;
}

/// Gives variables in the BTF of the linked object their places: libbpf's linker leaves what one file declares extern
/// in a section, as maps are, and another defines at the place 0 that the declaration had.
static Error placeVariables(std::string &Linked) {
  Expected<BPFObject> Object = BPFObject::parse(Linked, "the linked object");
  if (!Object)
    return Object.takeError();
  const Section *Types = Object->findSection(".BTF");
  if (!Types)
    return Error::success();
  StringMap<const Symbol *> Symbols;
  for (const Symbol &S : Object->symbols())
    if (S.isDefined() && S.Bind != Symbol::Binding::Local)
      Symbols[S.Name] = &S;
  std::unique_ptr<struct ::btf, decltype(&btf__free)> BTF(btf__new(Types->Bytes.data(), Types->Bytes.size()),
                                                          btf__free);
  if (!BTF)
    return makeError("the linked object's BTF cannot be read: {0}", llvm::sys::StrError(errno));
  for (uint32_t Id = 1; Id < btf__type_cnt(BTF.get()); ++Id) {
    const btf_type *T = btf__type_by_id(BTF.get(), Id);
    if (!btf_is_datasec(T))
      continue;
    StringRef SectionName = btf__name_by_offset(BTF.get(), T->name_off);
    bool HasMoved = false;
    MutableArrayRef Variables(btf_var_secinfos(T), btf_vlen(T)); // in memory of ours
    for (btf_var_secinfo &Variable : Variables) {
      const btf_type *V = btf__type_by_id(BTF.get(), Variable.type);
      const Symbol *S = Symbols.lookup(btf__name_by_offset(BTF.get(), V->name_off));
      bool IsHere = S && Object->sections()[S->Section].Name == SectionName;
      if (!IsHere || !btf_is_var(V) || btf_var(V)->linkage != BTF_VAR_GLOBAL_ALLOCATED || Variable.offset == S->Value)
        continue;
      uint64_t SectionSize = Object->sections()[S->Section].Size;
      if (S->Value > SectionSize || Variable.size > SectionSize - S->Value)
        return makeError("'{0}' of {1} bytes is at {2} of section '{3}', which has {4}", S->Name, Variable.size,
                         S->Value, SectionName, SectionSize);
      Variable.offset = S->Value;
      HasMoved = true;
    }
    if (HasMoved)
      std::sort(Variables.begin(), Variables.end(), [](const auto &A, const auto &B) { return A.offset < B.offset; });
  }
  uint32_t Size = 0;
  const void *Bytes = btf__raw_data(BTF.get(), &Size);
  if (!Bytes || Size != Types->Bytes.size())
    return makeError("the linked object's BTF cannot be written");
  memcpy(Linked.data() + (Types->Bytes.data() - Object->bytes().data()), Bytes, Size);
  return Error::success();
}

/// Has libbpf link the files.
static Error linkFiles(ArrayRef<ScratchFile> Inputs, const ScratchFile &Output, ArrayRef<BPFObject> Objects) {
  LibbpfWarnings Warnings;
  std::unique_ptr<bpf_linker, decltype(&bpf_linker__free)> Linker(bpf_linker__new(Output.path(), nullptr),
                                                                  bpf_linker__free);
  if (!Linker)
    return makeError("libbpf's linker cannot start: {0}", llvm::sys::StrError(errno));
  for (size_t I = 0; I < Inputs.size(); ++I)
    if (int Err = bpf_linker__add_file(Linker.get(), Inputs[I].path(), nullptr))
      return makeError("'{0}' cannot be linked by libbpf {1}: {2} ({3})", Objects[I].name(), BPFBUILD_LIBBPF_VERSION,
                       inUsersNames(Warnings.text(), Inputs, Objects), llvm::sys::StrError(-Err));
  if (int Err = bpf_linker__finalize(Linker.get()))
    return makeError("the objects cannot be linked: {0} ({1})", inUsersNames(Warnings.text(), Inputs, Objects),
                     llvm::sys::StrError(-Err));
  return Error::success();
}

/// Runs \p Work in a process of its own, and gives the error that it says in words. libbpf's linker trusts what it
/// reads (relocations that point nowhere, types without symbols): what a damaged object makes of it is not to happen
/// here.
static Error inChild(function_ref<std::string()> Work) {
  constexpr unsigned Timeout = 60; // seconds
  int Pipe[2];
  if (pipe2(Pipe, O_CLOEXEC))
    return makeError("cannot make a pipe: {0}", llvm::sys::StrError(errno));
  outs().flush();
  pid_t Child = fork();
  if (Child < 0)
    return makeError("cannot start a process for the linker: {0}", llvm::sys::StrError(errno));
  if (Child == 0) {
    for (int Signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGALRM})
      signal(Signal, SIG_DFL);
    rlimit NoCore{0, 0};
    setrlimit(RLIMIT_CORE, &NoCore);
    alarm(Timeout);
    std::string Said = Work();
    raw_fd_ostream(Pipe[1], /*shouldClose=*/true) << Said;
    _exit(0);
  }
  close(Pipe[1]);
  std::string Said;
  char Piece[4096];
  for (ssize_t Count; (Count = read(Pipe[0], Piece, sizeof(Piece))) != 0;)
    if (Count > 0)
      Said.append(Piece, Count);
    else if (errno != EINTR)
      break;
  close(Pipe[0]);
  int Status = 0;
  while (waitpid(Child, &Status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != 0)
    return makeError("libbpf {0} cannot link the objects: its linker {1}, as of a damaged object",
                     BPFBUILD_LIBBPF_VERSION,
                     WIFSIGNALED(Status) && WTERMSIG(Status) == SIGALRM ? "does not end" : "crashed");
  return Said.empty() ? Error::success() : makeError("{0}", Said);
}

Expected<std::string> linkObjects(ArrayRef<BPFObject> Objects) {
  if (Error E = checkDuplicates(Objects))
    return std::move(E);
  if (Error E = checkUndefined(Objects))
    return std::move(E);
  if (Objects.size() == 1)
    return stripDwarf(Objects.front().bytes());
  if (Error E = checkKnown(Objects))
    return std::move(E);
  std::vector<ScratchFile> Inputs;
  for (const BPFObject &Object : Objects) {
    Expected<ScratchFile> File = ScratchFile::create(Object.bytes());
    if (!File)
      return File.takeError();
    Inputs.push_back(std::move(*File));
  }
  Expected<ScratchFile> Output = ScratchFile::create("");
  if (!Output)
    return Output.takeError();

  if (Error E = inChild([&] { return toString(linkFiles(Inputs, *Output, Objects)); }))
    return std::move(E);
  Expected<std::string> Linked = Output->read();
  if (!Linked)
    return Linked.takeError();
  if (Error E = placeVariables(*Linked))
    return std::move(E);
  return std::move(*Linked);
}

} // namespace bpfbuild
