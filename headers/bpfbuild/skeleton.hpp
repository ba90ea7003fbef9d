// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What every generated skeleton includes: the typed maps and programs, and the life of the object behind them.
#pragma once

/// Raised when a generated header needs more of this runtime than older versions have.
#define BPFBUILD_RUNTIME_VERSION 5

#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <bpfbuild/program.hpp>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#if LIBBPF_MAJOR_VERSION < 1
#error "BPFBuild's skeletons need libbpf 1.0 or later"
#endif

namespace bpfbuild {

/// When the BTF is used that the program carries (--embed-btf=).
enum class embedded_btf {
  when_needed, ///< on a kernel that shows none of its own
  never,
  always,
};

/// How an object is opened; what is null or zero is libbpf's default.
struct open_options {
  const char *pin_root_path = nullptr; ///< where maps with pinning are pinned: /sys/fs/bpf
  const char *btf_path = nullptr;      ///< the BTF that CO-RE relocations are resolved against: the running kernel's
  /// 1: errors carry the verifier's log of every program, not only of the one that failed.
  std::uint32_t kernel_log_level = 0;
  /// What libbpf says in open(), load(), attach() and attach_each() of this skeleton, debug messages among it, in the
  /// place of the program's own print function. Errors carry the warnings all the same.
  log_sink log = {};
  /// What this says of BTF counts where `btf_path` is null and the skeleton carries an archive.
  embedded_btf use_archive = embedded_btf::when_needed;
};

namespace detail {
class log;

/// find_embedded_btf() of <bpfbuild/btf_archive.hpp>.
using btf_finder = result<int> (*)(const char *skeleton, const void *data, std::size_t size,
                                   const open_options &options);

/// A map, or the section of variables that is one. A size of 0 is not the skeleton's to know.
struct map_description {
  const char *name;
  std::uint32_t key_size, value_size; ///< in bytes
  bool is_arena = false;
};

/// A program, and whether its SEC() says to what it is attached.
struct program_description {
  const char *name;
  bool is_attached_by_name;
};

/// What a generated skeleton says of its object.
struct description {
  const char *name;
  const map_description *maps; ///< the user's maps first, then those of the data sections
  std::size_t map_count;
  const program_description *programs;
  std::size_t program_count;
  std::size_t size;       ///< of the object, and of the archive of BTF that follows it, in bytes
  std::uint64_t checksum; ///< see checksum()
  std::size_t archive_size = 0;
  btf_finder find_btf = nullptr; ///< null without an archive
};

/// A hash that tells one build of an object from another: of the bytes as little-endian words, the last filled up with
/// zeros.
std::uint64_t checksum(const void *data, std::size_t size) noexcept;

/// Owns the libbpf object behind a skeleton. Built on bpf_object_skeleton, which libbpf keeps compatible across
/// versions: it finds maps and programs by name, maps the data sections into memory, and holds the links.
class object {
public:
  /// Opens the bytes of an object, which must be those that the skeleton was made with.
  static result<object> open(const description &what, const void *data, std::size_t size, const open_options &options);

  /// Makes the maps and loads the programs. Maps whose keys or values are not of the header's sizes are refused.
  result<void> load();

  /// Attaches what its SEC() says how to. If one of them fails, those that were attached before it go again.
  result<void> attach();
  void detach() noexcept;

  /// Attaches the same one by one, and goes on where one fails; gives how many it attached.
  template <typename Failed> std::size_t attach_each(Failed &&failed) {
    std::size_t count = 0;
    for (std::size_t index = 0; native_ != nullptr && index < what_->program_count; ++index) {
      const bpfbuild::program each(program(index), link_slot(index));
      if (each.attached() || !each.autoattach())
        continue;
      if (auto attached = attach_one(each))
        ++count;
      else if (what_->programs[index].is_attached_by_name || attached.error().code() != EOPNOTSUPP)
        failed(each, attached.error());
    }
    return count;
  }

  object(object &&other) noexcept : what_(other.what_), places_(other.places_), native_(other.native_) {
    other.forget();
  }
  object &operator=(object &&other) noexcept {
    if (this != &other) {
      destroy();
      what_ = other.what_;
      places_ = other.places_;
      native_ = other.native_;
      other.forget();
    }
    return *this;
  }
  ~object() { destroy(); }

  /// The maps or programs of this object. An error as of value() if it was moved from: they are another's then, or
  /// gone.
  template <typename Handles> [[gnu::always_inline]] Handles &held(Handles &handles) const {
    if (places_ == nullptr)
      fail<BPFBUILD_EXCEPTIONS>(moved_from());
    return handles;
  }

  /// Null of a skeleton that was moved from.
  bpf_object *native() const noexcept;
  bpf_map *map(std::size_t index) const noexcept;
  bpf_program *program(std::size_t index) const noexcept;
  bpf_link **link_slot(std::size_t index) const noexcept;

  /// The table of a struct_ops map, before load(). An error as of value() where libbpf is older than 1.4.
  template <typename Table> Table &table(std::size_t index) const {
    return *static_cast<Table *>(table_memory(index, sizeof(Table)));
  }

  /// The memory of a data section; it stays where it is when the object is loaded.
  template <typename Section> Section &section(std::size_t index) const {
    return *static_cast<Section *>(memory(index));
  }

private:
  struct places;

  explicit object(const description &what);

  /// Detaches and closes, through the places, which go last.
  void destroy() noexcept;
  void *memory(std::size_t index) const;
  void *table_memory(std::size_t index, std::size_t size) const;
  void forget() noexcept {
    places_ = nullptr;
    native_ = nullptr;
  }

  result<void> attach_one(const bpfbuild::program &which);
  error failure(step tried, int code, const char *done, log &said) const;
  error moved_from() const;

  const description *what_;
  places *places_;
  bpf_object_skeleton *native_ = nullptr;
};

/// The bytes of an object that a skeleton reads at run time (--embed=file). Move-only.
class file_bytes {
public:
  /// Reads no more than one byte behind `most`, by which the wrong file is known.
  static result<file_bytes> read(const char *path, std::size_t most);

  file_bytes(file_bytes &&other) noexcept : data_(other.data_), size_(other.size_) { other.data_ = nullptr; }
  file_bytes &operator=(file_bytes &&) = delete;
  ~file_bytes();

  const void *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

private:
  file_bytes() = default;
  void *data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace detail
} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/skeleton.hpp>
#endif
