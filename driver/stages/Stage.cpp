//===- Stage.cpp - what the stages share ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Stage.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"

using namespace llvm;

namespace bpfbuild {

Expected<Objects> readObjects(ArrayRef<std::string> Paths) {
  Objects Result;
  for (const std::string &Path : Paths) {
    Expected<std::unique_ptr<MemoryBuffer>> Buffer = readFile(Path);
    if (!Buffer)
      return Buffer.takeError();
    Expected<BPFObject> Object = BPFObject::parse((*Buffer)->getBuffer(), Path);
    if (!Object)
      return Object.takeError();
    Result.Bytes.push_back(std::move(*Buffer));
    Result.Parsed.push_back(std::move(*Object));
  }
  if (Result.Parsed.empty())
    return makeError("no object is named");
  return Result;
}

Expected<Objects> readObjects(const opt::InputArgList &Args) {
  return readObjects(Args.getAllArgValues(OPT_INPUT));
}

Expected<Objects> readOneObject(const opt::InputArgList &Args) {
  Expected<Objects> Result = readObjects(Args);
  if (Result && Result->Parsed.size() > 1)
    return makeError("this stage takes one object, not {0}; link them first", Result->Parsed.size());
  return Result;
}

Expected<btf::BTFFile> openBTF(StringRef Source, const btf::BTF *Base) {
  Expected<std::string> Path = btf::findSource(Source);
  return Path ? btf::BTFFile::open(*Path, Base) : Path.takeError();
}

Expected<DiagnosticOptions> diagnosticOptions(const opt::InputArgList &Args) {
  DiagnosticOptions Result;
  StringRef Name = Args.getLastArgValue(OPT_diagnostics_format_EQ, "text");
  if (Name != "text" && Name != "json" && Name != "sarif")
    return makeError("--diagnostics-format= takes text, json or sarif, not '{0}'", Name);
  Result.Format = Name == "text"   ? DiagnosticFormat::Text
                  : Name == "json" ? DiagnosticFormat::JSON
                                   : DiagnosticFormat::SARIF;
  for (const opt::Arg *A : Args.filtered(OPT_W, OPT_w)) { // in their order
    if (A->getOption().matches(OPT_w))
      Result.Checks.ignoreWarnings();
    else if (!Result.Checks.parse(A->getValue()))
      return makeError("-W{0}: {1}", A->getValue(), explainCheckFlag(A->getValue()));
  }
  return Result;
}

Error printAll(std::vector<Diagnostic> Diagnostics, const DiagnosticOptions &Options) {
  SaidOnce Said;
  bool Failed = printDiagnostics(std::move(Diagnostics), Options.Checks, Options.Format, "bpfbuild", Said);
  return Failed ? reportedError() : Error::success();
}

Error write(const opt::InputArgList &Args, std::string Bytes) {
  OutputSet Files;
  Files.add(Args.getLastArgValue(OPT_o, "-").str(), std::move(Bytes));
  return Files.commit();
}

} // namespace bpfbuild
