// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What every generated skeleton includes: the typed maps and programs, and the life of the object behind them.
#pragma once

/// Raised when a generated header needs more of this runtime than older versions have.
#define BPFBUILD_RUNTIME_VERSION 2

#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <bpfbuild/program.hpp>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#if LIBBPF_MAJOR_VERSION < 1
#error "BPFBuild's skeletons need libbpf 1.0 or later"
#endif

namespace bpfbuild {

/// How an object is opened; what is null or zero is libbpf's default.
struct open_options {
  const char *pin_root_path = nullptr; ///< where maps with pinning are pinned: /sys/fs/bpf
  const char *btf_path = nullptr;      ///< the BTF that CO-RE relocations are resolved against: the running kernel's
  std::uint32_t kernel_log_level =
      0; ///< 1: errors carry the verifier's log of every program, not only of the one that failed
};

namespace detail {

/// A map, or the section of variables that is one. A size of 0 is not the skeleton's to know.
struct map_description {
  const char *name;
  std::uint32_t key_size, value_size; ///< in bytes
};

/// What a generated skeleton says of its object.
struct description {
  const char *name;
  const map_description *maps; ///< the user's maps first, then those of the data sections
  std::size_t map_count;
  const char *const *programs;
  std::size_t program_count;
  std::size_t size;       ///< of the object, in bytes
  std::uint64_t checksum; ///< see checksum()
};

/// A hash that tells one build of an object from another: of the bytes as little-endian words, the last filled up with
/// zeros.
inline std::uint64_t checksum(const void *data, std::size_t size) noexcept {
  const auto *bytes = static_cast<const unsigned char *>(data);
  std::uint64_t hash = 0x9e3779b97f4a7c15 ^ size;
  for (std::size_t at = 0; at < size; at += 8) {
    std::uint64_t word = 0;
    if (size - at >= 8)
      for (unsigned index = 0; index < 8; ++index) // one load to the compiler
        word |= std::uint64_t(bytes[at + index]) << (8 * index);
    else
      for (unsigned index = 0; index < size - at; ++index)
        word |= std::uint64_t(bytes[at + index]) << (8 * index);
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash;
}

/// Owns the libbpf object behind a skeleton. Built on bpf_object_skeleton, which libbpf keeps compatible across
/// versions: it finds maps and programs by name, maps the data sections into memory, and holds the links.
class object {
public:
  /// Opens the bytes of an object, which must be those that the skeleton was made with.
  static result<object> open(const description &what, const void *data, std::size_t size, const open_options &options) {
    if (size != what.size || checksum(data, size) != what.checksum)
      return error(step::open, EBADMSG,
                   "'%s': the object is not the one that the header was made with; build both again", what.name);
    object opened(what);
    if (opened.native_ == nullptr)
      return error(step::open, ENOMEM, "'%s' cannot be opened", what.name);
    opened.native_->data = const_cast<void *>(data); // libbpf only reads it
    opened.native_->data_sz = size;
    bpf_object_open_opts native{};
    native.sz = sizeof(native);
    native.object_name = what.name;
    native.pin_root_path = options.pin_root_path;
    native.btf_custom_path = options.btf_path;
    native.kernel_log_level = options.kernel_log_level;
    log said;
    if (const int code = bpf_object__open_skeleton(opened.native_, &native))
      return opened.failure(step::open, code, "opened", said);
    return opened;
  }

  /// Makes the maps and loads the programs. Maps whose keys or values are not of the header's sizes are refused.
  result<void> load() {
    if (native_ == nullptr)
      return moved_from();
    for (std::size_t index = 0; index < what_->map_count; ++index) {
      const map_description &expected = what_->maps[index];
      const std::uint32_t key = bpf_map__key_size(map(index)), value = bpf_map__value_size(map(index));
      if ((expected.key_size != 0 && key != expected.key_size) ||
          (expected.value_size != 0 && value != expected.value_size))
        return error(step::load, EBADMSG,
                     "'%s': map '%s' has keys of %u and values of %u bytes, and the header has %u and %u", what_->name,
                     expected.name, key, value, expected.key_size, expected.value_size);
    }
    log said;
    if (const int code = bpf_object__load_skeleton(native_))
      return failure(step::load, code, "loaded", said);
    return {};
  }

  /// Attaches what its SEC() says how to. If one of them fails, those that were attached before it go again.
  result<void> attach() {
    if (native_ == nullptr)
      return moved_from();
    const buffer<bool> was_attached(what_->program_count);
    for (std::size_t index = 0; index < what_->program_count; ++index)
      was_attached[index] = *link_slot(index) != nullptr;
    log said;
    const int code = bpf_object__attach_skeleton(native_);
    if (code == 0)
      return {};
    for (std::size_t index = 0; index < what_->program_count; ++index)
      if (!was_attached[index]) {
        bpf_link__destroy(*link_slot(index));
        *link_slot(index) = nullptr;
      }
    return failure(step::attach, code, "attached", said);
  }
  void detach() noexcept {
    if (native_ != nullptr)
      bpf_object__detach_skeleton(native_);
  }

  object(object &&other) noexcept : what_(other.what_), slots_(other.slots_), native_(other.native_) { other.forget(); }
  object &operator=(object &&other) noexcept {
    if (this != &other) {
      destroy();
      what_ = other.what_;
      slots_ = other.slots_;
      native_ = other.native_;
      other.forget();
    }
    return *this;
  }
  ~object() { destroy(); }

  /// Null of a skeleton that was moved from.
  bpf_object *native() const noexcept { return slots_ == nullptr ? nullptr : slots_->object; }
  bpf_map *map(std::size_t index) const noexcept { return slots_->maps[index]; }
  bpf_program *program(std::size_t index) const noexcept { return slots_->programs[index]; }
  bpf_link **link_slot(std::size_t index) const noexcept { return &slots_->links[index]; }

  /// The memory of a data section; it stays where it is when the object is loaded.
  template <typename Section> Section &section(std::size_t index) const {
    if (slots_ == nullptr || slots_->memory[index] == nullptr)
      fail(error(step::other, EINVAL, "the variables of '%s' are not there: the skeleton was moved from", what_->name));
    return *static_cast<Section *>(slots_->memory[index]);
  }

private:
  /// `count` zeroed elements.
  template <typename T> struct buffer {
    explicit buffer(std::size_t count) noexcept : elements(static_cast<T *>(std::calloc(count + 1, sizeof(T)))) {}
    buffer(const buffer &) = delete;
    buffer &operator=(const buffer &) = delete;
    ~buffer() { std::free(elements); }
    T &operator[](std::size_t index) const noexcept { return elements[index]; }
    T *elements;
  };

  /// What libbpf fills in; it keeps pointers to all of it, so it does not move when the skeleton does.
  struct slots {
    explicit slots(const description &what)
        : maps(what.map_count), memory(what.map_count), programs(what.program_count), links(what.program_count) {}
    bool is_complete() const noexcept {
      return maps.elements && memory.elements && programs.elements && links.elements;
    }

    bpf_object *object = nullptr;
    buffer<bpf_map *> maps;
    buffer<void *> memory;
    buffer<bpf_program *> programs;
    buffer<bpf_link *> links;
  };

  explicit object(const description &what) : what_(&what), slots_(new slots(what)) {
    // libbpf frees these three by free().
    native_ = static_cast<bpf_object_skeleton *>(std::calloc(1, sizeof(bpf_object_skeleton)));
    if (native_ == nullptr)
      return;
    native_->sz = sizeof(*native_);
    native_->name = what.name;
    native_->obj = &slots_->object;
    native_->map_skel_sz = sizeof(bpf_map_skeleton);
    native_->maps = static_cast<bpf_map_skeleton *>(std::calloc(what.map_count + 1, sizeof(bpf_map_skeleton)));
    native_->prog_skel_sz = sizeof(bpf_prog_skeleton);
    native_->progs = static_cast<bpf_prog_skeleton *>(std::calloc(what.program_count + 1, sizeof(bpf_prog_skeleton)));
    if (native_->maps == nullptr || native_->progs == nullptr || !slots_->is_complete()) {
      destroy();
      return;
    }
    native_->map_cnt = static_cast<int>(what.map_count);
    for (std::size_t index = 0; index < what.map_count; ++index) {
      bpf_map_skeleton &each = native_->maps[index];
      each.name = what.maps[index].name;
      each.map = &slots_->maps[index];
      each.mmaped = each.name[0] == '.' ? &slots_->memory[index] : nullptr;
    }
    native_->prog_cnt = static_cast<int>(what.program_count);
    for (std::size_t index = 0; index < what.program_count; ++index) {
      bpf_prog_skeleton &each = native_->progs[index];
      each.name = what.programs[index];
      each.prog = &slots_->programs[index];
      each.link = &slots_->links[index];
    }
  }

  /// Detaches and closes, through the slots, which go last.
  void destroy() noexcept {
    bpf_object__destroy_skeleton(native_);
    delete slots_;
    forget();
  }
  void forget() noexcept {
    slots_ = nullptr;
    native_ = nullptr;
  }

  error failure(step tried, int code, const char *done, log &said) const {
    const char *const text = said.take();
    return error(tried, code, "'%s' cannot be %s%s%s", what_->name, done, *text == '\0' ? "" : ": ", text);
  }
  error moved_from() const { return error(step::other, EINVAL, "'%s' was moved from, and is empty", what_->name); }

  const description *what_;
  slots *slots_;
  bpf_object_skeleton *native_ = nullptr;
};

/// The bytes of an object that a skeleton reads at run time (--embed=file). Move-only.
class file_bytes {
public:
  static result<file_bytes> read(const char *path) {
    file_bytes bytes;
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 ? -1 : 1;
    for (std::size_t room = 0; count > 0;) {
      if (bytes.size_ == room) {
        room = room == 0 ? std::size_t(64) << 10 : 2 * room;
        void *const larger = std::realloc(bytes.data_, room);
        if (larger == nullptr)
          break;
        bytes.data_ = larger;
      }
      count = ::read(fd, static_cast<char *>(bytes.data_) + bytes.size_, room - bytes.size_);
      bytes.size_ += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const int code = count == 0 ? 0 : errno;
    if (fd >= 0)
      ::close(fd);
    if (code != 0)
      return error(step::open, code, "cannot read '%s'", path);
    return bytes;
  }

  file_bytes(file_bytes &&other) noexcept : data_(other.data_), size_(other.size_) { other.data_ = nullptr; }
  file_bytes &operator=(file_bytes &&) = delete;
  ~file_bytes() { std::free(data_); }

  const void *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

private:
  file_bytes() = default;
  void *data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace detail
} // namespace bpfbuild
