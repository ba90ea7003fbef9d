// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/skeleton.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/program.hpp>
#include <bpfbuild/skeleton.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace bpfbuild::detail {

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
struct object::places {
  explicit places(const description &what)
      : maps(what.map_count), memory(what.map_count), programs(what.program_count), links(what.program_count) {}
  places(const places &) = delete;
  places &operator=(const places &) = delete;
  ~places() { forget_btf(); }
  void forget_btf() noexcept {
    if (btf >= 0)
      ::close(btf);
    btf = -1;
  }
  bool is_complete() const noexcept { return maps.elements && memory.elements && programs.elements && links.elements; }

  bpf_object *object = nullptr;
  int btf = -1; ///< the file in memory with the archived BTF, which libbpf reads in load()
  log_sink sink;
  buffer<bpf_map *> maps;
  buffer<void *> memory;
  buffer<bpf_program *> programs;
  buffer<bpf_link *> links;
};

BPFBUILD_FUNCTION std::uint64_t checksum(const void *data, std::size_t size) noexcept {
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

/// An error of the step `when` unless keys and values of the map have the sizes that the header of `skeleton` has.
inline result<void> check_sizes(const bpf_map *map, const map_description &expected, const char *skeleton, step when) {
  const std::uint32_t key = bpf_map__key_size(map), value = bpf_map__value_size(map);
  if ((expected.key_size == 0 || key == expected.key_size) &&
      (expected.value_size == 0 || value == expected.value_size))
    return {};
  return error(when, EBADMSG, "'%s': map '%s' has keys of %u and values of %u bytes, and the header has %u and %u",
               skeleton, expected.name, key, value, expected.key_size, expected.value_size);
}

BPFBUILD_FUNCTION result<object> object::open(const description &what, const void *data, std::size_t size,
                                              const open_options &options) {
  if (size != what.size || checksum(data, size) != what.checksum)
    return error(step::open, EBADMSG, "'%s': the object is not the one that the header was made with; build both again",
                 what.name);
  for (std::size_t index = 0; index < what.map_count; ++index)
    if (what.maps[index].is_arena && libbpf_major_version() == 1 && libbpf_minor_version() < 4)
      return error(step::open, ENOSYS, "'%s': map '%s' is an arena, which libbpf %s does not know: it needs 1.4",
                   what.name, what.maps[index].name, libbpf_version_string());
  object opened(what);
  if (opened.native_ == nullptr)
    return error(step::open, ENOMEM, "'%s' cannot be opened", what.name);
  opened.native_->data = const_cast<void *>(data); // libbpf only reads it
  opened.native_->data_sz = size - what.archive_size;
  sized<bpf_object_open_opts> native;
  native.object_name = what.name;
  native.pin_root_path = options.pin_root_path;
  if (options.btf_path != nullptr &&
      ::access(options.btf_path, R_OK) != 0) // libbpf would say so in load(), without the name
    return error(step::open, errno, "'%s': cannot read the BTF '%s'", what.name, options.btf_path);
  native.btf_custom_path = options.btf_path;
  char btf_path[32];
  if (what.find_btf != nullptr) {
    auto found =
        what.find_btf(what.name, static_cast<const char *>(data) + opened.native_->data_sz, what.archive_size, options);
    if (!found)
      return found.error();
    opened.places_->btf = *found;
    std::snprintf(btf_path, sizeof(btf_path), "/proc/self/fd/%d", *found);
    if (*found >= 0)
      native.btf_custom_path = btf_path;
  }
  native.kernel_log_level = options.kernel_log_level;
  opened.places_->sink = options.log;
  log said(options.log);
  if (const int code = bpf_object__open_skeleton(opened.native_, &native))
    return opened.failure(step::open, code, "opened", said);
  return opened;
}

BPFBUILD_FUNCTION result<void> object::load() {
  if (native_ == nullptr)
    return moved_from();
  for (std::size_t index = 0; index < what_->map_count; ++index)
    if (auto checked = check_sizes(map(index), what_->maps[index], what_->name, step::load); !checked)
      return checked;
  log said(places_->sink);
  if (const int code = bpf_object__load_skeleton(native_))
    return failure(step::load, code, "loaded", said);
  places_->forget_btf();
  return {};
}

BPFBUILD_FUNCTION result<void> object::attach() {
  if (native_ == nullptr)
    return moved_from();
  const buffer<bool> was_attached(what_->program_count);
  for (std::size_t index = 0; index < what_->program_count; ++index)
    was_attached[index] = *link_slot(index) != nullptr;
  // Program by program, as bpf_object__attach_skeleton() does; struct_ops tables, which it registers since libbpf 1.5,
  // are left to their own attach().
  log said(places_->sink);
  for (std::size_t index = 0; index < what_->program_count; ++index) {
    const bpfbuild::program each(program(index), link_slot(index));
    if (was_attached[index] || !each.autoattach())
      continue;
    *link_slot(index) = bpf_program__attach(each.native());
    if (*link_slot(index) != nullptr)
      continue;
    const int code = errno;
    if (code == EOPNOTSUPP && !what_->programs[index].is_attached_by_name)
      continue; // its SEC() does not say to what
    for (std::size_t before = 0; before < index; ++before)
      if (!was_attached[before]) {
        bpf_link__destroy(*link_slot(before));
        *link_slot(before) = nullptr;
      }
    const char *const text = said.take();
    return error(step::attach, code, "'%s' cannot be attached: program '%s'%s%s", what_->name, each.name(),
                 *text == '\0' ? "" : ": ", text);
  }
  return {};
}

BPFBUILD_FUNCTION result<void> object::attach_one(const bpfbuild::program &which) {
  log said(places_->sink); // which that of which.attach() takes over
  return which.attach();
}

BPFBUILD_FUNCTION void object::detach() noexcept {
  if (native_ != nullptr)
    bpf_object__detach_skeleton(native_);
}

BPFBUILD_FUNCTION bpf_object *object::native() const noexcept {
  return places_ == nullptr ? nullptr : places_->object;
}

BPFBUILD_FUNCTION bpf_map *object::map(std::size_t index) const noexcept {
  return places_->maps[index];
}

BPFBUILD_FUNCTION bpf_program *object::program(std::size_t index) const noexcept {
  return places_->programs[index];
}

BPFBUILD_FUNCTION bpf_link **object::link_slot(std::size_t index) const noexcept {
  return &places_->links[index];
}

BPFBUILD_FUNCTION object::object(const description &what) : what_(&what), places_(new places(what)) {
  // libbpf frees these three by free().
  native_ = static_cast<bpf_object_skeleton *>(std::calloc(1, sizeof(bpf_object_skeleton)));
  if (native_ == nullptr)
    return;
  native_->sz = sizeof(*native_);
  native_->name = what.name;
  native_->obj = &places_->object;
  native_->map_skel_sz = sizeof(bpf_map_skeleton);
  native_->maps = static_cast<bpf_map_skeleton *>(std::calloc(what.map_count + 1, sizeof(bpf_map_skeleton)));
  native_->prog_skel_sz = sizeof(bpf_prog_skeleton);
  native_->progs = static_cast<bpf_prog_skeleton *>(std::calloc(what.program_count + 1, sizeof(bpf_prog_skeleton)));
  if (native_->maps == nullptr || native_->progs == nullptr || !places_->is_complete()) {
    destroy();
    return;
  }
  native_->map_cnt = static_cast<int>(what.map_count);
  for (std::size_t index = 0; index < what.map_count; ++index) {
    bpf_map_skeleton &each = native_->maps[index];
    each.name = what.maps[index].name;
    each.map = &places_->maps[index];
    each.mmaped = each.name[0] == '.' || what.maps[index].is_arena ? &places_->memory[index] : nullptr;
  }
  native_->prog_cnt = static_cast<int>(what.program_count);
  for (std::size_t index = 0; index < what.program_count; ++index) {
    bpf_prog_skeleton &each = native_->progs[index];
    each.name = what.programs[index].name;
    each.prog = &places_->programs[index];
    each.link = &places_->links[index];
  }
}

BPFBUILD_FUNCTION void object::destroy() noexcept {
  bpf_object__destroy_skeleton(native_);
  delete places_;
  forget();
}

BPFBUILD_FUNCTION error object::failure(step tried, int code, const char *done, log &said) const {
  const char *const text = said.take();
  return error(tried, code, "'%s' cannot be %s%s%s", what_->name, done, *text == '\0' ? "" : ": ", text);
}

BPFBUILD_FUNCTION error object::moved_from() const {
  return error(step::other, EINVAL, "'%s' was moved from, and is empty", what_->name);
}

BPFBUILD_FUNCTION void *object::memory(std::size_t index) const {
  if (places_ == nullptr || places_->memory[index] == nullptr)
    fail<BPFBUILD_EXCEPTIONS>(
        error(step::other, EINVAL, "the variables of '%s' are not there: the skeleton was moved from", what_->name));
  return places_->memory[index];
}

BPFBUILD_FUNCTION void *object::table_memory(std::size_t index, std::size_t size) const {
  std::size_t known = 0;
  const void *const table = places_ == nullptr ? nullptr : bpf_map__initial_value(map(index), &known);
  if (table == nullptr || known < size)
    fail<BPFBUILD_EXCEPTIONS>(error(step::open, ENOSYS,
                                    "'%s': the struct_ops table '%s' cannot be changed: libbpf %s does not show it, "
                                    "that needs 1.4; or the skeleton was moved from",
                                    what_->name, what_->maps[index].name, libbpf_version_string()));
  return const_cast<void *>(table); // const in libbpf before 1.4 only
}

BPFBUILD_FUNCTION result<file_bytes> file_bytes::read(const char *path, std::size_t most) {
  file_bytes bytes;
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  ssize_t count = fd < 0 ? -1 : 1;
  for (std::size_t room = 0; count > 0 && bytes.size_ <= most;) {
    if (bytes.size_ == room) {
      room = room == 0 ? std::size_t(64) << 10 : 2 * room;
      void *const larger = std::realloc(bytes.data_, room);
      if (larger == nullptr) {
        count = -1;
        break;
      }
      bytes.data_ = larger;
    }
    count = ::read(fd, static_cast<char *>(bytes.data_) + bytes.size_, room - bytes.size_);
    bytes.size_ += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  const int code = count >= 0 ? 0 : errno;
  if (fd >= 0)
    ::close(fd);
  if (code != 0)
    return error(step::open, code, "cannot read '%s'", path);
  return bytes;
}

BPFBUILD_FUNCTION file_bytes::~file_bytes() {
  std::free(data_);
}

} // namespace bpfbuild::detail
