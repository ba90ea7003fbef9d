//===- HelperTypes.cpp - which programs may call which helpers ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/HelperTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// The helpers that a kernel lets programs of a type call, and those before it that were asked do not.
struct Row {
  StringLiteral ProgramType;
  KernelVersion Kernel;
  StringLiteral Helpers; ///< numbers and ranges of them: "1-6,8"
};
} // namespace

static constexpr Row Rows[] = {
#define HELPER_TYPES(TYPE, MAJOR, MINOR, HELPERS) {TYPE, {MAJOR, MINOR}, HELPERS},
#include "Kernel/HelperTypes.def"
};

static bool contains(StringRef Ranges, uint32_t Helper) {
  while (!Ranges.empty()) {
    auto [Range, Rest] = Ranges.split(',');
    auto [First, Last] = Range.split('-');
    uint32_t From = 0, To = 0;
    if (First.getAsInteger(10, From) || (Last.empty() ? First : Last).getAsInteger(10, To))
      return false;
    if (From <= Helper && Helper <= To)
      return true;
    Ranges = Rest;
  }
  return false;
}

bool isJudged(StringRef ProgramType, uint32_t Helper) {
  return any_of(Rows, [&](const Row &R) { return R.ProgramType == ProgramType; }) &&
         any_of(Rows, [&](const Row &R) { return contains(R.Helpers, Helper); });
}

std::vector<StringRef> programTypesThatCall(uint32_t Helper) {
  std::vector<StringRef> Result;
  for (const Row &R : Rows)
    if (contains(R.Helpers, Helper) && !is_contained(Result, R.ProgramType))
      Result.push_back(R.ProgramType);
  return Result;
}

std::optional<HelperRefusal> findRefusal(StringRef ProgramType, uint32_t Helper, std::optional<KernelVersion> Oldest) {
  if (!isJudged(ProgramType, Helper))
    return std::nullopt;
  std::optional<KernelVersion> By, TakenBy;
  for (const Row &R : Rows) // a type's rows are in the order of the kernels
    if (R.ProgramType == ProgramType && !TakenBy) {
      if (contains(R.Helpers, Helper))
        TakenBy = R.Kernel;
      else
        By = R.Kernel;
    }
  bool IsRefused = By && (!TakenBy || (Oldest && *Oldest <= *By));
  return IsRefused ? std::optional(HelperRefusal{*By, TakenBy}) : std::nullopt;
}

} // namespace bpfbuild
