//===- Box.cpp - the verifier of other kernels ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Box.h"
#include "Machine/Kernels.h"
#include "Machine/QEMU.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/OutputSet.h"
#include "Verify/VerdictJSON.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace bpfbuild {

static std::string hashOf(StringRef Bytes) {
  XXH128_hash_t Hash = xxh3_128bits(arrayRefFromStringRef(Bytes));
  return utohexstr(Hash.high64, true, 16) + utohexstr(Hash.low64, true, 16);
}

namespace {

constexpr unsigned SecondsPerObject = 30;

/// One boot of one kernel for several objects.
class Box {
public:
  Box(StringRef Where, std::string Image, std::unique_ptr<MemoryBuffer> Guest, StringRef ImageBytes)
      : Where(Where), Image(std::move(Image)), Guest(std::move(Guest)),
        KernelHash(hashOf(hashOf(ImageBytes) + hashOf(this->Guest->getBuffer()))) {}

  Expected<std::vector<ObjectVerdicts>> verify(ArrayRef<const BPFObject *> Objects);

private:
  Expected<std::string> boot(ArrayRef<const BPFObject *> Objects);
  Expected<ObjectVerdicts> answerIn(StringRef Line, const BPFObject &Object) const;
  Expected<std::string> cachePath(const BPFObject &Object) const;

  StringRef Where;
  std::string Image; ///< the kernel's path
  std::unique_ptr<MemoryBuffer> Guest;
  std::string KernelHash; ///< of the image's and the guest's bytes
};

} // namespace

/// Boots, and gives the lines that the guest wrote.
Expected<std::string> Box::boot(ArrayRef<const BPFObject *> Objects) {
  Initramfs Files;
  Files.addFile("init", Guest->getBuffer(), /*IsProgram=*/true);
  for (auto [Number, Object] : enumerate(Objects))
    Files.addFile("objects/" + std::to_string(Number), Object->bytes());
  Expected<BootResult> Boot =
      bootKernel(Where, Image, std::move(Files), SecondsPerObject * static_cast<unsigned>(Objects.size()));
  if (!Boot)
    return Boot.takeError();
  if (static_cast<size_t>(count(Boot->Answers, '\n')) < Objects.size())
    return bootError(Where, *Boot);
  return std::move(Boot->Answers);
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
    Expected<std::unique_ptr<MemoryBuffer>> Line = Path ? readFile(*Path) : Path.takeError();
    Expected<ObjectVerdicts> Cached = Line ? answerIn((*Line)->getBuffer(), *Object) : Line.takeError();
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
  Expected<std::unique_ptr<MemoryBuffer>> ImageBytes = readFile(*Image), Guest = readGuest();
  if (Error E = joinErrors(ImageBytes.takeError(), Guest.takeError()))
    return std::move(E);
  return Box(Where, std::move(*Image), std::move(*Guest), (*ImageBytes)->getBuffer()).verify(Objects);
}

} // namespace bpfbuild
