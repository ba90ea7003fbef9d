//===- KernelVersion.h - versions of Linux ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_KERNELVERSION_H
#define BPFBUILD_KERNEL_KERNELVERSION_H

#include "llvm/ADT/StringRef.h"
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace bpfbuild {

/// A release of Linux, as "5.10": new features come with these. The default is before all.
struct KernelVersion {
  uint16_t Major = 0, Minor = 0;

  constexpr auto operator<=>(const KernelVersion &) const = default;

  std::string str() const { return std::to_string(Major) + "." + std::to_string(Minor); }

  /// Takes "5.10" and what may follow it: "5.10.0-35-amd64". Nothing for another form.
  static std::optional<KernelVersion> parse(llvm::StringRef Text) {
    KernelVersion Result;
    if (Text.consumeInteger(10, Result.Major) || !Text.consume_front(".") || Text.consumeInteger(10, Result.Minor))
      return std::nullopt;
    return Text.empty() || Text.front() == '.' || Text.front() == '-' ? std::optional(Result) : std::nullopt;
  }
};

/// The newest release whose rules are known here, and which the rules were compared with.
inline constexpr KernelVersion NewestKernel = {6, 18};

} // namespace bpfbuild

#endif
