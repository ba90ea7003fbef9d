//===- SkeletonModel.h - what a skeleton holds ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain data, made from the linked object: everything that the emitter writes is decided here.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_SKELETONMODEL_H
#define BPFBUILD_SKELETON_SKELETONMODEL_H

#include "Maps/MapDef.h"
#include "Skeleton/TypeModel.h"
#include "llvm/ADT/ArrayRef.h"

namespace bpfbuild {

struct MapModel {
  std::string Identifier;
  std::string Name;                    ///< in the object
  std::string Handle;                  ///< the runtime's class, with its arguments: "hash_map<std::uint32_t, event>"
  std::string Comment;                 ///< the definition in short: "hash, 1024 entries"
  uint64_t KeySize = 0, ValueSize = 0; ///< in bytes; 0 where the loader decides
  uint32_t StructOps = 0;              ///< of a struct_ops table, its struct in the object's BTF
};

/// What the class of a subskeleton declares that a skeleton's does not.
inline constexpr const char *SubskeletonNames[] = {"find", "find_opened", "part_"};

/// A data section: .data, .bss, .rodata, their named kinds, .kconfig; and the variables of an arena.
struct SectionModel {
  std::string Identifier; ///< the accessor: "rodata"
  std::string Name;       ///< ".rodata"
  RecordModel Record;
  uint64_t Size;                                          ///< in bytes, without padding behind the last variable
  bool IsReadOnly;                                        ///< to the program, hence to us once it is loaded
  bool IsFilledByLoader;                                  ///< .kconfig: nothing is there before load()
  std::vector<TypeModelBuilder::Variable> Variables = {}; ///< the same as in Record, with the types of the object's BTF
  /// The map whose memory it is: a number behind those of the user's maps, or that of his arena.
  size_t Map = 0;
  /// In a subskeleton, the structs of pointers to its variables, and to those that only BPF programs write.
  std::string Pointers = {}, ConstPointers = {};
  bool isArena() const { return Name == ArenaSection; }

  /// Where Clang puts variables of the address space 1.
  static constexpr const char *ArenaSection = ".addr_space.1";
};

/// A struct_ops table as the user may change it before it is loaded.
struct TableModel {
  std::string Identifier; ///< the accessor: the variable's name
  size_t Map;             ///< its number in SkeletonModel::Maps
  RecordModel Record;
};

struct ProgramModel {
  std::string Identifier;
  std::string Name;
  std::string Section;
  bool IsAttachedByName; ///< libbpf knows from the section to what
};

/// A header of the user's, whose types the skeleton uses instead of declaring them once more.
struct SharedTypes {
  std::string Header; ///< as it is included; empty: there is none
  llvm::StringSet<> Names;
};

/// Reads the header \p Path, for --types=.
llvm::Expected<SharedTypes> readSharedTypes(llvm::StringRef Path);

struct SkeletonModel {
  std::string Class;
  std::string TypesHeader;            ///< see SharedTypes
  std::vector<std::string> Namespace; ///< outermost first
  std::vector<TypeDeclaration> Types;
  std::vector<MapModel> Maps;
  std::vector<SectionModel> Sections; ///< that of an arena last
  std::vector<TableModel> Tables;
  std::vector<ProgramModel> Programs;
  uint64_t Checksum = 0; ///< of the object, and of the archive if there is one
  std::string Archive;   ///< of BTF (.btfa), which follows the object in the program; empty if there is none
  /// Maps for which there are headers of their own.
  bool HasRingBuffer = false, HasPerfBuffer = false;

  /// The data sections that are maps of their own: libbpf numbers them behind the user's maps.
  llvm::ArrayRef<SectionModel> ownSections() const {
    llvm::ArrayRef<SectionModel> All = Sections;
    return !All.empty() && All.back().isArena() ? All.drop_back() : All;
  }
  size_t mapCount() const { return Maps.size() + ownSections().size(); }
};

/// bpfbuild::detail::checksum() of <bpfbuild/skeleton.hpp>, by which a header knows its object.
uint64_t objectChecksum(llvm::StringRef Bytes);

/// What the skeleton carries: the bytes of the object, and the archive behind them.
std::string carriedBytes(const SkeletonModel &Model, llvm::StringRef ObjectBytes);

/// Has the skeleton carry the archive with the bytes \p Archive.
void setArchive(SkeletonModel &Model, const BPFObject &Object, std::string Archive);

/// The class's name for \p Stem, a file name without its endings: invalid characters are made '_'. A keyword is an
/// error.
llvm::Expected<std::string> defaultSkeletonName(llvm::StringRef Stem);

/// Makes the model of \p Object, which must be linked. \p Name must be an identifier and \p Namespace identifiers
/// joined by ::, or empty; both are checked. An object without BTF is an error.
llvm::Expected<SkeletonModel> buildSkeletonModel(const BPFObject &Object, llvm::StringRef Name,
                                                 llvm::StringRef Namespace, const SharedTypes &Shared = {});

} // namespace bpfbuild

#endif
