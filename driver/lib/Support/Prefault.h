//===- Prefault.h - memory that is there before it is asked for -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_PREFAULT_H
#define BPFBUILD_SUPPORT_PREFAULT_H

namespace bpfbuild {

/// Does nothing; a tool that calls it has a constructor in it that starts to fault pages in before main().
void linkPrefault();

} // namespace bpfbuild

#endif
