//===- Helpers.cpp - the kernel's helper functions ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/Helpers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <set>

using namespace llvm;

namespace bpfbuild {

#define HELPER(ID, NAME, SINCE, LICENSE, RETURN, PARAMETERS, TEXT)                                                     \
  {ID, "bpf_" #NAME, KernelVersion SINCE, HelperLicense::LICENSE, RETURN, PARAMETERS, TEXT},
static constexpr Helper Table[] = {
#include "Kernel/Helpers.def"
};

ArrayRef<Helper> helpers() {
  return Table;
}

const Helper *findHelper(uint32_t Id) {
  return Id - 1 < std::size(Table) ? &Table[Id - 1] : nullptr;
}

const Helper *findHelper(StringRef Name) {
  const auto *It = find_if(Table, [Name](const Helper &H) { return H.Name == Name; });
  return It == std::end(Table) ? nullptr : It;
}

KernelVersion releaseOfHelpers(function_ref<bool(const Helper &)> Has) {
  std::set<KernelVersion> Releases;
  for (const Helper &H : Table)
    Releases.insert(H.Since);
  for (const Helper &H : Table)
    if (!Has(H))
      Releases.erase(Releases.lower_bound(H.Since), Releases.end());
  return Releases.empty() ? KernelVersion() : *Releases.rbegin();
}

//===----------------------------------------------------------------------===//
// As a header
//===----------------------------------------------------------------------===//

/// What comes before the declarations. The types are those of linux/types.h and of every vmlinux.h, which may be
/// included before or after: C11 and C++ allow the same typedef twice.
static constexpr StringLiteral Prologue = R"(#ifndef __BPF_HELPER_DEFS_H__
#define __BPF_HELPER_DEFS_H__

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

/* A helper is called by its number, which is all that the pointer to it holds. */
#define __bpf_helper(name, number) ((__typeof__(name))(number))

)";

static constexpr unsigned Width = 100;

/// Appends \p Text as the lines of a comment.
static void appendComment(std::string &Out, StringRef Text) {
  size_t Column = Width;
  for (StringRef Word : split(Text, ' ')) {
    if (Column + 1 + Word.size() > Width) {
      Out += Out.ends_with("\n") ? " *" : "\n *";
      Column = 2;
    }
    Out += " ";
    Out += Word;
    Column += 1 + Word.size();
  }
  Out += "\n";
}

/// The types that a declaration can only announce.
static void collectRecords(StringRef Declaration, std::set<StringRef> &Records) {
  for (StringRef Parameter : split(Declaration, ", ")) {
    Parameter.consume_front("const ");
    if (Parameter.consume_front("struct "))
      Records.insert(Parameter.split(' ').first);
  }
}

/// "static long (*const bpf_loop)(…) = __bpf_helper(bpf_loop, 181);", the parameters wrapped to the width.
static void appendDeclaration(std::string &Out, const Helper &H) {
  std::string Line = formatv("static {0}{1}(*const {2})(", H.Return, H.Return.ends_with("*") ? "" : " ", H.Name).str();
  bool IsFirst = true;
  for (StringRef Parameter : split(H.Parameters, ", ")) {
    std::string Next = (IsFirst ? "" : ", ") + Parameter.str();
    if (Line.size() + Next.size() > Width && !IsFirst) {
      Out += Line + ",\n";
      Line = "\t\t" + Parameter.str();
    } else {
      Line += Next;
    }
    IsFirst = false;
  }
  Out += Line + formatv(") =\n\t__bpf_helper({0}, {1});\n\n", H.Name, H.Id).str();
}

static std::string releaseText(const Helper &H) {
  std::string Text;
  if (H.Since != KernelVersion())
    Text = formatv("Since Linux {0}.", H.Since.str());
  if (H.License == HelperLicense::Any)
    return Text;
  Text += Text.empty() ? "" : " ";
  Text += H.License == HelperLicense::GPL ? "The program's license must be GPL-compatible."
                                          : "In tracing programs, the license must be GPL-compatible.";
  return Text;
}

std::string helperHeader(ArrayRef<Helper> Helpers, StringRef Origin) {
  std::string Out = "/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */\n/*\n";
  appendComment(Out, "The helper functions that the kernel has for BPF programs" +
                         (Origin.empty() ? std::string(".") : formatv(", of {0}.", Origin).str()) +
                         " Written by bpfbuild helpers.");
  Out += " */\n" + Prologue.str();
  std::set<StringRef> Records;
  for (const Helper &H : Helpers) {
    collectRecords(H.Return, Records);
    collectRecords(H.Parameters, Records);
  }
  for (StringRef Record : Records)
    Out += formatv("struct {0};\n", Record);
  Out += Records.empty() ? "" : "\n";
  for (const Helper &H : Helpers) {
    if (!H.Text.empty()) { // one that is not in the table has nothing to be said of it
      Out += "/*\n";
      appendComment(Out, H.Text);
      appendComment(Out, releaseText(H));
      Out += " */\n";
    }
    appendDeclaration(Out, H);
  }
  return Out + "#endif\n";
}

StringRef helperOfLine(StringRef Line) {
  StringRef Rest = Line.split("(*const ").second;
  return Rest.starts_with("bpf_") ? Rest.split(')').first : StringRef();
}

} // namespace bpfbuild
