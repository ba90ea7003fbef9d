//===- FunctionIds.cpp - enum bpf_func_id of a linux/bpf.h ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/FunctionIds.h"
#include "Compile/LLVMVersion.h"
#include "Support/Error.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/Support/FileSystem.h"

using namespace clang;
using namespace llvm;

namespace bpfbuild {

namespace {
/// Reads the tokens of the enum.
class FunctionIdReader : public PreprocessorFrontendAction {
public:
  std::vector<FunctionId> Ids;
  bool HasEnum = false;

protected:
  void ExecuteAction() override;

private:
  void readEnum(Preprocessor &PP);
};
} // namespace

void FunctionIdReader::ExecuteAction() {
  Preprocessor &PP = getCompilerInstance().getPreprocessor();
  PP.IgnorePragmas();
  PP.EnterMainSourceFile();
  bool BehindEnum = false, BehindName = false;
  for (Token T; PP.Lex(T), T.isNot(tok::eof);) {
    if (T.is(tok::l_brace) && BehindName)
      readEnum(PP);
    BehindName = BehindEnum && T.is(tok::identifier) && T.getIdentifierInfo()->isStr("bpf_func_id");
    BehindEnum = T.is(tok::kw_enum);
  }
}

/// NAME or NAME = NUMBER, separated by commas, up to the brace.
void FunctionIdReader::readEnum(Preprocessor &PP) {
  HasEnum = true;
  uint64_t Next = 0;
  for (Token T; PP.Lex(T), T.isNot(tok::eof) && T.isNot(tok::r_brace);) {
    uint64_t Value;
    if (T.is(tok::numeric_constant) && PP.parseSimpleIntegerLiteral(T, Value) && Value < UINT32_MAX) {
      if (!Ids.empty())
        Ids.back().Id = Value;
      Next = Value + 1;
      if (T.is(tok::r_brace)) // the literal's parser is one token ahead
        return;
    }
    if (T.isNot(tok::identifier))
      continue;
    StringRef Name = T.getIdentifierInfo()->getName();
    if (Name.consume_front("BPF_FUNC_"))
      Ids.push_back({("bpf_" + Name).str(), uint32_t(Next)});
    ++Next;
  }
}

Expected<std::vector<FunctionId>> readFunctionIds(StringRef Path) {
  if (!sys::fs::exists(Path))
    return makeError("cannot read '{0}': no such file", Path);
  std::string File = Path.str();
  const char *Args[] = {"-triple", "bpf", "-x", "c", "-Eonly", "-internal-isystem", "/usr/include", File.c_str()};
  DiagnosticOptions Options;
  DiagnosticsEngine Diags = makeDiagnosticsEngine(new DiagnosticIDs(), Options, new IgnoringDiagConsumer());
  auto Invocation = std::make_shared<CompilerInvocation>();
  if (!CompilerInvocation::CreateFromArgs(*Invocation, Args, Diags))
    return makeError("cannot read '{0}'", Path);
  std::unique_ptr<CompilerInstance> CI = makeCompilerInstance(std::move(Invocation));
  setUp(*CI, vfs::getRealFileSystem(), new IgnoringDiagConsumer()); // headers that it includes may be absent
  FunctionIdReader Reader;
  CI->ExecuteAction(Reader);
  if (!Reader.HasEnum)
    return makeError("'{0}': no enum bpf_func_id; expected a linux/bpf.h", Path);
  erase_if(Reader.Ids, [](const FunctionId &F) { return F.Name == "bpf_unspec"; });
  return std::move(Reader.Ids);
}

} // namespace bpfbuild
