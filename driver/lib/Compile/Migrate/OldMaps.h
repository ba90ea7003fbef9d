//===- OldMaps.h - maps of the form before BTF ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// struct bpf_map_def and struct bpf_elf_map in SEC("maps"), in all the shapes that copies of the two have: told by the
// names of their members. A definition is changed member by member where it stands, so that comments, blanks and
// branches of #if stay.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MIGRATE_OLDMAPS_H
#define BPFBUILD_COMPILE_MIGRATE_OLDMAPS_H

#include "Compile/Migrate/Migrator.h"
#include "Kernel/MapTypes.h"
#include "Kernel/OldMapMembers.h"

namespace bpfbuild {

/// One member of an initialiser.
struct MapElement {
  MapRole Role = MapRole::Unknown;
  std::string Field;
  unsigned Begin = 0, ValueBegin = 0, End = 0; ///< offsets of the designator, the value, and behind it
  std::optional<unsigned> Comma;               ///< offset
  bool IsSkipped = false;                      ///< in a branch that is not taken
  std::vector<size_t> Value;                   ///< indices of the value's tokens
};

/// True for a member's value that says nothing: 0, PIN_NONE.
bool isZeroText(llvm::StringRef Text);

/// What stands in front of the brace.
struct MapHead {
  unsigned Begin = 0;
  std::string Name, Section;         ///< as they are to be written; no section if none is spelled
  std::vector<std::string> Comments; ///< what is between its words
};

/// What a map of maps, or of programs, begins with.
struct MapValues {
  std::string Member;  ///< __array(values, …); empty if it has none
  std::string Slots;   ///< lines of .values
  std::string Before;  ///< declarations of what they name
  bool IsLeft = false; ///< it cannot be written, and neither can the map
};

/// One map: a variable, or an element of an array.
struct OldMap {
  const clang::VarDecl *Var = nullptr;
  const clang::InitListExpr *List = nullptr;
  const clang::RecordDecl *Record = nullptr;
  std::map<MapRole, uint64_t> Values; ///< those that are not 0, as the compiler has them
  std::optional<unsigned> Index;      ///< in an array
  unsigned Number = 0;                ///< among the maps of the source

  clang::FileID File;
  size_t Open = 0, Close = 0; ///< tokens: the braces
  std::optional<FileTokens::MacroHead> Macro;
  MapHead Head;
  std::vector<MapElement> Elements;
  std::string Name, Tag; ///< new; the tag is empty where nobody has to name the struct
  MapValues Initial;

  uint64_t value(MapRole Role) const {
    auto It = Values.find(Role);
    return It == Values.end() ? 0 : It->second;
  }
  MapType type() const { return static_cast<MapType>(value(MapRole::Type)); }
  const MapElement *element(MapRole Role) const; ///< that counts; null if there is none
};

/// What calls, or BPF_ANNOTATE_KV_PAIR(), tell of a map's types; null if nothing, or if they contradict each other.
struct MapTypesInUse {
  clang::QualType Key, Value;
  bool KeyDiffers = false, ValueDiffers = false;
  const clang::VarDecl *Annotation = nullptr;
};

class MapMigrator {
public:
  explicit MapMigrator(Migrator &M) : M(M) {}
  void run();

private:
  /// What goes into a prog_array.
  struct TailCalls {
    std::map<uint64_t, const clang::FunctionDecl *> Slots;
    bool IsTwice = false; ///< two programs have one slot
  };

  void collect(const clang::DeclContext &Scope);
  void readVariable(const clang::VarDecl &Var);
  bool read(OldMap &Map);
  bool findBraces(OldMap &Map);
  std::vector<size_t> headWords(const OldMap &Map, llvm::ArrayRef<size_t> Before);
  size_t headBegin(const OldMap &Map, llvm::ArrayRef<size_t> Words);
  bool expectAlone(const OldMap &Map);
  bool readHead(OldMap &Map);
  bool readElements(OldMap &Map);
  bool readElement(OldMap &Map, llvm::ArrayRef<size_t> Tokens, std::optional<unsigned> Comma, unsigned Position);
  bool expectKnown(const OldMap &Map);
  bool readArray(const clang::VarDecl &Var, const clang::InitListExpr &List, const clang::ConstantArrayType &Type);
  bool leaveArray(const clang::VarDecl &Var);
  std::optional<std::vector<std::pair<WrittenRange, uint64_t>>> indicesOf(const clang::VarDecl &Var, uint64_t Count);
  void finishArrays();

  void leaveSkipped();
  bool isNamedInSkipped(llvm::StringRef Name) const;
  bool isDefinedToday(llvm::ArrayRef<llvm::StringRef> Words) const;

  void migrate(OldMap &Map);
  bool isWrittenAnew(const OldMap &Map);
  std::string memberFor(OldMap &Map, const MapElement &E);
  std::string pinningMember(const OldMap &Map, llvm::StringRef Text) const;
  std::string sizeMember(OldMap &Map, const MapElement &E, bool IsKey);
  std::string typeOfSize(const OldMap &Map, const MapElement &E, bool IsKey);
  bool canBeTyped(const OldMap &Map, bool IsKey, llvm::StringRef Name, clang::QualType Type);
  bool isKnown(llvm::StringRef Name, const OldMap &Map) const;
  bool isVisible(clang::QualType Type, const OldMap &Map) const;
  std::string textOf(const OldMap &Map, const MapElement &E);
  std::string nameOf(clang::QualType Type) const;
  void editMembers(OldMap &Map, std::vector<std::string> Members);
  void editHead(OldMap &Map);
  MapValues valuesOf(OldMap &Map);
  MapValues innerValues(OldMap &Map);
  MapValues programValues(OldMap &Map);
  MapValues leaveValues(const OldMap &Map, const char *Why);
  OldMap *findTemplate(const OldMap &Map);
  std::string templateMember(const OldMap &Map, OldMap &Template);
  void addSlot(const OldMap &Map, OldMap &Inner, bool NeedsCast, MapValues &Values);
  TailCalls tailCallsOf(uint64_t Id) const;
  const char *whyNotFilled(const OldMap &Map, const TailCalls &Calls) const;
  void recordMove(const OldMap &Map);
  std::string sectionText(const OldMap &Map);
  void advisePinning(const OldMap &Map);

  OldMap *findById(uint64_t Id);
  std::string freeTag(llvm::StringRef Name) const;
  void readAnnotations();
  void dropAnnotation(const OldMap &Map);
  void nameInDeclarations(OldMap &Map);
  void leaveRead();
  bool canDeclareBefore(const clang::FunctionDecl &Function, const OldMap &Map) const;
  void replacePointers();
  void dropStatement(clang::FileID File, unsigned Begin, unsigned End);
  void dropRecord(clang::FileID File, const clang::RecordDecl &Record);

  Migrator &M;
  std::vector<std::unique_ptr<OldMap>> Maps;
  struct OldArray {
    std::vector<OldMap *> Elements;                      ///< of Maps
    unsigned End = 0;                                    ///< behind the list's brace
    std::vector<std::pair<WrittenRange, uint64_t>> Uses; ///< where an element is used, and which
  };
  std::map<const clang::VarDecl *, OldArray> Arrays;
  std::map<const clang::VarDecl *, MapTypesInUse> Uses;
  std::vector<const clang::FunctionDecl *> Programs;
  unsigned Count = 0;        ///< of maps, with those that are left
  bool HasOtherMaps = false; ///< BTF-defined ones, or arrays of old ones, are there too
  std::set<const clang::RecordDecl *> Records;
};

} // namespace bpfbuild

#endif
