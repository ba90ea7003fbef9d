//===- VmlinuxHeader.cpp - a kernel's types as a C header -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/VmlinuxHeader.h"
#include "Support/Error.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/MemoryBuffer.h"
#include <bpf/btf.h>
#include <bpf/libbpf.h>

using namespace llvm;

namespace bpfbuild {

static constexpr StringLiteral Prologue = R"(#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

)";

static constexpr StringLiteral Epilogue = R"(#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
)";

using BTFPointer = std::unique_ptr<btf, decltype(&btf__free)>;

/// btf_dump's output function: most pieces are short, so they are formatted on the stack.
static void appendFormatted(void *Text, const char *Format, va_list Args) {
  auto &Out = *static_cast<std::string *>(Text);
  char Piece[256];
  va_list Again;
  va_copy(Again, Args);
  size_t Length = vsnprintf(Piece, sizeof(Piece), Format, Again);
  va_end(Again);
  if (Length < sizeof(Piece)) {
    Out.append(Piece, Length);
    return;
  }
  size_t Start = Out.size();
  Out.resize(Start + Length + 1);
  vsnprintf(&Out[Start], Length + 1, Format, Args);
  Out.pop_back();
}

/// libbpf before 1.3 prints prototypes without parameters as (), which C before C23 takes for unspecified ones.
static void completePrototypes(std::string &Text) {
  for (size_t At = 0; (At = Text.find("()", At)) != std::string::npos;)
    Text.replace(At, 2, "(void)");
}

static Expected<std::string> printTypes(const btf &BTF, StringRef Source) {
  std::string Text = Prologue.str();
  Text.reserve(4 << 20);
  btf_dump *Dump = btf_dump__new(&BTF, appendFormatted, &Text, nullptr);
  if (!Dump)
    return makeError("cannot print the types of '{0}': {1}", Source, llvm::sys::StrError(errno));
  scope_exit Free([&] { btf_dump__free(Dump); });
  for (unsigned Id = 1, Count = btf__type_cnt(&BTF); Id < Count; ++Id)
    if (int Err = btf_dump__dump_type(Dump, Id))
      return makeError("'{0}': type [{1}] cannot be printed as C: {2}", Source, Id, llvm::sys::StrError(-Err));
  completePrototypes(Text);
  return Text + Epilogue.str();
}

static Expected<std::string> runningKernel() {
  BTFPointer BTF(btf__load_vmlinux_btf(), btf__free);
  if (BTF)
    return printTypes(*BTF, "the running kernel");
  return makeError(
      "the running kernel shows no BTF (/sys/kernel/btf/vmlinux); pass --vmlinux=FILE with a BTF file, an ELF "
      "file that has .BTF, or a vmlinux.h");
}

/// Raw BTF begins with the magic 0xeb9f in either byte order.
static bool isBTF(StringRef Bytes) {
  return Bytes.starts_with("\x9f\xeb") || Bytes.starts_with("\xeb\x9f");
}

Expected<std::string> vmlinuxHeader(StringRef Source) {
  libbpf_set_print(nullptr);
  if (Source == "kernel")
    return runningKernel();
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Source);
  if (!Buffer)
    return makeError("--vmlinux={0}: {1}", Source, Buffer.getError().message());
  StringRef Bytes = (*Buffer)->getBuffer();
  if (!isBTF(Bytes) && !Bytes.starts_with("\x7f"
                                          "ELF")) {
    if (Bytes.contains('\0'))
      return makeError("--vmlinux={0}: neither BTF, nor an ELF file, nor a C header", Source);
    return Bytes.str();
  }
  BTFPointer BTF(btf__parse(Source.str().c_str(), nullptr), btf__free);
  if (!BTF)
    return makeError("--vmlinux={0}: no BTF can be read from it: {1}", Source, llvm::sys::StrError(errno));
  return printTypes(*BTF, Source);
}

} // namespace bpfbuild
