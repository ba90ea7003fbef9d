//===- BTFBytes.h - BTF written by hand, for tests --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_UNITTESTS_BTFBYTES_H
#define BPFBUILD_UNITTESTS_BTFBYTES_H

#include "BTF/BTF.h"
#include <initializer_list>
#include <string>

namespace bpfbuild {

/// Collects types and strings and gives the bytes of a .BTF section, in either byte order.
class BTFBytes {
public:
  explicit BTFBytes(bool IsLittle = true) : IsLittle(IsLittle) {}

  uint32_t string(const std::string &Text) {
    uint32_t Offset = Strings.size();
    Strings += Text + '\0';
    return Offset;
  }

  /// Adds a type of the raw form {name, info, size or type} and what follows; returns its id.
  uint32_t type(btf::Kind Kind, const std::string &Name, uint32_t Count, uint32_t SizeOrType,
                std::initializer_list<uint32_t> Rest = {}, bool KindFlag = false) {
    word(Types, Name.empty() ? 0 : string(Name));
    word(Types, uint32_t(Kind) << 24 | Count | uint32_t(KindFlag) << 31);
    word(Types, SizeOrType);
    for (uint32_t W : Rest)
      word(Types, W);
    return ++LastId;
  }

  uint32_t integer(const std::string &Name, uint32_t Size, bool IsSigned = true) {
    return type(btf::Kind::Int, Name, 0, Size, {(IsSigned ? 1u << 24 : 0) | Size * 8});
  }

  std::string bytes() const {
    std::string Result;
    Result += IsLittle ? "\x9f\xeb" : "\xeb\x9f";
    Result += '\1';
    Result += '\0';
    for (uint32_t W : {24u, 0u, uint32_t(Types.size()), uint32_t(Types.size()), uint32_t(Strings.size())})
      word(Result, W);
    return Result + Types + Strings;
  }

private:
  void word(std::string &Where, uint32_t W) const {
    for (unsigned I = 0; I < 4; ++I)
      Where += char(W >> (IsLittle ? 8 * I : 24 - 8 * I));
  }

  bool IsLittle;
  std::string Types, Strings = std::string(1, '\0');
  uint32_t LastId = 0;
};

} // namespace bpfbuild

#endif
