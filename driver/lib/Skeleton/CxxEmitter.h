//===- CxxEmitter.h - headers of skeletons in C++ ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What SkeletonEmitter.cpp and SubskeletonEmitter.cpp share.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_CXXEMITTER_H
#define BPFBUILD_SKELETON_CXXEMITTER_H

#include "Skeleton/SkeletonModel.h"
#include "Support/ObjectPlacement.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <set>
#include <string>

namespace bpfbuild {

/// Writes a skeleton in C++, or a subskeleton: one function a part.
class CxxEmitter {
public:
  CxxEmitter(const SkeletonModel &Model, ObjectPlacement Placement, llvm::StringRef ObjectBytes)
      : Model(Model), Placement(Placement), ObjectBytes(ObjectBytes), OS(Text) {
    collectFieldNames();
  }

  /// The header of a skeleton; of a subskeleton; the source file with the object (ObjectPlacement::Source).
  std::string emit();
  std::string emitSub();
  std::string emitSource();

private:
  void emitBanner();
  void emitSubBanner();
  void emitIncludes(const char *Runtime);
  void emitTypes();
  void emitEnum(const EnumModel &Enum);
  void emitRecord(const RecordModel &Record);
  void emitFields(const RecordModel &Record);
  void emitField(const FieldModel &Field);
  void emitAsserts(const RecordModel &Record);
  void emitOffsets(const RecordModel &Record, const RecordModel &Part, const std::string &Prefix, uint64_t Base);
  void emitSectionTypes();
  void emitTables();
  void emitHandles();
  void handle(const std::string &Declaration, const std::string &Comment);
  /// The class of what is not in the kernel yet, with what \p EmitPublic writes.
  void emitOpenedClass(llvm::function_ref<void()> EmitPublic);
  void emitOpened();
  void emitLoaded();
  void emitSectionAccessors(bool IsLoaded);
  void emitPrivate(bool IsLoaded);
  void emitDescription();
  void emitBytes();
  void emitInlineBytes(const std::string &Symbol);
  void emitIncbinBytes(const std::string &Symbol);
  void emitSymbols(const std::string &Symbol);
  void emitOpen();
  void emitEnd();
  void emitPointers(const SectionModel &Section, bool IsConst);
  void emitPart(bool IsLoaded);
  void emitPartDescription();
  void emitFind(bool IsLoaded);
  void collectFieldNames();
  void collectFieldNames(const RecordModel &Record);
  std::string typeText(const CppType &Type) const;

  /// A line at the current depth, made by formatv.
  template <typename... Ts> void line(const char *Format, Ts &&...Args) {
    std::string Line = llvm::formatv(Format, std::forward<Ts>(Args)...).str();
    if (!Line.empty())
      OS.indent(2 * Depth) << Line;
    OS << '\n';
  }
  void line() { OS << '\n'; }

  const SkeletonModel &Model;
  ObjectPlacement Placement;
  llvm::StringRef ObjectBytes;
  std::string Text;
  llvm::raw_string_ostream OS;
  unsigned Depth = 0;
  const char *Member = "object_";   ///< which has what the handles are made of; part_ in a subskeleton
  std::set<std::string> FieldNames; ///< of all records: what types are named like is written with its keyword
};

} // namespace bpfbuild

#endif
