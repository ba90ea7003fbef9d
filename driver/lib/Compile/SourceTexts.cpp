//===- SourceTexts.cpp - the lines that BTF has of sources ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/SourceTexts.h"
#include "Compile/EmbeddedHeaders.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

static constexpr StringLiteral CompiledIn = "// bpfbuild: compiled in \"";
static constexpr StringLiteral TextOf = "// bpfbuild: text of \"";
static constexpr StringLiteral TextOfMain = "// bpfbuild: text of the main file \"";

SourceTexts SourceTexts::of(const clang::SourceManager &SM) {
  SourceTexts Result;
  for (const auto &[File, Content] : make_range(SM.fileinfo_begin(), SM.fileinfo_end())) {
    std::optional<StringRef> Lines = Content->getBufferDataIfLoaded();
    if (!Lines || File.getName().starts_with(EmbeddedRoot))
      continue;
    clang::FileID ID = SM.translateFile(File);
    bool IsSystem = ID.isValid() && clang::SrcMgr::isSystem(SM.getFileCharacteristic(SM.getLocForStartOfFile(ID)));
    Result.Files[File.getName().str()] = {*Lines, ID == SM.getMainFileID(), IsSystem};
  }
  return Result;
}

/// A name between quotes, to what stands behind them; empty if there is no second quote.
static std::string unquote(StringRef Text) {
  std::string Result;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == '"')
      return Result;
    if (Text[I] == '\\' && I + 1 < Text.size())
      ++I;
    Result += Text[I];
  }
  return "";
}

static std::string quote(StringRef Name) {
  std::string Result;
  for (char C : Name) {
    if (C == '"' || C == '\\')
      Result += '\\';
    Result += C;
  }
  return Result;
}

SourceTexts SourceTexts::parse(StringRef Preprocessed) {
  SourceTexts Result;
  size_t Start = Preprocessed.rfind(("\n" + CompiledIn).str());
  if (Start == StringRef::npos)
    return Result;
  StringRef Rest = Preprocessed.substr(Start + 1);
  std::string *Current = nullptr;
  std::vector<std::string> Names; // of those in Owned
  while (!Rest.empty()) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    if (Line.consume_front(CompiledIn))
      Result.Directory = unquote(Line);
    else if (bool IsMain = Line.consume_front(TextOfMain); IsMain || Line.consume_front(TextOf)) {
      if (IsMain)
        Result.MainFile = unquote(Line);
      Names.push_back(unquote(Line));
      Current = Result.Owned.emplace_back(std::make_shared<std::string>()).get();
    } else if (Current && Line.consume_front("//|") && Line.consume_back("|"))
      (*Current += Line) += '\n';
    else
      break;
  }
  for (auto [Name, Lines] : zip(Names, Result.Owned))
    Result.Files[Name].Lines = *Lines;
  return Result;
}

/// True if there is a brace behind a parenthesis, as of a function's body; in preprocessor directives they mean
/// nothing.
static bool hasBodies(StringRef Lines) {
  bool IsBehindParameters = false, IsContinued = false;
  while (!Lines.empty()) {
    StringRef Line;
    std::tie(Line, Lines) = Lines.split('\n');
    bool IsDirective = IsContinued || Line.ltrim().starts_with("#");
    IsContinued = IsDirective && Line.rtrim("\r").ends_with("\\");
    if (IsDirective)
      continue;
    for (char C : Line) {
      if (C == '{' && IsBehindParameters)
        return true;
      if (C == ')')
        IsBehindParameters = true;
      else if (C == ';' || C == '}' || C == '=')
        IsBehindParameters = false;
    }
  }
  return false;
}

/// Of headers of declarations, such as a vmlinux.h of megabytes, no line is needed. A function may come from a macro,
/// so small files of the user's are taken as they are.
bool SourceTexts::mayHaveCode(const Text &T) const {
  constexpr size_t Small = 1 << 16;
  return T.IsMain || (!T.IsSystem && T.Lines.size() <= Small) || hasBodies(T.Lines);
}

/// As debug information has the name: CGDebugInfo::remapDIPath().
static std::string mapped(StringRef Name, const clang::CodeGenOptions &CodeGen) {
  SmallString<256> Path = Name;
  for (const auto &[From, To] : reverse(CodeGen.DebugPrefixMap))
    if (sys::path::replace_path_prefix(Path, From, To))
      break;
  return Path.str().str();
}

void SourceTexts::print(raw_ostream &OS, const clang::CodeGenOptions &CodeGen) const {
  OS << CompiledIn << quote(mapped(CodeGen.DebugCompilationDir, CodeGen)) << "\"\n";
  std::map<std::string, const Text *> ByName;
  for (const auto &[Name, T] : Files)
    if (mayHaveCode(T))
      ByName[mapped(Name, CodeGen)] = &T;
  for (const auto &[Name, T] : ByName) {
    OS << (T->IsMain ? TextOfMain : TextOf) << quote(Name) << "\"\n";
    StringRef Rest = T->Lines;
    while (!Rest.empty()) {
      StringRef Line;
      std::tie(Line, Rest) = Rest.split('\n');
      Line.consume_back("\r");
      OS << "//|";
      for (char C : Line) // at which the comment would end
        OS << (C == '\r' ? ' ' : C);
      OS << "|\n";
    }
  }
}

void SourceTexts::add(const SourceTexts &Other) {
  for (const auto &[Name, T] : Other.Files)
    Files[Name] = T;
  append_range(Owned, Other.Owned);
}

void SourceTexts::attach(Module &M, const clang::CodeGenOptions &CodeGen) const {
  constexpr unsigned FileOperand = 0; // of a DIScope
  StringMap<const Text *> ByName;
  for (const auto &[Name, T] : Files)
    ByName[mapped(Name, CodeGen)] = &T;
  DenseMap<DIFile *, DIFile *> WithText;
  auto FileFor = [&](DIFile *File) {
    SmallString<256> Whole =
        File->getDirectory(); // what a name's beginning has in common with the folder is there alone
    sys::path::append(Whole, File->getFilename());
    for (StringRef Name : {File->getFilename(), Whole.str()})
      if (auto Found = ByName.find(Name); Found != ByName.end())
        return DIFile::get(M.getContext(), File->getFilename(), File->getDirectory(), File->getChecksum(),
                           Found->second->Lines);
    return File;
  };
  SmallPtrSet<DIScope *, 16> Seen;
  auto Attach = [&](DIScope *Scope) {
    DIFile *File = Scope ? Scope->getFile() : nullptr;
    if (!File || File->getSource() || !Seen.insert(Scope).second)
      return;
    auto [Known, IsNew] = WithText.try_emplace(File, nullptr);
    if (IsNew)
      Known->second = FileFor(File);
    if (Known->second != File)
      Scope->replaceOperandWith(FileOperand, Known->second);
  };
  for (Function &F : M) {
    Attach(F.getSubprogram());
    for (Instruction &I : instructions(F))
      if (const DebugLoc &Loc = I.getDebugLoc())
        Attach(Loc->getScope());
  }
}

} // namespace bpfbuild
