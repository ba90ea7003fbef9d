//===- CHeader.h - what the C skeletons have in common ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_CHEADER_H
#define BPFBUILD_SKELETON_CHEADER_H

#include "BTF/CPrinter.h"
#include "Skeleton/SkeletonModel.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace bpfbuild {

/// \p Name as it is where C takes it, keywords of C++ too, as the user's source does.
std::string cName(llvm::StringRef Name);

/// A map's name as a member; of one in a C++ namespace without that.
std::string memberName(const MapModel &Map);

/// A section's name as a member, as bpftool makes it: "rodata_name" of .rodata.name.
std::string sectionMember(llvm::StringRef Name);

/// The same of one with variables; those of an arena are "arena".
std::string memberName(const SectionModel &Section);

/// A variable's name as a member; what C++ put in namespaces has them in front.
std::string memberName(const TypeModelBuilder::Variable &V);

/// An error if \p Model is in a namespace: C has none.
llvm::Error expectNoNamespace(const SkeletonModel &Model);

/// Writes a header in C, in the kernel's style.
class CHeader {
protected:
  CHeader(const SkeletonModel &Model, const BPFObject &Object)
      : Model(Model), Object(Object), TypeNames(btf::NameTable::plain(*Object.types())),
        Printer(*Object.types(), TypeNames, Object.name()), OS(Text) {}

  /// The comment, the guard and the includes.
  void emitHead(llvm::StringRef Guard, llvm::ArrayRef<const char *> Includes);
  /// A member of the type \p Type, \p Tabs deep.
  llvm::Error emitMember(uint32_t Type, const std::string &Name, unsigned Tabs);
  /// The variables of a section, with fillers where the compiler would not put the next one where it is.
  llvm::Error emitVariables(const SectionModel &Section);
  /// That the user's types have the size that the BPF program's have.
  void emitAsserts();

  /// A line of \p Tabs tabs and what formatv makes of the rest.
  template <typename... Ts> void line(unsigned Tabs, const char *Format, Ts &&...Args) {
    OS << std::string(Tabs, '\t') << llvm::formatv(Format, std::forward<Ts>(Args)...) << '\n';
  }
  void line() { OS << '\n'; }

  const SkeletonModel &Model;
  const BPFObject &Object;
  btf::NameTable TypeNames;
  btf::CPrinter Printer;
  std::string Text;
  llvm::raw_string_ostream OS;
};

} // namespace bpfbuild

#endif
