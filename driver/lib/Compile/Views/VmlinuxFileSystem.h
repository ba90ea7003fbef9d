//===- VmlinuxFileSystem.h - vmlinux.h on demand ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer over a file system in which VmlinuxDir holds a vmlinux.h that is made when the compiler first asks for it.
// That one, and large headers of the base whose name is vmlinux*.h, are shown in one of three views; whoever makes a
// slice is asked for the names of the program only when there is such a header. Once they are known, the declarations
// of helpers, ours or libbpf's bpf_helper_defs.h, are sliced too. Where the user named the source of the types, every
// other vmlinux.h is hidden.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_VIEWS_VMLINUXFILESYSTEM_H
#define BPFBUILD_COMPILE_VIEWS_VMLINUXFILESYSTEM_H

#include "Compile/Cxx/CxxLibrary.h"
#include "Support/StageTimes.h"
#include "Vmlinux/VmlinuxHeader.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>

namespace bpfbuild {

inline constexpr llvm::StringLiteral VmlinuxDir = "/__bpfbuild__/vmlinux";
inline constexpr llvm::StringLiteral VmlinuxPath = "/__bpfbuild__/vmlinux/vmlinux.h";

/// The text of a vmlinux.h, or of a part of it, as C++ takes it: names that are keywords get an underscore, and records
/// without members have no size. Made with the names of defineKeywords(), it has no types that are C++'s own.
std::string vmlinuxForCxx(llvm::StringRef Text);

/// Where the types come from, and what was read of it: shared by all compiles of a call.
class VmlinuxSources {
public:
  /// \p Source is what VmlinuxHeader::open() takes, or "none" for no vmlinux.h of ours.
  /// With \p IsForHost false the running kernel's types are those of another architecture, and no source.
  VmlinuxSources(std::string Source, bool HidesOthers, bool IsForHost, StageTimes &Times)
      : Source(std::move(Source)), HidesOthers(HidesOthers), IsForHost(IsForHost), Times(Times) {}

  bool isNone() const { return Source == "none"; }
  bool hidesOthers() const { return HidesOthers; }
  StageTimes &times() const { return Times; }

  /// True if a header that has been read, ours or a file's, declares \p Name.
  bool declares(llvm::StringRef Name) const;

  /// The header at VmlinuxPath, whose types may still be read by another thread; null if it cannot be had, for which
  /// failure() is the reason.
  const VmlinuxHeader *ours();
  /// ours(), if somebody has asked for it; otherwise null.
  const VmlinuxHeader *opened() const { return Ours ? &*Ours : nullptr; }
  llvm::StringRef failure() const { return Failure; }
  void fail(llvm::Error E);

  /// A file's header, split once; \p Open is called to read it the first time and may give null.
  const VmlinuxHeader *file(llvm::StringRef Path, llvm::function_ref<std::unique_ptr<llvm::MemoryBuffer>()> Open);

private:
  std::string Source, Failure;
  bool HidesOthers, IsForHost;
  StageTimes &Times;
  bool IsOpened = false;
  std::optional<VmlinuxHeader> Ours;
  std::map<std::string, std::optional<VmlinuxHeader>, std::less<>> Files;
};

/// What a compile sees of vmlinux.h.
enum class VmlinuxView {
  Program,    ///< directives, and nothing of linux/*.h and asm/*.h
  Directives, ///< of vmlinux.h and bpf.hpp
  Slice,      ///< what the program names
  Whole,
};

/// True for linux/*.h, asm/*.h and asm-generic/*.h.
bool isUapiHeader(llvm::StringRef Path);

class VmlinuxFileSystem : public llvm::vfs::ProxyFileSystem {
public:
  /// Gives the names that a program has, in what the view shows.
  using NameSource = std::function<ProgramNames(VmlinuxView)>;

  /// \p CollectNames is called by the first demand for a slice: of bpf.hpp, for the names of the program's own files;
  /// of vmlinux.h, for those of all files.
  VmlinuxFileSystem(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base, VmlinuxSources &Sources, VmlinuxView View,
                    NameSource CollectNames);

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override;
  std::error_code getRealPath(const llvm::Twine &Path, llvm::SmallVectorImpl<char> &Output) override;
  bool exists(const llvm::Twine &Path) override { return status(Path).getError() == std::error_code(); }

  /// True if a slice was given to the compiler.
  bool hasSliced() const { return Names.has_value(); }
  /// True if the slice has no definition of \p Name, and the whole header has.
  bool isLacking(llvm::StringRef Name) const;
  /// True for a file that is not shown as it is.
  bool isChanged(llvm::StringRef Path) const;
  /// Names that a slice is to have besides those of the program.
  void addNames(const llvm::StringSet<> &Missing);
  /// The names that a slice was made for.
  const ProgramNames &names() const { return *Names; }
  /// Names that whole() leaves to the program to declare.
  void setNames(ProgramNames Known) { Names = std::move(Known); }
  /// Shows bpf.hpp whole.
  void showWholeLibrary() { ShowsWholeLibrary = true; }
  /// Helpers that our header leaves to the program to declare.
  void setOwnHelpers(llvm::StringSet<> Known) { OwnHelpers = std::move(Known); }

private:
  enum class Kind { Ours, Directory, Hidden, Empty, Header, Helpers, Library, Base };
  struct Content {
    std::string Text;
    llvm::sys::fs::UniqueID Id;
    bool IsShown = false; ///< false: there is no such file, or it is shown as it is
  };

  Kind classify(llvm::StringRef Path) const;
  const Content &contentOf(llvm::StringRef Path, Kind What);
  std::string textOfHelpers() const;
  std::string textOfLibrary(llvm::StringRef Path);
  const ProgramNames &namesOfProgram(VmlinuxView In);
  llvm::Expected<std::string> textOf(const VmlinuxHeader &Header);
  std::unique_ptr<llvm::MemoryBuffer> readBase(llvm::StringRef Path);

  VmlinuxSources &Sources;
  VmlinuxView View;
  NameSource CollectNames;
  std::optional<ProgramNames> Names;
  VmlinuxView NamesIn = VmlinuxView::Directives; ///< where Names are from
  std::optional<CxxLibrary> Library;
  bool ShowsWholeLibrary = false;
  llvm::StringSet<> OwnHelpers, Added;
  std::map<std::string, Content, std::less<>> Contents;
};

} // namespace bpfbuild

#endif
