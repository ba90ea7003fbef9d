//===- LLVMVersion.h - what differs between LLVM versions -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place for headers and names of Clang that move from release to release. LLVM 22 is what we build with.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_LLVMVERSION_H
#define BPFBUILD_COMPILE_LLVMVERSION_H

#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR != 22
#error "BPFBuild is built with LLVM and Clang 22"
#endif

#include "clang/Options/Options.h" // clang/Driver/Options.h before 22

#endif
