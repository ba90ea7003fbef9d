//===- Box.cpp - the verifier of other kernels ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Box.h"
#include "Machine/Initramfs.h"
#include "Machine/Kernels.h"
#include "Support/Error.h"
#include "Support/OutputSet.h"
#include "Verify/VerdictJSON.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace bpfbuild {

static std::string hashOf(StringRef Bytes) {
  XXH128_hash_t Hash = xxh3_128bits(arrayRefFromStringRef(Bytes));
  return utohexstr(Hash.high64, true, 16) + utohexstr(Hash.low64, true, 16);
}

namespace {

constexpr unsigned BootSeconds = 120;     ///< for a boot under emulation, which takes 7 to 15
constexpr unsigned SecondsPerObject = 30; ///< besides
constexpr size_t ConsoleLines = 8;        ///< of a kernel that did not answer

/// A temporary file that goes with this object, or with the process.
class TemporaryFile {
public:
  static Expected<TemporaryFile> create(StringRef Suffix, StringRef Bytes = "");
  TemporaryFile(TemporaryFile &&Other) : Path(std::exchange(Other.Path, "")) {}
  ~TemporaryFile();
  StringRef path() const { return Path; }
  std::string read() const;

private:
  TemporaryFile() = default;
  std::string Path;
};

/// One boot of one kernel for several objects.
class Box {
public:
  Box(StringRef Where, std::string Image, std::string Guest, StringRef ImageBytes)
      : Where(Where), Image(std::move(Image)), Guest(std::move(Guest)),
        KernelHash(hashOf(hashOf(ImageBytes) + hashOf(this->Guest))) {}

  Expected<std::vector<ObjectVerdicts>> verify(ArrayRef<const BPFObject *> Objects);

private:
  Expected<std::string> boot(ArrayRef<const BPFObject *> Objects);
  Expected<ObjectVerdicts> answerIn(StringRef Line, const BPFObject &Object) const;
  Expected<std::string> cachePath(const BPFObject &Object) const;

  StringRef Where;
  std::string Image;      ///< the kernel's path
  std::string Guest;      ///< the program's bytes
  std::string KernelHash; ///< of the image's and the guest's bytes
};

} // namespace

Expected<TemporaryFile> TemporaryFile::create(StringRef Suffix, StringRef Bytes) {
  SmallString<128> Path;
  int FD;
  if (std::error_code Code = sys::fs::createTemporaryFile("bpfbuild", Suffix, FD, Path))
    return makeError("cannot make a temporary file: {0}", Code.message());
  TemporaryFile File;
  File.Path = Path.str().str();
  sys::RemoveFileOnSignal(Path);
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Bytes;
  OS.close();
  if (OS.has_error()) {
    std::error_code Code = OS.error();
    OS.clear_error();
    return makeError("cannot write '{0}': {1}", Path, Code.message());
  }
  return File;
}

TemporaryFile::~TemporaryFile() {
  if (Path.empty())
    return;
  sys::fs::remove(Path);
  sys::DontRemoveFileOnSignal(Path);
}

std::string TemporaryFile::read() const {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path);
  return Buffer ? (*Buffer)->getBuffer().str() : "";
}

static Expected<std::string> readFile(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return makeError("cannot read '{0}': {1}", Path, Buffer.getError().message());
  return (*Buffer)->getBuffer().str();
}

/// The console's last lines, for a kernel that said nothing else.
static std::string lastLines(StringRef Console) {
  SmallVector<StringRef> Lines;
  Console.split(Lines, '\n', -1, false);
  std::string Result;
  for (StringRef Line : ArrayRef(Lines).take_back(ConsoleLines))
    Result += "\n  " + Line.rtrim().str();
  return Result.empty() ? "; its console is empty" : "; the console's last lines:" + Result;
}

/// Boots, and gives the lines that the guest wrote.
Expected<std::string> Box::boot(ArrayRef<const BPFObject *> Objects) {
  ErrorOr<std::string> Qemu = sys::findProgramByName("qemu-system-x86_64");
  if (!Qemu)
    return makeError("--kernel={0} needs QEMU: install qemu-system-x86_64 (Debian: qemu-system-x86)", Where);
  Initramfs Files;
  for (StringRef Folder : {"dev", "proc", "sys", "objects"})
    Files.addFolder(Folder);
  Files.addFile("init", Guest, /*IsProgram=*/true);
  for (auto [Number, Object] : enumerate(Objects))
    Files.addFile("objects/" + std::to_string(Number), Object->bytes());
  Expected<TemporaryFile> Archive = TemporaryFile::create("cpio", Files.finish());
  Expected<TemporaryFile> Console = TemporaryFile::create("console"), Answers = TemporaryFile::create("answers");
  if (Error E = joinErrors(joinErrors(Archive.takeError(), Console.takeError()), Answers.takeError()))
    return std::move(E);
  std::string ConsolePort = ("file:" + Console->path()).str(), AnswerPort = ("file:" + Answers->path()).str();
  std::vector<StringRef> Args = {*Qemu};
  ErrorOr<std::string> SetPriv = sys::findProgramByName("setpriv");
  if (SetPriv) // so that a machine does not outlive this process
    Args = {*SetPriv, "--pdeathsig", "KILL", *Qemu};
  append_range(Args, std::initializer_list<StringRef>{
                         "-M",          "q35",
                         "-accel",      "tcg,thread=multi",
                         "-cpu",        "max",
                         "-m",          "1024",
                         "-display",    "none",
                         "-nodefaults", "-no-reboot",
                         "-kernel",     Image,
                         "-initrd",     Archive->path(),
                         "-serial",     ConsolePort,
                         "-serial",     AnswerPort,
                         "-append",     "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on"});
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(""), std::nullopt};
  std::string Message;
  unsigned Seconds = BootSeconds + SecondsPerObject * static_cast<unsigned>(Objects.size());
  int Code = sys::ExecuteAndWait(Args.front(), Args, std::nullopt, Redirects, Seconds, 0, &Message);
  std::string Lines = Answers->read();
  if (static_cast<size_t>(count(Lines, '\n')) >= Objects.size())
    return Lines;
  StringRef What = Code == -2 ? "did not answer in time" : "ended before it had answered";
  return makeError("the kernel {0} {1}{2}", Where, What, lastLines(Console->read()));
}

Expected<ObjectVerdicts> Box::answerIn(StringRef Line, const BPFObject &Object) const {
  Expected<json::Value> Value = json::parse(Line);
  if (!Value)
    return makeError("the kernel {0} answered what is no JSON: {1}", Where, toString(Value.takeError()));
  const json::Object *Answer = Value->getAsObject();
  if (std::optional<StringRef> Problem = Answer ? Answer->getString("error") : std::nullopt)
    return makeError("{0}: on {1}: {2}", Object.name(), Where, *Problem);
  const json::Array *Verdicts = Answer ? Answer->getArray("verdicts") : nullptr;
  if (!Verdicts)
    return makeError("the kernel {0} answered without verdicts", Where);
  return verdictsFromJSON(*Verdicts);
}

Expected<std::string> Box::cachePath(const BPFObject &Object) const {
  Expected<std::string> Folder = cacheFolder("verdicts");
  if (!Folder)
    return Folder.takeError();
  return *Folder + "/" + KernelHash + "-" + hashOf(Object.bytes()) + ".json";
}

Expected<std::vector<ObjectVerdicts>> Box::verify(ArrayRef<const BPFObject *> Objects) {
  std::vector<ObjectVerdicts> Result(Objects.size());
  std::vector<const BPFObject *> Left;
  std::vector<size_t> Places; // of those that are left
  for (auto [Place, Object] : enumerate(Objects)) {
    Expected<std::string> Path = cachePath(*Object);
    Expected<std::string> Line = Path ? readFile(*Path) : Path.takeError();
    Expected<ObjectVerdicts> Cached = Line ? answerIn(*Line, *Object) : Line.takeError();
    if (Cached) {
      Result[Place] = std::move(*Cached);
      continue;
    }
    consumeError(Cached.takeError()); // it is asked again
    Left.push_back(Object);
    Places.push_back(Place);
  }
  if (Left.empty())
    return Result;
  Expected<std::string> Lines = boot(Left);
  if (!Lines)
    return Lines.takeError();
  StringRef Rest = *Lines;
  for (size_t I = 0; I < Left.size(); ++I) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    Expected<ObjectVerdicts> Answer = answerIn(Line, *Left[I]);
    if (!Answer)
      return Answer.takeError();
    Result[Places[I]] = std::move(*Answer);
    Expected<std::string> Path = cachePath(*Left[I]);
    if (!Path) {
      consumeError(Path.takeError());
      continue;
    }
    OutputSet Cache;
    sys::fs::create_directories(sys::path::parent_path(*Path));
    Cache.add(*Path, Line.str());
    consumeError(Cache.commit()); // without a cache it is only slower
  }
  return Result;
}

/// The guest program's bytes. It is beside the tool in a build tree, and in libexec of an installation.
static Expected<std::string> readGuest() {
  static int AddressInTool;
  std::string Tool = sys::fs::getMainExecutable("", &AddressInTool);
  StringRef Folder = sys::path::parent_path(Tool);
  std::string Beside = (Folder + "/bpfbuild-guest").str(),
              Installed = (Folder + "/../libexec/bpfbuild/bpfbuild-guest").str();
  for (const std::string &Path : {Beside, Installed})
    if (sys::fs::exists(Path))
      return readFile(Path);
  return makeError("'{0}' is missing, which runs inside of other kernels; install BPFBuild anew", Installed);
}

Expected<std::vector<ObjectVerdicts>> verifyOn(StringRef Where, ArrayRef<const BPFObject *> Objects) {
  if (Where == "running") {
    std::vector<ObjectVerdicts> Result;
    for (const BPFObject *Object : Objects) {
      Expected<ObjectVerdicts> Verdicts = verifyPrograms(*Object);
      if (!Verdicts)
        return Verdicts.takeError();
      Result.push_back(std::move(*Verdicts));
    }
    return Result;
  }
  Expected<std::string> Image = findKernel(Where);
  if (!Image)
    return Image.takeError();
  Expected<std::string> ImageBytes = readFile(*Image), Guest = readGuest();
  if (Error E = joinErrors(ImageBytes.takeError(), Guest.takeError()))
    return std::move(E);
  return Box(Where, std::move(*Image), std::move(*Guest), *ImageBytes).verify(Objects);
}

} // namespace bpfbuild
