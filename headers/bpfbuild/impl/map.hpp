// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/map.hpp>.
#pragma once

#include <bpf/btf.h>
#include <bpfbuild/impl/result.hpp>
#include <bpfbuild/map.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bpfbuild {

namespace detail {
/// What the kernel says of a map, program or link; zero where it does not answer.
template <typename Info> Info info_of(int fd) noexcept {
  Info result{};
  std::uint32_t size = sizeof(result);
  return bpf_obj_get_info_by_fd(fd, &result, &size) == 0 ? result : Info{};
}
} // namespace detail

BPFBUILD_FUNCTION std::size_t detail::possible_cpus() noexcept {
  static const int count = libbpf_num_possible_cpus();
  return count > 0 ? static_cast<std::size_t>(count) : 1;
}

BPFBUILD_FUNCTION bool detail::lacks_operation(int code) noexcept {
  constexpr int enotsupp = 524; // which user space has no name for
  return code == EINVAL || code == EOPNOTSUPP || code == enotsupp;
}

BPFBUILD_FUNCTION void *detail::map_memory(int fd, std::size_t &bytes) noexcept {
  const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  bytes = (bytes + page - 1) / page * page;
  void *const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

BPFBUILD_FUNCTION void detail::unmap_memory(void *memory, std::size_t bytes) noexcept {
  ::munmap(memory, bytes);
}

BPFBUILD_FUNCTION void detail::close_descriptor(int fd) noexcept {
  ::close(fd);
}

namespace detail {
/// What `type` points to, of typedefs and the like; 0 if it is no pointer.
inline std::uint32_t pointee(const btf *types, std::uint32_t type) noexcept {
  const btf_type *const found = btf__type_by_id(types, type);
  return found != nullptr && btf_is_ptr(found) ? found->type : 0;
}

/// The type of the member `name` of a struct, as far as it is one; 0 if there is none.
inline std::uint32_t member_type(const btf *types, std::uint32_t type, const char *name) noexcept {
  const btf_type *found = btf__type_by_id(types, type);
  while (found != nullptr && (btf_is_mod(found) || btf_is_typedef(found)))
    found = btf__type_by_id(types, found->type);
  if (found == nullptr || !btf_is_struct(found))
    return 0;
  const btf_member *const members = btf_members(found);
  for (std::uint32_t index = 0; index < btf_vlen(found); ++index)
    if (std::strcmp(btf__name_by_offset(types, members[index].name_off), name) == 0)
      return members[index].type;
  return 0;
}
} // namespace detail

// __array(values, struct inner) is `struct inner *values[]`, and __type(key, int) `int *key`.
BPFBUILD_FUNCTION void detail::set_inner_types(bpf_map_create_opts &options, const bpf_object *owner,
                                               const char *outer) noexcept {
  const btf *const types = bpf_object__btf(owner);
  const int fd = bpf_object__btf_fd(owner);
  const int variable = types == nullptr ? -1 : btf__find_by_name_kind(types, outer, BTF_KIND_VAR);
  if (fd < 0 || variable < 0)
    return;
  const std::uint32_t definition = btf__type_by_id(types, static_cast<std::uint32_t>(variable))->type;
  const btf_type *const values = btf__type_by_id(types, member_type(types, definition, "values"));
  if (values == nullptr || !btf_is_array(values))
    return;
  const std::uint32_t inner = pointee(types, btf_array(values)->type);
  options.btf_key_type_id = pointee(types, member_type(types, inner, "key"));
  options.btf_value_type_id = pointee(types, member_type(types, inner, "value"));
  if (options.btf_value_type_id != 0)
    options.btf_fd = static_cast<std::uint32_t>(fd);
  else
    options.btf_key_type_id = 0;
}

BPFBUILD_FUNCTION int detail::duplicate(int fd) noexcept {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? -errno : copy;
}

BPFBUILD_FUNCTION const char *map_config::name() const noexcept {
  return bpf_map__name(map_);
}

BPFBUILD_FUNCTION result<void> map_config::set_max_entries(std::uint32_t count) {
  return check(bpf_map__set_max_entries(map_, count), "max_entries");
}

BPFBUILD_FUNCTION std::uint32_t map_config::max_entries() const noexcept {
  return bpf_map__max_entries(map_);
}

BPFBUILD_FUNCTION result<void> map_config::set_pin_path(const char *path) {
  return check(bpf_map__set_pin_path(map_, path), "pin path");
}

BPFBUILD_FUNCTION result<void> map_config::set_autocreate(bool create) {
  return check(bpf_map__set_autocreate(map_, create), "autocreate");
}

BPFBUILD_FUNCTION result<void> map_config::set_numa_node(std::uint32_t node) {
  return check(bpf_map__set_numa_node(map_, node), "NUMA node");
}

BPFBUILD_FUNCTION result<void> map_config::set_interface(std::uint32_t index) {
  return check(bpf_map__set_ifindex(map_, index), "interface");
}

BPFBUILD_FUNCTION result<void> map_config::reuse_fd(int fd) {
  return check(bpf_map__reuse_fd(map_, fd), "map to reuse");
}

BPFBUILD_FUNCTION result<void> map_config::set_inner_map_fd(int fd) {
  return check(bpf_map__set_inner_map_fd(map_, fd), "inner map");
}

BPFBUILD_FUNCTION result<void> map_config::check(int code, const char *what) {
  if (code == 0)
    return {};
  return error(step::open, code, "map '%s': cannot set its %s", name(), what);
}

BPFBUILD_FUNCTION const char *map::name() const noexcept {
  return native_ == nullptr ? "(inner)" : bpf_map__name(native_);
}

BPFBUILD_FUNCTION std::uint32_t map::max_entries() const noexcept {
  return native_ == nullptr ? info().max_entries : bpf_map__max_entries(native_);
}

BPFBUILD_FUNCTION bpf_map_info map::info() const noexcept {
  return detail::info_of<bpf_map_info>(fd_);
}

BPFBUILD_FUNCTION result<void> map::pin(const char *path) const {
  return check(native_ == nullptr ? bpf_obj_pin(fd_, path) : bpf_map__pin(native_, path), "cannot pin it");
}

BPFBUILD_FUNCTION result<void> map::unpin(const char *path) const {
  return check(native_ == nullptr ? ::unlink(path) : bpf_map__unpin(native_, path), "cannot unpin it");
}

BPFBUILD_FUNCTION result<void> map::freeze() const {
  return check(bpf_map_freeze(fd_), "cannot freeze it");
}

BPFBUILD_FUNCTION error map::failure(const char *what) const {
  const int code = errno;
  return code == ENOENT ? error(code) : error(step::map, code, "map '%s': %s", name(), what);
}

BPFBUILD_FUNCTION result<void> descriptor_map::update(std::uint32_t index, int descriptor) const {
  return check(bpf_map_update_elem(fd(), &index, &descriptor, BPF_ANY), "update failed");
}

BPFBUILD_FUNCTION result<void> descriptor_map::erase(std::uint32_t index) const {
  return check(bpf_map_delete_elem(fd(), &index), "erase failed");
}

BPFBUILD_FUNCTION result<stack_frames> stack_trace_map::lookup(std::uint32_t id) const {
  stack_frames frames{};
  const bpf_map_info about = info();
  if (about.value_size > sizeof(frames.addresses))
    return error(step::map, E2BIG, "map '%s': its stacks have more than %zu frames", name(), stack_frames::capacity);
  if ((about.map_flags & BPF_F_STACK_BUILD_ID) != 0)
    return error(step::map, EINVAL, "map '%s': its frames are build ids and offsets, no addresses", name());
  if (bpf_map_lookup_elem(fd(), &id, frames.addresses) != 0)
    return failure("lookup failed");
  while (frames.count < stack_frames::capacity && frames.addresses[frames.count] != 0)
    ++frames.count;
  return frames;
}

BPFBUILD_FUNCTION result<void> stack_trace_map::erase(std::uint32_t id) const {
  return check(bpf_map_delete_elem(fd(), &id), "erase failed");
}

} // namespace bpfbuild
