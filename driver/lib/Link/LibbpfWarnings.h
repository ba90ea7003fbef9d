//===- LibbpfWarnings.h - what libbpf says ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_LINK_LIBBPFWARNINGS_H
#define BPFBUILD_LINK_LIBBPFWARNINGS_H

#include "llvm/ADT/StringRef.h"
#include <bpf/libbpf.h>
#include <cstdio>
#include <string>

namespace bpfbuild {

/// Collects what libbpf warns of while it lives; libbpf's print function has no context, hence the static.
class LibbpfWarnings {
public:
  LibbpfWarnings() {
    Text.clear();
    Previous = libbpf_set_print(collect);
  }
  ~LibbpfWarnings() { libbpf_set_print(Previous); }

  llvm::StringRef text() const { return Text; }

private:
  static int collect(libbpf_print_level Level, const char *Format, va_list Args) {
    char Line[1024];
    if (Level == LIBBPF_WARN && vsnprintf(Line, sizeof(Line), Format, Args) > 0)
      Text += Line;
    return 0;
  }

  static inline std::string Text;
  libbpf_print_fn_t Previous;
};

} // namespace bpfbuild

#endif
