// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What every generated skeleton includes: the typed maps and programs, and the life of the object behind them.
#pragma once

/// Raised when a generated header needs more of this runtime than older versions have.
#define BPFBUILD_RUNTIME_VERSION 1

#include <array>
#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <bpfbuild/program.hpp>
#include <bpfbuild/result.hpp>
#include <bpfbuild/ring_buffer.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#if LIBBPF_MAJOR_VERSION < 1
#error "BPFBuild's skeletons need libbpf 1.0 or later"
#endif

namespace bpfbuild {

/// How an object is opened; what is empty is libbpf's default.
struct open_options {
  std::string pin_root_path;        ///< where maps with pinning are pinned: /sys/fs/bpf
  std::string btf_path;             ///< the BTF that CO-RE relocations are resolved against: the running kernel's
  std::uint32_t kernel_log_level{}; ///< 1: errors carry the verifier's log of every program, not only of the one that failed
};

namespace detail {

/// What a generated skeleton says of its object.
struct description {
  const char *name;
  const char *const *maps; ///< the user's maps first, then those of the data sections
  std::size_t map_count;
  const char *const *programs;
  std::size_t program_count;
};

/// Owns the libbpf object behind a skeleton. Built on bpf_object_skeleton, which libbpf keeps compatible across versions: it
/// finds maps and programs by name, maps the data sections into memory, and holds the links.
class object {
public:
  static result<object> open(const description &what, const void *data, std::size_t size, const open_options &options) {
    object opened(what);
    if (!opened.native_)
      return error(ENOMEM, std::string("'") + what.name + "' cannot be opened");
    opened.native_->data = const_cast<void *>(data); // libbpf only reads it
    opened.native_->data_sz = size;
    bpf_object_open_opts native{};
    native.sz = sizeof(native);
    native.object_name = what.name;
    native.pin_root_path = options.pin_root_path.empty() ? nullptr : options.pin_root_path.c_str();
    native.btf_custom_path = options.btf_path.empty() ? nullptr : options.btf_path.c_str();
    native.kernel_log_level = options.kernel_log_level;
    const log said;
    if (const int code = bpf_object__open_skeleton(opened.native_.get(), &native))
      return opened.failure(code, "opened", said);
    return opened;
  }

  result<void> load() {
    const log said;
    if (const int code = bpf_object__load_skeleton(native_.get()))
      return failure(code, "loaded", said);
    return {};
  }

  result<void> attach() {
    const log said;
    if (const int code = bpf_object__attach_skeleton(native_.get()))
      return failure(code, "attached", said);
    return {};
  }
  void detach() noexcept { bpf_object__detach_skeleton(native_.get()); }

  object(object &&) noexcept = default;
  /// What was held goes first, and libbpf's part of it before the slots that it looks into.
  object &operator=(object &&other) noexcept {
    native_ = std::move(other.native_);
    slots_ = std::move(other.slots_);
    name_ = other.name_;
    return *this;
  }

  bpf_object *native() const noexcept { return slots_->object; }
  bpf_map *map(std::size_t index) const noexcept { return slots_->maps[index]; }
  bpf_program *program(std::size_t index) const noexcept { return slots_->programs[index]; }
  bpf_link **link_slot(std::size_t index) const noexcept { return &slots_->links[index]; }

  /// The memory of a data section; it stays where it is when the object is loaded.
  template <typename Section> Section &section(std::size_t index) const noexcept {
    return *static_cast<Section *>(slots_->memory[index]);
  }

private:
  /// What libbpf fills in; it keeps pointers to all of it, so it does not move when the skeleton does.
  struct slots {
    bpf_object *object = nullptr;
    std::vector<bpf_map *> maps;
    std::vector<void *> memory;
    std::vector<bpf_program *> programs;
    std::vector<bpf_link *> links;
  };
  struct destroy {
    void operator()(bpf_object_skeleton *native) const noexcept { bpf_object__destroy_skeleton(native); }
  };

  explicit object(const description &what) : name_(what.name), slots_(std::make_unique<slots>()) {
    // libbpf frees these three by free().
    auto *const native = static_cast<bpf_object_skeleton *>(std::calloc(1, sizeof(bpf_object_skeleton)));
    if (native == nullptr)
      return;
    native_.reset(native);
    native->sz = sizeof(*native);
    native->name = what.name;
    native->obj = &slots_->object;
    add_maps(what);
    add_programs(what);
  }

  void add_maps(const description &what) {
    slots_->maps.resize(what.map_count);
    slots_->memory.resize(what.map_count);
    native_->map_skel_sz = sizeof(bpf_map_skeleton);
    native_->maps = static_cast<bpf_map_skeleton *>(std::calloc(what.map_count + 1, sizeof(bpf_map_skeleton)));
    if (native_->maps == nullptr)
      return native_.reset();
    native_->map_cnt = static_cast<int>(what.map_count);
    for (std::size_t index = 0; index < what.map_count; ++index) {
      bpf_map_skeleton &map = native_->maps[index];
      map.name = what.maps[index];
      map.map = &slots_->maps[index];
      map.mmaped = map.name[0] == '.' ? &slots_->memory[index] : nullptr;
    }
  }

  void add_programs(const description &what) {
    if (!native_)
      return;
    slots_->programs.resize(what.program_count);
    slots_->links.resize(what.program_count);
    native_->prog_skel_sz = sizeof(bpf_prog_skeleton);
    native_->progs = static_cast<bpf_prog_skeleton *>(std::calloc(what.program_count + 1, sizeof(bpf_prog_skeleton)));
    if (native_->progs == nullptr)
      return native_.reset();
    native_->prog_cnt = static_cast<int>(what.program_count);
    for (std::size_t index = 0; index < what.program_count; ++index) {
      bpf_prog_skeleton &program = native_->progs[index];
      program.name = what.programs[index];
      program.prog = &slots_->programs[index];
      program.link = &slots_->links[index];
    }
  }

  error failure(int code, const char *what, const log &said) const {
    const std::string text = said.text();
    return error(code, std::string("'") + name_ + "' cannot be " + what + (text.empty() ? "" : ": " + text));
  }

  const char *name_;
  std::unique_ptr<slots> slots_;
  std::unique_ptr<bpf_object_skeleton, destroy> native_; // goes first: it detaches and closes through the slots
};

/// The bytes of an object that a skeleton reads at run time (--embed=file).
inline result<std::vector<char>> read_object(const std::string &path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  std::vector<char> bytes;
  char part[4096];
  while (file) {
    const std::size_t count = std::fread(part, 1, sizeof(part), file.get());
    bytes.insert(bytes.end(), part, part + count);
    if (count == 0 && std::feof(file.get()))
      return bytes;
    if (count == 0)
      break;
  }
  return error(errno, "cannot read '" + path + "'");
}

} // namespace detail
} // namespace bpfbuild
