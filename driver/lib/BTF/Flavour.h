//===- Flavour.h - names without what CO-RE leaves out ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_FLAVOUR_H
#define BPFBUILD_BTF_FLAVOUR_H

#include "llvm/ADT/StringRef.h"

namespace bpfbuild::btf {

/// True if a flavour is set off at \p At of \p Name: three underscores between characters that are none.
inline bool isFlavourSeparator(llvm::StringRef Name, size_t At) {
  return At > 0 && At + 3 < Name.size() && Name[At - 1] != '_' && Name.substr(At, 3) == "___" && Name[At + 3] != '_';
}

/// task_struct for the flavour task_struct___old (libbpf's bpf_core_essential_name_len).
inline llvm::StringRef withoutFlavour(llvm::StringRef Name) {
  for (size_t At = Name.rfind("___"); At != llvm::StringRef::npos && At > 0; At = Name.substr(0, At + 2).rfind("___"))
    if (isFlavourSeparator(Name, At))
      return Name.take_front(At);
  return Name;
}

} // namespace bpfbuild::btf

#endif
