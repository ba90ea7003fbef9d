//===- Text.h - what skeletons in C and C++ have in common ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_TEXT_H
#define BPFBUILD_SKELETON_TEXT_H

#include "Skeleton/SkeletonModel.h"
#include "llvm/Support/raw_ostream.h"

namespace bpfbuild {

/// \p Text, which is an object's, inside a comment: one line, printable, without the end of a comment.
std::string inComment(llvm::StringRef Text);

/// \p Text as a string literal.
std::string quoted(llvm::StringRef Text);

/// The name of the object's bytes in the program: of its namespace, class and checksum, so that different objects do
/// not meet, and the header's text changes with the object.
std::string objectSymbol(const SkeletonModel &Model);

/// Writes \p Bytes as a string literal of several lines, each after \p Indent, without an end of line behind the last.
/// Compilers read it about ten times as fast as an array of numbers.
void emitBytesAsText(llvm::raw_ostream &OS, llvm::StringRef Bytes, llvm::StringRef Indent);

/// Writes the lines by which the assembler takes the \p Size bytes of the file beside this one, from \p Symbol to
/// Symbol_end, and if \p Checksum is given, Symbol_checksum. A COMDAT group keeps one copy in a program.
void emitIncbin(llvm::raw_ostream &OS, llvm::StringRef Symbol, size_t Size, std::optional<uint64_t> Checksum = {});

} // namespace bpfbuild

#endif
