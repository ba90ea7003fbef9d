//===- LoaderProgram.cpp - a program that loads an object -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Link/LoaderProgram.h"
#include "Link/LibbpfWarnings.h"
#include "Support/Error.h"
#include "Support/Tool.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"
#include <bpf/libbpf.h>

using namespace llvm;

namespace bpfbuild {

static std::string sha256(StringRef Bytes) {
  std::array<uint8_t, 32> Hash = SHA256::hash(ArrayRef(Bytes.bytes_begin(), Bytes.size()));
  return std::string(Hash.begin(), Hash.end());
}

static void append(std::string &To, const bpf_insn &Instruction) {
  To.append(reinterpret_cast<const char *>(&Instruction), sizeof(Instruction));
}

/// Instructions that leave with -EINVAL unless the loader's map has the hash of \p Data: the kernel keeps it, once it
/// was asked for it, in the first bytes of struct bpf_map, which is an array's. r1, the context, stays.
static std::string dataCheck(StringRef Data) {
  constexpr uint8_t LoadImmediate = BPF_LD | BPF_IMM | BPF_DW, MapByIndex = 5 /* BPF_PSEUDO_MAP_IDX */;
  std::string Hash = sha256(Data), Text;
  for (int16_t Word = 0; Word < 4; ++Word) {
    uint32_t Low, High;
    memcpy(&Low, Hash.data() + 8 * Word, 4);
    memcpy(&High, Hash.data() + 8 * Word + 4, 4);
    append(Text, {LoadImmediate, 2, MapByIndex, 0, 0});
    append(Text, {0, 0, 0, 0, 0});
    append(Text, {BPF_LDX | BPF_MEM | BPF_DW, 2, 2, int16_t(8 * Word), 0});
    append(Text, {LoadImmediate, 3, 0, 0, int32_t(Low)});
    append(Text, {0, 0, 0, 0, int32_t(High)});
    append(Text, {BPF_JMP | BPF_JEQ | BPF_X, 2, 3, 2, 0});
    append(Text, {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, -EINVAL});
    append(Text, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0});
  }
  return Text;
}

static LoaderMap describe(const bpf_map *Map) {
  LoaderMap Result;
  Result.Name = bpf_map__name(Map);
  Result.IsSection = bpf_map__is_internal(Map);
  if (Result.IsSection) // of some libbpf puts the object's name in front
    Result.Name.erase(0, std::min(Result.Name.find('.'), Result.Name.size()));
  Result.IsReadOnly = bpf_map__map_flags(Map) & BPF_F_RDONLY_PROG;
  size_t Size = 0;
  if (const void *Value = Result.IsSection ? bpf_map__initial_value(const_cast<bpf_map *>(Map), &Size) : nullptr) {
    constexpr uint64_t Page = 4096;
    Result.Value.assign(static_cast<const char *>(Value), Size);
    Result.MappedSize = alignTo(alignTo(Size, 8), Page);
  }
  return Result;
}

Expected<LoaderProgram> makeLoaderProgram(const BPFObject &Object, StringRef Name, bool ChecksData) {
  if (Object.findDataSection(".kconfig"))
    return makeError("'{0}': a light skeleton has nobody who fills in __kconfig variables; read them by CO-RE instead",
                     Object.name());
  LibbpfWarnings Warnings;
  auto Failure = [&](const char *What, int Code) {
    char Name[128];
    libbpf_strerror(-Code, Name, sizeof(Name));
    return makeError("'{0}': libbpf cannot {1}: {2}{3}", Object.name(), What, Name,
                     Warnings.text().empty() ? "" : "\n" + Warnings.text().rtrim().str());
  };
  std::string ObjectName = Name.str();
  bpf_object_open_opts Options{};
  Options.sz = sizeof(Options);
  Options.object_name = ObjectName.c_str();
  std::unique_ptr<bpf_object, decltype(&bpf_object__close)> Opened(
      bpf_object__open_mem(Object.bytes().data(), Object.bytes().size(), &Options), bpf_object__close);
  if (!Opened)
    return Failure("open it", errno);

  LoaderProgram Result;
  bpf_map *Map;
  bpf_object__for_each_map(Map, Opened.get()) {
    if (bpf_map__pin_path(Map)) // libbpf would look for it on this machine
      return makeError("'{0}': map '{1}' is pinned by name, which a light skeleton cannot do; pin its descriptor after "
                       "load()",
                       Object.name(), bpf_map__name(Map));
    if (bpf_map__type(Map) == BPF_MAP_TYPE_STRUCT_OPS)
      return makeError("'{0}': '{1}' is a struct_ops table, which a light skeleton cannot load", Object.name(),
                       bpf_map__name(Map));
    Result.Maps.push_back(describe(Map));
  }
  bpf_program *Program;
  bpf_object__for_each_program(Program, Opened.get()) if (bpf_program__autoload(Program)) Result.Programs.push_back(
      {bpf_program__name(Program), bpf_program__section_name(Program), uint32_t(bpf_program__type(Program)),
       uint32_t(bpf_program__expected_attach_type(Program))});

  gen_loader_opts Loader{};
  Loader.sz = sizeof(Loader);
  if (int Code = bpf_object__gen_loader(Opened.get(), &Loader))
    return Failure("make a loader for it", -Code);
  if (int Code = bpf_object__load(Opened.get())) // which only writes the loader
    return Failure("make a loader for it", -Code);
  Result.Data.assign(Loader.data, Loader.data_sz);
  if (ChecksData)
    Result.Instructions = dataCheck(Result.Data);
  Result.Instructions.append(Loader.insns, Loader.insns_sz);
  return Result;
}

Expected<LoaderSignature> signLoader(StringRef Instructions, StringRef KeyFile, StringRef CertificateFile) {
  int FD;
  SmallString<128> Input;
  if (std::error_code Code = sys::fs::createTemporaryFile("bpfbuild", "insns", FD, Input))
    return makeError("cannot make a temporary file: {0}", Code.message());
  FileRemover Remove(Input);
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Instructions;
  OS.close();
  if (OS.has_error()) {
    std::error_code Code = OS.error();
    OS.clear_error();
    return makeError("cannot write a temporary file: {0}", Code.message());
  }
  // What scripts/sign-file.c of the kernel makes.
  Expected<std::string> Bytes =
      runTool({"openssl", "cms", "-sign", "-binary", "-noattr", "-nocerts", "-nosmimecap", "-keyid", "-md", "sha256",
               "-outform", "DER", "-in", Input, "-inkey", KeyFile, "-signer", CertificateFile});
  if (!Bytes)
    return makeError("--sign-key={0}: {1}", KeyFile, toString(Bytes.takeError()));
  return LoaderSignature{std::move(*Bytes), sha256(Instructions)};
}

} // namespace bpfbuild
