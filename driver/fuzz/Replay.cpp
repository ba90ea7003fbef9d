//===- Replay.cpp - the fuzzers without a fuzzer --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   bpfbuild-replay FUZZER [--mutants=N] FILE…
//
// Gives each file to the fuzzer's function, and after that N changed ones of them, which are the same in each run: in
// every build, sanitized or not, without libFuzzer. An input that takes longer than some seconds ends the program, as a
// crash does; what it was is said, and written to mutant-FUZZER.
//===----------------------------------------------------------------------===//
#include "Mutator.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;

// Each fuzzer's two functions have names of their own here: CMakeLists.txt.
#define FUZZERS(X) X(object) X(btf) X(core) X(split) X(link) X(verifier_log) X(archive) X(text_header) X(command_line)
#define DECLARE(name)                                                                                                  \
  extern "C" int test_##name(const uint8_t *Data, size_t Size);                                                        \
  extern "C" [[gnu::weak]] size_t mutate_##name(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed);
FUZZERS(DECLARE)

/// libFuzzer's own change, where there is no libFuzzer: a byte.
extern "C" size_t LLVMFuzzerMutate(uint8_t *Data, size_t Size, size_t) {
  if (Size)
    Data[Size * 7 / 11] ^= 0x41;
  return Size;
}

namespace {
struct Fuzzer {
  StringLiteral Name;
  int (*Test)(const uint8_t *Data, size_t Size);
  size_t (*Mutate)(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed); ///< null: bytes
};

/// What is looked at now, for whoever dies of it.
struct Current {
  const char *File = "";
  unsigned Seed = 0;
  const std::string *Bytes = nullptr;
  StringRef Fuzzer;
} Now;
} // namespace

#define ROW(name) {#name, test_##name, mutate_##name},
static constexpr Fuzzer Fuzzers[] = {FUZZERS(ROW)};

/// Seconds for one input; sanitizers take a few times as long as users' builds.
static constexpr unsigned Limit = 5;

static void sayWhat() {
  std::string Path = formatv("mutant-{0}", Now.Fuzzer);
  std::error_code EC;
  raw_fd_ostream OS(Path, EC);
  if (!EC && Now.Bytes)
    OS << *Now.Bytes;
  errs() << formatv("bpfbuild-replay: {0}: '{1}', mutant {2}, is in {3}\n", Now.Fuzzer, Now.File, Now.Seed, Path);
}

static void onSignal(int Signal) {
  if (Signal == SIGALRM)
    errs() << "bpfbuild-replay: an input takes longer than " << Limit << " seconds\n";
  sayWhat();
  signal(Signal, SIG_DFL);
  raise(Signal == SIGALRM ? SIGABRT : Signal);
}

static void give(const Fuzzer &F, const std::string &Bytes) {
  Now.Bytes = &Bytes;
  alarm(Limit);
  F.Test(reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size());
  alarm(0);
}

static std::string mutantOf(const Fuzzer &F, const std::string &Bytes, unsigned Seed) {
  std::string Mutant = Bytes;
  auto *Data = reinterpret_cast<uint8_t *>(Mutant.data());
  if (F.Mutate)
    Mutant.resize(F.Mutate(Data, Mutant.size(), Mutant.size(), Seed));
  else if (!Mutant.empty())
    Mutant[Seed * 2654435761u % Mutant.size()] ^= char(1 + Seed % 255);
  return Mutant;
}

int main(int Argc, char **Argv) {
  const Fuzzer *F = Argc < 2 ? nullptr : find_if(Fuzzers, [&](const Fuzzer &Each) { return Each.Name == Argv[1]; });
  if (!F || F == std::end(Fuzzers)) {
    errs() << "usage: bpfbuild-replay FUZZER [--mutants=N] FILE...; the fuzzers are";
    for (const Fuzzer &Each : Fuzzers)
      errs() << ' ' << Each.Name;
    errs() << '\n';
    return 1;
  }
  Now.Fuzzer = F->Name;
  for (int Signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE, SIGALRM})
    signal(Signal, onSignal);
  unsigned Mutants = 0;
  std::vector<std::pair<const char *, std::string>> Files;
  for (const char *Arg : ArrayRef(Argv + 2, Argc - 2)) {
    if (StringRef Number = Arg; Number.consume_front("--mutants=")) {
      if (Number.getAsInteger(10, Mutants))
        return errs() << "bpfbuild-replay: " << Arg << ": expected a number\n", 1;
      continue;
    }
    ErrorOr<std::unique_ptr<MemoryBuffer>> Bytes = MemoryBuffer::getFile(Arg);
    if (!Bytes)
      return errs() << "bpfbuild-replay: cannot read " << Arg << ": " << Bytes.getError().message() << '\n', 1;
    Files.emplace_back(Arg, (*Bytes)->getBuffer().str());
    Now.File = Arg;
    give(*F, Files.back().second);
  }
  if (Files.empty())
    return errs() << "bpfbuild-replay: no file is named\n", 1;
  for (Now.Seed = 1; Now.Seed <= Mutants; ++Now.Seed) {
    const auto &[Name, Bytes] = Files[Now.Seed % Files.size()];
    Now.File = Name;
    give(*F, mutantOf(*F, Bytes, Now.Seed));
  }
  rusage Usage;
  getrusage(RUSAGE_SELF, &Usage);
  outs() << formatv("{0}: {1} files, {2} mutants, no finding, {3} MB\n", F->Name, Files.size(), Mutants,
                    Usage.ru_maxrss >> 10);
}
