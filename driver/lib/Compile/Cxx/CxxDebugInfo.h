//===- CxxDebugInfo.h - C++ as far as BTF can say it ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CXX_CXXDEBUGINFO_H
#define BPFBUILD_COMPILE_CXX_CXXDEBUGINFO_H

#include "llvm/IR/Module.h"

namespace bpfbuild {

/// Changes the debug information of \p M, from which LLVM makes BTF, to what BTF has kinds for: classes are structs,
/// bases members, references pointers; member functions, static members and template parameters are gone. Types,
/// members and functions get names that the kernel takes (btf_name_valid_identifier()): ns::Map<int> is ns_Map_int, a
/// function is called as its symbol is.
///
/// LLVM's BTF writer crashes on what it does not know, so this must run before it.
void reduceDebugInfo(llvm::Module &M);

/// Gives parameters without a name one, which the kernel asks for (btf_func_check()).
void nameParameters(llvm::Module &M);

/// Gives instructions that are from a header of ours the line at which the program calls it: that is what the
/// verifier's log shows, and what diagnostics name. After functions have been inlined.
void moveLinesToCallers(llvm::Module &M);

/// Takes what each file that includes a header defines, inline functions and templates, out of the groups in which a
/// linker for hosts merges them: functions and constants become this object's own, variables are merged by their names.
void dissolveComdats(llvm::Module &M);

/// What the classes of map.hpp, and variables of these, are annotated with.
inline constexpr llvm::StringLiteral MapAnnotation = "bpf_map";
/// What variables are annotated with that C++ makes local by their type and C does not.
inline constexpr llvm::StringLiteral GlobalAnnotation = "bpf_global";
/// Where libbpf looks for maps.
inline constexpr llvm::StringLiteral MapSection = ".maps";

/// Does what variables are annotated for: puts them into the section of maps, makes them global.
void applyAnnotations(llvm::Module &M);

/// Tells the verifier, by the tag arg:nonnull, that references and this are not null in functions that it checks by
/// themselves, those that other files can call. Kernels before 6.8 do not know it, and ask for a check that C++ has no
/// way to write (btf_prepare_func_args()). While references are still that.
void markReferences(llvm::Module &M);

/// Makes the variables of a namespace neighbours in their section, so that a skeleton can have them as a struct.
void gatherNamespaces(llvm::Module &M);

/// Gives programs and maps, which are in sections, the names that they have in the source instead of mangled ones.
/// Two that would have one name are an error that names both. Of the other functions and variables, those get readable
/// names whose mangled ones are no other file's, or none that the kernel takes.
void nameSymbols(llvm::Module &M);

} // namespace bpfbuild

#endif
