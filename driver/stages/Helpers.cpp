//===- Helpers.cpp - bpfbuild helpers ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/FunctionIds.h"
#include "Kernel/UapiHelpers.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Options.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace bpfbuild {

/// The helpers that a kernel's BTF numbers.
static Expected<std::vector<FunctionId>> readFunctionIds(const btf::BTFFile &File) {
  const btf::BTF &Types = File.types();
  uint32_t Enum = Types.find("bpf_func_id", btf::Kind::Enum);
  if (Enum == 0)
    return makeError("'{0}': no enum bpf_func_id; expected the BTF of a kernel", File.path());
  std::vector<FunctionId> Result;
  for (btf::Enumerator E : Types.type(Enum).enumerators())
    if (StringRef Name = E.Name; Name.consume_front("BPF_FUNC_") && Name != "unspec")
      Result.push_back({("bpf_" + Name).str(), uint32_t(E.Value)});
  return Result;
}

static Expected<std::vector<Helper>> readHelpers(const opt::InputArgList &Args, StringSaver &Strings) {
  if (!Args.hasArg(OPT_uapi_EQ)) {
    Expected<btf::BTFFile> File = openBTF(Args.getLastArgValue(OPT_btf_EQ, "kernel"));
    if (!File)
      return File.takeError();
    Expected<std::vector<FunctionId>> Ids = readFunctionIds(*File);
    if (!Ids)
      return Ids.takeError();
    return helpersOf(*Ids, "", Strings);
  }
  StringRef Path = Args.getLastArgValue(OPT_uapi_EQ);
  Expected<std::unique_ptr<MemoryBuffer>> Header = readFile(Path);
  if (!Header)
    return Header.takeError();
  Expected<std::vector<FunctionId>> Ids = readFunctionIds(Path);
  if (!Ids)
    return Ids.takeError();
  return helpersOf(*Ids, (*Header)->getBuffer(), Strings);
}

Error runHelpers(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT) || (Args.hasArg(OPT_uapi_EQ) && Args.hasArg(OPT_btf_EQ)))
    return makeError("helpers takes one kernel's, by --uapi= or --btf=");
  BumpPtrAllocator Allocator;
  StringSaver Strings(Allocator);
  Expected<std::vector<Helper>> Found = readHelpers(Args, Strings);
  if (!Found)
    return Found.takeError();
  StringSet<> Names;
  for (const Helper &H : *Found)
    Names.insert(H.Name);
  KernelVersion Release = releaseOfHelpers([&](const Helper &H) { return Names.contains(H.Name); });
  std::string Origin = Release == KernelVersion() ? "one kernel" : "a kernel with those of Linux " + Release.str();
  return write(Args, helperHeader(*Found, Origin));
}

} // namespace bpfbuild
