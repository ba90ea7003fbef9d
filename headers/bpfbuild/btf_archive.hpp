// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The BTF of kernels that have none, which a skeleton carries (--embed-btf=): which of them is the running kernel's,
// and how libbpf gets to read it. Included by skeletons with such an archive alone, as it needs zlib.
#pragma once

#include <bpfbuild/skeleton.hpp>
#include <cstdio>
#include <cstring>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <zlib.h>

namespace bpfbuild::detail {

/// What the running kernel and its system call themselves.
struct running_system {
  running_system() noexcept {
    uname(&machine);
    if (!read("/etc/os-release"))
      read("/usr/lib/os-release");
  }

  utsname machine = {};
  char id[64] = "", id_like[128] = "", version_id[64] = ""; ///< of os-release

private:
  bool read(const char *path) noexcept {
    std::FILE *const file = std::fopen(path, "re");
    if (file == nullptr)
      return false;
    char line[512];
    while (std::fgets(line, sizeof(line), file) != nullptr) {
      take(line, "ID=", id);
      take(line, "ID_LIKE=", id_like);
      take(line, "VERSION_ID=", version_id);
    }
    std::fclose(file);
    return true;
  }

  /// The value of a line KEY=value or KEY="value".
  template <std::size_t Size> static void take(const char *line, const char *key, char (&into)[Size]) noexcept {
    const std::size_t length = std::strlen(key);
    if (std::strncmp(line, key, length) != 0)
      return;
    const char *from = line + length;
    std::size_t at = 0;
    for (; *from != '\0' && *from != '\n' && at + 1 < Size; ++from)
      if (*from != '"' && *from != '\'')
        into[at++] = *from;
    into[at] = '\0';
  }
};

/// An archive's table of contents: numbers are 32 bits in little-endian order.
class btf_archive {
public:
  /// One kernel that it has BTF for; what is empty stands for any.
  struct kernel {
    const char *distribution, *release, *version, *architecture;
    std::uint32_t btf;
  };

  btf_archive(const void *data, std::size_t size) noexcept : data_(static_cast<const unsigned char *>(data)) {
    if (size < header_size || std::memcmp(data, "BTFA", 4) != 0 || word(4) != 1)
      return;
    kernels_ = word(8);
    btfs_ = word(12);
    const std::uint64_t uses = word(16); // by which bpfcc++ saw that it was made for this object
    const std::uint64_t strings_size = word(20);
    data_size_ = word(24);
    compressed_size_ = word(28);
    strings_ = header_size + 20 * std::uint64_t(kernels_) + 8 * std::uint64_t(btfs_) + 8 * uses;
    compressed_ = strings_ + strings_size;
    is_whole_ = compressed_ + compressed_size_ == size && strings_size > 0 && data_[compressed_ - 1] == 0;
  }

  bool is_whole() const noexcept { return is_whole_; }
  std::uint32_t kernels() const noexcept { return kernels_; }

  kernel at(std::uint32_t index) const noexcept {
    const std::uint64_t from = header_size + std::uint64_t(20) * index;
    return {text(from), text(from + 4), text(from + 8), text(from + 12), word(from + 16)};
  }

  /// The bytes of a BTF in a file that is nowhere but in memory, or -1, with errno set.
  int extract(std::uint32_t index) const noexcept {
    if (index >= btfs_)
      return errno = EBADMSG, -1;
    const std::uint64_t entry = header_size + std::uint64_t(20) * kernels_ + std::uint64_t(8) * index;
    const int fd = ::memfd_create("bpfbuild-btf", MFD_CLOEXEC);
    if (fd >= 0 && !inflate_into(fd, word(entry), word(entry + 4))) {
      ::close(fd);
      return errno = EBADMSG, -1;
    }
    return fd;
  }

private:
  static constexpr std::uint64_t header_size = 32;

  std::uint32_t word(std::uint64_t at) const noexcept {
    return data_[at] | std::uint32_t(data_[at + 1]) << 8 | std::uint32_t(data_[at + 2]) << 16 |
           std::uint32_t(data_[at + 3]) << 24;
  }
  const char *text(std::uint64_t at) const noexcept {
    const std::uint64_t offset = strings_ + word(at);
    return offset < compressed_ ? reinterpret_cast<const char *>(data_ + offset) : "";
  }

  /// Writes the decompressed data from `begin` on. All are compressed together: what lies before is passed over.
  bool inflate_into(int fd, std::uint64_t begin, std::uint64_t size) const noexcept {
    z_stream stream = {};
    if (begin + size > data_size_ || inflateInit(&stream) != Z_OK)
      return false;
    stream.next_in = const_cast<unsigned char *>(data_ + compressed_);
    stream.avail_in = compressed_size_;
    unsigned char piece[16384];
    std::uint64_t at = 0; // of the piece in the data
    bool is_good = true;
    while (is_good && at < begin + size) {
      stream.next_out = piece;
      stream.avail_out = sizeof(piece);
      const int status = inflate(&stream, Z_NO_FLUSH);
      const std::uint64_t count = sizeof(piece) - stream.avail_out;
      is_good = (status == Z_OK || status == Z_STREAM_END) && count > 0;
      const std::uint64_t from = begin > at ? begin - at : 0;
      const std::uint64_t to = begin + size - at < count ? begin + size - at : count;
      if (is_good && from < to)
        is_good = write_all(fd, piece + from, to - from);
      at += count;
    }
    inflateEnd(&stream);
    return is_good;
  }

  static bool write_all(int fd, const unsigned char *from, std::uint64_t size) noexcept {
    while (size > 0) {
      const ssize_t count = ::write(fd, from, size);
      if (count <= 0)
        return false;
      from += count;
      size -= static_cast<std::uint64_t>(count);
    }
    return true;
  }

  const unsigned char *data_;
  std::uint64_t strings_ = 0, compressed_ = 0;
  std::uint32_t kernels_ = 0, btfs_ = 0, data_size_ = 0, compressed_size_ = 0;
  bool is_whole_ = false;
};

/// How well a kernel of an archive fits the system: 0 not at all. The version and architecture must be the same; among
/// kernels of the same version the distribution and its release decide.
inline int fitness(const btf_archive::kernel &kernel, const running_system &system) noexcept {
  const auto is = [](const char *named, const char *actual) { return std::strcmp(named, actual) == 0; };
  if (!is(kernel.version, system.machine.release))
    return 0;
  if (*kernel.architecture != '\0' && !is(kernel.architecture, system.machine.machine))
    return 0;
  if (*kernel.distribution == '\0')
    return 1;
  if (!is(kernel.distribution, system.id))
    return std::strstr(system.id_like, kernel.distribution) != nullptr ? 2 : 0;
  return is(kernel.release, system.version_id) ? 4 : 3;
}

/// Some of the kernels that an archive knows, for a message.
inline void name_kernels(const btf_archive &archive, char *into, std::size_t size) noexcept {
  constexpr std::uint32_t shown = 8;
  std::size_t at = 0;
  for (std::uint32_t index = 0; index < archive.kernels() && index < shown && at < size; ++index) {
    const btf_archive::kernel each = archive.at(index);
    const int count = std::snprintf(into + at, size - at, "%s%s%s%s", index == 0 ? "" : ", ", each.distribution,
                                    *each.distribution == '\0' ? "" : " ", each.version);
    at += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  if (archive.kernels() > shown && at < size)
    std::snprintf(into + at, size - at, " and %u more", archive.kernels() - shown);
}

/// True if libbpf finds the running kernel's BTF without help (btf__load_vmlinux_btf).
inline bool shows_btf() noexcept {
  utsname machine = {};
  uname(&machine);
  static constexpr const char *patterns[] = {"/sys/kernel/btf/vmlinux",
                                             "/boot/vmlinux-%1$s",
                                             "/lib/modules/%1$s/vmlinux-%1$s",
                                             "/lib/modules/%1$s/build/vmlinux",
                                             "/usr/lib/modules/%1$s/kernel/vmlinux",
                                             "/usr/lib/debug/boot/vmlinux-%1$s",
                                             "/usr/lib/debug/boot/vmlinux-%1$s.debug",
                                             "/usr/lib/debug/lib/modules/%1$s/vmlinux"};
  for (const char *const pattern : patterns) {
    char path[256];
    std::snprintf(path, sizeof(path), pattern, machine.release);
    if (::access(path, R_OK) == 0)
      return true;
  }
  return false;
}

/// The running kernel's BTF of the archive that `skeleton` carries, as a file in memory; -1 if the kernel has its own,
/// or the host asked for that. An error names the kernel, and those that the archive knows.
inline result<int> find_embedded_btf(const char *skeleton, const void *data, std::size_t size,
                                     const open_options &options) {
  const bool has_own = shows_btf();
  if (options.btf_path != nullptr || options.use_archive == embedded_btf::never ||
      (has_own && options.use_archive == embedded_btf::when_needed))
    return -1;
  const btf_archive archive(data, size);
  if (!archive.is_whole())
    return error(step::open, EBADMSG, "'%s': its archive of BTF is damaged; build it again", skeleton);
  const running_system system;
  int best = 0;
  std::uint32_t btf = 0;
  for (std::uint32_t index = 0; index < archive.kernels(); ++index) {
    const btf_archive::kernel each = archive.at(index);
    if (const int fit = fitness(each, system); fit > best) {
      best = fit;
      btf = each.btf;
    }
  }
  if (best == 0) {
    char known[768] = "";
    name_kernels(archive, known, sizeof(known));
    return error(
        step::open, ENOENT,
        "'%s': the running kernel, %s %s %s (%s), %s, and the archive that the program carries has none for it; "
        "it knows %s",
        skeleton, *system.id == '\0' ? "Linux" : system.id, system.version_id, system.machine.release,
        system.machine.machine, has_own ? "is not to use its own BTF" : "has no BTF", known);
  }
  const int fd = archive.extract(btf);
  if (fd < 0)
    return error(step::open, errno, "'%s': its archive of BTF cannot be read", skeleton);
  return fd;
}

} // namespace bpfbuild::detail
