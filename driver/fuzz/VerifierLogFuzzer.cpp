//===- VerifierLogFuzzer.cpp - any text as a verifier's log ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An object and what a kernel said of it: the log's reading, and the diagnostics made of it.
//===----------------------------------------------------------------------===//
#include "Parts.h"
#include "Verify/Verify.h"
#include "llvm/Support/raw_ostream.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;

static void keep(uint8_t *, size_t, Random &) {}

/// A word of the log in another one's place.
static void mutateText(uint8_t *Data, size_t Size, Random &Seed) {
  if (Size < 2)
    return;
  size_t From = Seed() % Size, To = Seed() % Size, Length = Seed() % 32;
  std::memmove(Data + To, Data + From, std::min({Length, Size - From, Size - To}));
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateParts<keep, mutateText>);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Parts Bytes(Data, Size);
  llvm::Expected<BPFObject> Object = BPFObject::parse(Bytes.First, "fuzz.o");
  if (isError(Object))
    return 0;
  std::vector<ProgramVerdict> Verdicts;
  for (const Symbol &S : Object->symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.isDefined())
      Verdicts.push_back({S.Name.str(), Object->sections()[S.Section].Name.str(), Verdict::Refused, Bytes.Second,
                          VerifierLog::parse(Bytes.Second), 13, ""});
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  for (const Diagnostic &D : explainVerdicts(*Object, Verdicts, "debian:6.1")) {
    printText(OS, D);
    printJSON(OS, D);
  }
  return 0;
}
