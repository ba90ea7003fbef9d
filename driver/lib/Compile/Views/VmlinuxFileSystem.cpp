//===- VmlinuxFileSystem.cpp - vmlinux.h on demand ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Views/VmlinuxFileSystem.h"
#include "Compile/Cxx/CxxKeywords.h"
#include "Compile/EmbeddedHeaders.h"
#include "Kernel/Helpers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// Smaller headers cost less than what slicing them takes.
static constexpr uint64_t MinSliced = 64 << 10;

/// libbpf's declarations of all helpers, of which a program calls a few: once its names are known, it is shown those.
static constexpr StringLiteral HelperDefinitions = "bpf_helper_defs.h";

//===----------------------------------------------------------------------===//
// VmlinuxSources
//===----------------------------------------------------------------------===//

const VmlinuxHeader *VmlinuxSources::ours() {
  if (!std::exchange(IsOpened, true)) {
    auto Timer = Times.measure("  vmlinux: read types");
    if (Source == "kernel" && !IsForHost) {
      Failure = "the running kernel's types are those of this machine, not of --target-arch=: pass --vmlinux=FILE with "
                "the BTF of a kernel of that architecture, or --vmlinux=none and headers such as linux/bpf.h";
      return nullptr;
    }
    Expected<VmlinuxHeader> Header = VmlinuxHeader::open(Source);
    if (Header)
      Ours.emplace(std::move(*Header));
    else
      fail(Header.takeError());
  }
  return Ours ? &*Ours : nullptr;
}

bool VmlinuxSources::declares(StringRef Name) const {
  auto Declares = [Name](const std::optional<VmlinuxHeader> &H) { return H && H->canBeSliced() && H->declares(Name); };
  return Declares(Ours) || any_of(Files, [&](const auto &Entry) { return Declares(Entry.second); });
}

void VmlinuxSources::fail(Error E) {
  Failure = (Source == "kernel" ? "" : "--vmlinux=" + Source + ": ") + toString(std::move(E));
}

const VmlinuxHeader *VmlinuxSources::file(StringRef Path, function_ref<std::unique_ptr<MemoryBuffer>()> Open) {
  auto [It, IsNew] = Files.try_emplace(Path.str());
  if (IsNew) {
    auto Timer = Times.measure("  vmlinux: read types");
    if (std::unique_ptr<MemoryBuffer> Bytes = Open())
      It->second.emplace(VmlinuxHeader::fromText(std::move(Bytes)));
  }
  return It->second ? &*It->second : nullptr;
}

//===----------------------------------------------------------------------===//
// VmlinuxFileSystem
//===----------------------------------------------------------------------===//

namespace {
/// A file whose content is in memory, under the name by which it was asked for.
class TextFile : public vfs::File {
public:
  TextFile(vfs::Status Stat, StringRef Text) : Stat(std::move(Stat)), Text(Text) {}
  ErrorOr<vfs::Status> status() override { return Stat; }
  ErrorOr<std::unique_ptr<MemoryBuffer>> getBuffer(const Twine &Name, int64_t, bool, bool) override {
    return MemoryBuffer::getMemBuffer(Text, Name.str());
  }
  std::error_code close() override { return {}; }

private:
  vfs::Status Stat;
  StringRef Text;
};
} // namespace

VmlinuxFileSystem::VmlinuxFileSystem(IntrusiveRefCntPtr<vfs::FileSystem> Base, VmlinuxSources &Sources,
                                     VmlinuxView View, NameSource CollectNames)
    : ProxyFileSystem(std::move(Base)), Sources(Sources), View(View), CollectNames(std::move(CollectNames)) {}

bool isUapiHeader(StringRef Path) {
  StringRef Folder = sys::path::filename(sys::path::parent_path(Path));
  return Folder == "linux" || Folder == "asm" || Folder == "asm-generic";
}

VmlinuxFileSystem::Kind VmlinuxFileSystem::classify(StringRef Path) const {
  if (Path.starts_with(VmlinuxDir)) {
    if (Sources.isNone())
      return Kind::Hidden;
    return Path == VmlinuxPath ? Kind::Ours : Path.size() == VmlinuxDir.size() ? Kind::Directory : Kind::Hidden;
  }
  StringRef File = sys::path::filename(Path);
  if (View == VmlinuxView::Program && File.ends_with(".h") && isUapiHeader(Path))
    return Kind::Empty;
  if (Path == HelperHeaderPath)
    return (View == VmlinuxView::Slice && Names) || !OwnHelpers.empty() ? Kind::Helpers : Kind::Base;
  if (Path.starts_with(CxxHeaderDir) && File.ends_with(".hpp")) {
    bool IsWhole = View == VmlinuxView::Whole || ShowsWholeLibrary;
    return IsWhole || !getUnderlyingFS().exists(Path) ? Kind::Base : Kind::Library;
  }
  if (File == HelperDefinitions)
    return View == VmlinuxView::Slice && Names ? Kind::Header : Kind::Base;
  if (!isVmlinuxHeader(File))
    return Kind::Base;
  if (Sources.hidesOthers() && !Sources.isNone() && File == "vmlinux.h")
    return Kind::Hidden;
  return View == VmlinuxView::Whole ? Kind::Base : Kind::Header;
}

/// A struct without members has no size in C, but one byte in C++; with an array of none it has none either.
static std::string withoutEmptyRecords(StringRef Text) {
  std::string Result;
  for (size_t Brace; (Brace = Text.find('{')) != StringRef::npos;) {
    StringRef Head = Text.take_front(Brace).rtrim(), Rest = Text.drop_front(Brace + 1);
    StringRef Line = Head.substr(Head.find_last_of("{};\n") + 1);
    Result += Text.take_front(Brace + 1);
    if (Rest.ltrim().starts_with("}") && (Line.contains("struct") || Line.contains("union")))
      Result += " char __empty[0]; ";
    Text = Rest;
  }
  return Result + Text.str();
}

/// Adds an underscore to names that are keywords of C++, and two before restrict.
static std::string withoutKeywords(StringRef Text) {
  auto IsOfName = [](char C) { return isAlnum(C) || C == '_'; };
  std::string Result;
  for (StringRef Rest = Text; !Rest.empty();) {
    StringRef Between = Rest.take_until(IsOfName);
    Rest = Rest.drop_front(Between.size());
    StringRef Name = Rest.take_while(IsOfName);
    Rest = Rest.drop_front(Name.size());
    ((Result += Between) += Name == "restrict" ? "__" : "") += Name;
    if (is_contained(CxxKeywords, Name))
      Result += '_';
  }
  return Result;
}

/// Behind a member that is called as its type is, port_id port_id;, the name means the member in C++: there the type is
/// ::port_id. An enum that is announced has a size.
static std::string withTypesOfCxx(StringRef Text) {
  std::string Result;
  StringSet<> Hidden;
  while (!Text.empty()) {
    StringRef Line = Text.take_front(std::min(Text.size(), Text.find('\n') + 1));
    Text = Text.drop_front(Line.size());
    StringRef Code = Line.ltrim();
    auto [Type, Name] = Code.split(' ');
    if (Line.starts_with("}"))
      Hidden.clear();
    if (!Hidden.empty() && Hidden.contains(Type))
      ((Result += Line.drop_back(Code.size())) += "::") += Code;
    else if (Line.starts_with("enum ") && Line.ends_with(";\n") && !Line.contains('{') && Line.count(' ') == 1)
      (Result += Line.drop_back(2)) += " : unsigned int;\n";
    else
      Result += Line;
    if (Line.starts_with("\t") && Name.starts_with(Type) && Name.drop_front(Type.size()).starts_with(";"))
      Hidden.insert(Type);
  }
  return Result;
}

/// Gives the names in \p Text that mean something else to the program others; a \p Suffix that is empty gives them back
/// their plain meaning, where they are macros.
static void rename(ArrayRef<StringRef> Names, StringRef Suffix, std::string &Text) {
  std::string Begin, End;
  for (StringRef Name : Names) {
    if (!StringRef(Text).contains(Name))
      continue;
    Begin += formatv("#pragma push_macro(\"{0}\")\n#undef {0}\n", Name);
    if (!Suffix.empty())
      Begin += formatv("#define {0} {0}{1}\n", Name, Suffix);
    End += formatv("#pragma pop_macro(\"{0}\")\n", Name);
  }
  if (!Begin.empty())
    Text = Begin + "#line 1\n" + Text + End;
}

std::string vmlinuxForCxx(StringRef Text) {
  std::string Types = withTypesOfCxx(withoutKeywords(withoutEmptyRecords(Text)));
  return "extern \"C\" {\n#line 1\n" + Types + "}\n"; // kfuncs
}

/// Fits a header of the kernel's C into a program that has names of its own for what is in it.
static std::string adapt(std::string Text, const ProgramNames &Program) {
  if (Program.IsCxx)
    Text = vmlinuxForCxx(Text);
  std::vector<StringRef> Types(Program.LibraryTypes.keys().begin(), Program.LibraryTypes.keys().end());
  llvm::sort(Types);
  rename(Types, "___kernel", Text); // which libbpf takes for the same name
  if (Program.HasBoolMacro)
    rename({"bool", "true", "false"}, "", Text);
  return Text;
}

Expected<std::string> VmlinuxFileSystem::textOf(const VmlinuxHeader &Header) {
  auto Adapt = [&](Expected<std::string> Text) {
    return Text && Names ? adapt(std::move(*Text), *Names) : std::move(Text);
  };
  if (View == VmlinuxView::Whole) { // which leaves to the program what it declares itself, as a slice does
    namesOfProgram(VmlinuxView::Directives);
    return Adapt(Header.whole(*Names));
  }
  if (!Header.canBeSliced())
    return Header.whole();
  if (View != VmlinuxView::Slice)
    return Header.directives();
  namesOfProgram(VmlinuxView::Directives);
  auto Timer = Sources.times().measure("  vmlinux: slice");
  return Adapt(Header.slice(*Names));
}

const ProgramNames &VmlinuxFileSystem::namesOfProgram(VmlinuxView In) {
  if (!Names || (NamesIn == VmlinuxView::Program && In != NamesIn)) {
    auto Timer = Sources.times().measure("  vmlinux: names of the program");
    Names = CollectNames(In);
    NamesIn = In;
    addNames(Added);
  }
  return *Names;
}

void VmlinuxFileSystem::addNames(const StringSet<> &Missing) {
  Added = Missing;
  if (Names)
    for (StringRef Name : Added.keys())
      Names->Names[Name] = ProgramNames::Named;
}

bool VmlinuxFileSystem::isLacking(StringRef Name) const {
  if (View != VmlinuxView::Slice || !Names)
    return false;
  auto Known = Names->Names.find(Name);
  bool IsDefined = Known != Names->Names.end() && Known->second == ProgramNames::Named;
  return !IsDefined && Sources.declares(Name);
}

bool VmlinuxFileSystem::isChanged(StringRef Path) const {
  auto It = Contents.find(Path);
  return It != Contents.end() && It->second.IsShown;
}

/// A header of bpf.hpp, with what the program uses of it.
std::string VmlinuxFileSystem::textOfLibrary(StringRef Path) {
  auto Read = [&](StringRef Name) { // what is embedded stays where it is
    std::unique_ptr<MemoryBuffer> Bytes = readBase((CxxHeaderDir + Name).str());
    return Bytes ? Bytes->getBuffer() : StringRef();
  };
  StringRef Name = Path.drop_front(CxxHeaderDir.size());
  if (View != VmlinuxView::Slice)
    return CxxLibrary::directives(Read(Name));
  if (!Library)
    Library.emplace(Read);
  return Library->slice(Name, namesOfProgram(VmlinuxView::Program));
}

/// The declarations of the helpers that the program names, but for its own.
std::string VmlinuxFileSystem::textOfHelpers() const {
  std::vector<Helper> Shown;
  for (const Helper &H : helpers()) {
    bool IsUsed = View != VmlinuxView::Slice || !Names || Names->Names.lookup(H.Name) == ProgramNames::Named;
    if (IsUsed && !OwnHelpers.contains(H.Name))
      Shown.push_back(H);
  }
  return helperHeader(Shown);
}

std::unique_ptr<MemoryBuffer> VmlinuxFileSystem::readBase(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Bytes =
      getUnderlyingFS().getBufferForFile(Path, -1, /*RequiresNullTerminator=*/false);
  return Bytes ? std::move(*Bytes) : nullptr;
}

const VmlinuxFileSystem::Content &VmlinuxFileSystem::contentOf(StringRef Path, Kind What) {
  if (auto It = Contents.find(Path); It != Contents.end())
    return It->second;
  Content Result;
  if (What == Kind::Helpers || What == Kind::Library || What == Kind::Empty) {
    if (What == Kind::Empty && !getUnderlyingFS().exists(Path))
      return Contents[Path.str()] = std::move(Result);
    Result.Id = vfs::getNextVirtualUniqueID();
    if (What != Kind::Empty)
      Result.Text = What == Kind::Helpers ? textOfHelpers() : textOfLibrary(Path);
    Result.IsShown = true;
    return Contents[Path.str()] = std::move(Result);
  }
  if (What == Kind::Header) {
    ErrorOr<vfs::Status> Stat = getUnderlyingFS().status(Path);
    bool IsWorthIt = sys::path::filename(Path) == HelperDefinitions || (Stat && Stat->getSize() >= MinSliced);
    if (!Stat || !Stat->isRegularFile() || !IsWorthIt)
      return Contents[Path.str()] = Result;
    Result.Id = Stat->getUniqueID();
  } else {
    Result.Id = vfs::getNextVirtualUniqueID();
  }
  const VmlinuxHeader *Header =
      What == Kind::Ours ? Sources.ours() : Sources.file(Path, [&] { return readBase(Path); });
  if (!Header || (What == Kind::Header && !Header->canBeSliced()))
    return Contents[Path.str()] = Result;
  Expected<std::string> Text = textOf(*Header);
  if (Text) {
    Result.Text = std::move(*Text);
    Result.IsShown = true;
  } else {
    Sources.fail(Text.takeError());
  }
  return Contents[Path.str()] = std::move(Result);
}

ErrorOr<vfs::Status> VmlinuxFileSystem::status(const Twine &Path) {
  std::string Name = Path.str();
  Kind What = classify(Name);
  auto MakeStatus = [&](sys::fs::UniqueID Id, uint64_t Size, sys::fs::file_type Type) {
    return vfs::Status(Name, Id, sys::TimePoint<>(), 0, 0, Size, Type, sys::fs::all_read);
  };
  switch (What) {
  case Kind::Hidden:
    return make_error_code(std::errc::no_such_file_or_directory);
  case Kind::Directory:
    // It must be there before its header is made: Clang drops search paths that are not.
    return MakeStatus({~0ull, ~0ull - 1}, 0, sys::fs::file_type::directory_file);
  case Kind::Ours:
  case Kind::Empty:
  case Kind::Helpers:
  case Kind::Library:
  case Kind::Header: {
    const Content &C = contentOf(Name, What);
    if (C.IsShown)
      return MakeStatus(C.Id, C.Text.size(), sys::fs::file_type::regular_file);
    if (What == Kind::Ours)
      return make_error_code(std::errc::no_such_file_or_directory);
    break;
  }
  case Kind::Base:
    break;
  }
  return ProxyFileSystem::status(Path);
}

ErrorOr<std::unique_ptr<vfs::File>> VmlinuxFileSystem::openFileForRead(const Twine &Path) {
  std::string Name = Path.str();
  ErrorOr<vfs::Status> Stat = status(Name);
  if (!Stat)
    return Stat.getError();
  if (auto It = Contents.find(Name); It != Contents.end() && It->second.IsShown) // status() made it
    return std::make_unique<TextFile>(*Stat, It->second.Text);
  return ProxyFileSystem::openFileForRead(Path);
}

std::error_code VmlinuxFileSystem::getRealPath(const Twine &Path, SmallVectorImpl<char> &Output) {
  std::string Name = Path.str();
  if (!StringRef(Name).starts_with(VmlinuxDir))
    return ProxyFileSystem::getRealPath(Path, Output);
  Output.assign(Name.begin(), Name.end());
  return {};
}

} // namespace bpfbuild
