//===- Text.cpp - what skeletons in C and C++ have in common --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/Text.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

std::string inComment(StringRef Text) {
  std::string Result;
  for (char C : Text)
    Result += isPrint(C) && C != '\\' ? C : '?';
  for (size_t At; (At = Result.find("*/")) != std::string::npos;)
    Result[At] = '?';
  return Result;
}

std::string quoted(StringRef Text) {
  std::string Result = "\"";
  for (unsigned char C : Text) {
    if (C == '"' || C == '\\' || C == '?')
      Result += {'\\', char(C)};
    else if (isPrint(C))
      Result += C;
    else
      Result += {'\\', char('0' + (C >> 6)), char('0' + (C >> 3 & 7)), char('0' + (C & 7))};
  }
  return Result + '"';
}

std::string objectSymbol(const SkeletonModel &Model) {
  std::string Name = "bpfbuild_object_";
  for (const std::string &Part : Model.Namespace)
    Name += Part + "_";
  return Name + Model.Class + formatv("_{0:x-16}", Model.Checksum).str();
}

void emitBytesAsText(raw_ostream &OS, StringRef Bytes, StringRef Indent) {
  constexpr size_t BytesPerLine = 64;
  for (size_t I = 0; I < Bytes.size(); I += BytesPerLine)
    OS << (I ? "\n" : "") << Indent << quoted(Bytes.substr(I, BytesPerLine));
}

void emitIncbin(raw_ostream &OS, StringRef Symbol, size_t Size, std::optional<uint64_t> Checksum) {
  std::string Sum;
  if (Checksum)
    Sum = formatv("        \".weak {0}_checksum\\n\"\n"
                  "        \".hidden {0}_checksum\\n\"\n"
                  "        \"{0}_checksum: .quad 0x{1:x-16}\\n\"\n",
                  Symbol, *Checksum);
  OS << formatv(R"(/* The object, {1} bytes, is in the file beside this one that has its name and .o */
__asm__(".ifndef {0}\n" /* with LTO, several files are one for the assembler */
        ".pushsection .rodata.{0},"
        "\"aG\",%progbits,{0},comdat\n"
        ".balign 8\n"
        ".weak {0}\n"
        ".weak {0}_end\n"
        ".hidden {0}\n"
        ".hidden {0}_end\n"
{2}        "{0}:\n"
        ".inc" "bin \"" __FILE__ ".o\"\n" /* split, so that ccache caches this: the checksum stands for the file */
        "{0}_end:\n"
        ".byte 0\n"
        ".popsection\n"
        ".endif\n");
)",
                Symbol, Size, Sum);
}

} // namespace bpfbuild
