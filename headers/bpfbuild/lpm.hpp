// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Keys of BPF_MAP_TYPE_LPM_TRIE from the text of an address or network.
#pragma once

#include <arpa/inet.h>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace bpfbuild {

/// The key for `text`, which is "10.0.0.0/8", "10.1.2.3", "2001:db8::/32" and the like: a host is a network of one. Key
/// is laid out as struct bpf_lpm_trie_key: 4 bytes with the length of the prefix in bits, in this machine's byte order,
/// then the address, in network byte order: 4 bytes for IPv4, 16 for IPv6. Bits of `text` behind the prefix become
/// zero. Errors: EINVAL for what is no address of Key's family, or a prefix that is longer than it.
template <typename Key> result<Key> lpm_key(const char *text) {
  constexpr std::size_t size = sizeof(Key) - sizeof(std::uint32_t), most = 16;
  static_assert(__is_trivially_copyable(Key), "keys are copied as bytes");
  static_assert(size == 4 || size == most, "a prefix length and an address of 4 or 16 bytes");
  constexpr unsigned long bits = 8 * size;

  const char *const slash = std::strchr(text, '/');
  const std::size_t length = slash == nullptr ? std::strlen(text) : static_cast<std::size_t>(slash - text);
  char address[INET6_ADDRSTRLEN] = {};
  unsigned char bytes[most] = {};
  unsigned long prefix = bits;
  char *end = nullptr;
  if (slash != nullptr)
    prefix = std::strtoul(slash + 1, &end, 10);
  const bool is_number = slash == nullptr || (slash[1] >= '0' && slash[1] <= '9' && *end == '\0');
  if (length < sizeof(address))
    std::memcpy(address, text, length);
  if (::inet_pton(size == 4 ? AF_INET : AF_INET6, address, bytes) != 1 || !is_number || prefix > bits)
    return error(step::other, EINVAL, "'%s' is no network of IPv%d: expected %s", text, size == 4 ? 4 : 6,
                 size == 4 ? "ADDRESS or ADDRESS/0 to /32" : "ADDRESS or ADDRESS/0 to /128");

  for (std::size_t bit = prefix; bit < bits; ++bit)
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80 >> bit % 8));
  const auto prefix_bits = static_cast<std::uint32_t>(prefix);
  unsigned char all[sizeof(Key)];
  std::memcpy(all, &prefix_bits, sizeof(prefix_bits));
  std::memcpy(all + sizeof(prefix_bits), bytes, size);
  Key key;
  std::memcpy(&key, all, sizeof(key));
  return key;
}

} // namespace bpfbuild
