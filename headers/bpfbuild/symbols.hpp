// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Names for the addresses in call stacks of the kernel.
#pragma once

#include <algorithm>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace bpfbuild {

/// The functions of the running kernel and its modules, as /proc/kallsyms has them: a few megabytes.
class kernel_symbols {
public:
  struct symbol {
    const char *name;     ///< null if no function begins at the address or up to a megabyte before it
    std::uint64_t offset; ///< of the address, in bytes from its start
  };

  /// Errors: a file that cannot be read; EPERM where the kernel hides addresses from this process
  /// (kernel.kptr_restrict, CAP_SYSLOG).
  static result<kernel_symbols> load(const char *path = "/proc/kallsyms") {
    struct closer {
      ~closer() {
        if (file != nullptr)
          std::fclose(file);
      }
      std::FILE *file;
    } const text{std::fopen(path, "re")};
    kernel_symbols symbols;
    char line[512], kind, name[256];
    unsigned long long address, any = 0;
    errno = text.file == nullptr ? errno : 0;
    while (text.file != nullptr && std::fgets(line, sizeof(line), text.file) != nullptr) {
      if (std::sscanf(line, "%llx %c %255s", &address, &kind, name) != 3 ||
          ((kind | 0x20) != 't' && (kind | 0x20) != 'w')) // functions
        continue;
      any |= address;
      symbols.all_.emplace_back(address, symbols.names_.size());
      symbols.names_.append(name).push_back('\0');
    }
    if (text.file == nullptr || std::ferror(text.file) != 0)
      return error(step::other, errno, "cannot read '%s'", path);
    if (symbols.all_.empty())
      return error(step::other, EINVAL, "'%s' has no functions", path);
    if (any == 0)
      return error(step::other, EPERM, "'%s' hides the addresses", path);
    std::sort(symbols.all_.begin(), symbols.all_.end());
    return symbols;
  }

  /// The function that `address` is in.
  symbol find(std::uint64_t address) const noexcept {
    auto behind = std::upper_bound(all_.begin(), all_.end(), address,
                                   [](std::uint64_t value, const entry &each) { return value < each.first; });
    if (behind == all_.begin())
      return {nullptr, address};
    --behind;
    if (address - behind->first >= 1U << 20)
      return {nullptr, address};
    return {names_.data() + behind->second, address - behind->first};
  }

private:
  using entry = std::pair<std::uint64_t, std::size_t>; ///< an address, and where its name begins

  kernel_symbols() = default;
  std::string names_;
  std::vector<entry> all_;
};

} // namespace bpfbuild
