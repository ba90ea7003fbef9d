//===- NameFinder.h - a few names among a kernel's --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_NAMEFINDER_H
#define BPFBUILD_BTF_NAMEFINDER_H

#include "BTF/BTF.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include <bitset>

namespace bpfbuild::btf {

/// Finds the keys of a StringMap or StringSet among the names of a BTF. Nearly all of these are told from them by their
/// first eight characters.
template <typename Map> class NameFinder {
public:
  /// \p Types and \p Names must outlive the result; keys that are added later are not found.
  NameFinder(const BTF &Types, Map &Names)
      : Types(Types), Names(Names), Filter(std::make_unique<std::bitset<1 << 16>>()) {
    for (const auto &Entry : Names) {
      char Begin[8] = {};
      std::memcpy(Begin, Entry.getKeyData(), std::min<size_t>(Entry.getKeyLength(), sizeof(Begin)));
      Filter->set(hash(llvm::support::endian::read64le(Begin)));
    }
  }

  /// The map's entry for the name at \p Offset; null if it is no key.
  auto find(uint32_t Offset) const -> decltype(&*std::declval<Map &>().begin()) {
    NameRef Name = Types.string(Offset);
    if (Types.stringBytesFrom(Offset) >= 8 && !Filter->test(hash(beginOf(Name.data()))))
      return nullptr;
    auto It = Names.find(Name.ref());
    return It == Names.end() ? nullptr : &*It;
  }

private:
  /// The first eight characters, those from the NUL on as 0.
  static uint64_t beginOf(const char *Text) {
    constexpr uint64_t Ones = 0x0101010101010101, Tops = 0x8080808080808080;
    uint64_t Word = llvm::support::endian::read64le(Text);
    uint64_t FirstNul = (Word - Ones) & ~Word & Tops; // its lowest bit is the one on top of the first NUL
    return FirstNul ? Word & ((FirstNul & -FirstNul) - 1) : Word;
  }

  static size_t hash(uint64_t Begin) { return Begin * 0x9e3779b97f4a7c15 >> 48; }

  const BTF &Types;
  Map &Names;
  std::unique_ptr<std::bitset<1 << 16>> Filter;
};

} // namespace bpfbuild::btf

#endif
