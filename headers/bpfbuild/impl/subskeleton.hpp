// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/subskeleton.hpp>.
#pragma once

#include <bpfbuild/impl/skeleton.hpp>
#include <bpfbuild/subskeleton.hpp>

namespace bpfbuild::detail {

/// What libbpf fills in; it keeps pointers to all of it, so it does not move when the subskeleton does.
struct object_part::places {
  explicit places(const part_description &what)
      : link_count(what.program_count), maps(what.map_count), programs(what.program_count), links(what.program_count),
        variables(what.variable_count) {}
  bool is_complete() const noexcept {
    return maps.elements && programs.elements && links.elements && variables.elements;
  }

  std::size_t link_count;
  buffer<bpf_map *> maps;
  buffer<bpf_program *> programs;
  buffer<bpf_link *> links;
  buffer<void *> variables;
};

BPFBUILD_FUNCTION object_part::object_part(const part_description &what) : places_(new places(what)) {
  // libbpf frees these four by free().
  native_ = static_cast<bpf_object_subskeleton *>(std::calloc(1, sizeof(bpf_object_subskeleton)));
  if (native_ == nullptr)
    return;
  native_->sz = sizeof(*native_);
  native_->map_skel_sz = sizeof(bpf_map_skeleton);
  native_->maps = static_cast<bpf_map_skeleton *>(std::calloc(what.map_count + 1, sizeof(bpf_map_skeleton)));
  native_->prog_skel_sz = sizeof(bpf_prog_skeleton);
  native_->progs = static_cast<bpf_prog_skeleton *>(std::calloc(what.program_count + 1, sizeof(bpf_prog_skeleton)));
  native_->var_skel_sz = sizeof(bpf_var_skeleton);
  native_->vars = static_cast<bpf_var_skeleton *>(std::calloc(what.variable_count + 1, sizeof(bpf_var_skeleton)));
  if (native_->maps == nullptr || native_->progs == nullptr || native_->vars == nullptr || !places_->is_complete()) {
    bpf_object__destroy_subskeleton(native_);
    native_ = nullptr;
    return;
  }
  native_->map_cnt = static_cast<int>(what.map_count);
  for (std::size_t index = 0; index < what.map_count; ++index) {
    native_->maps[index].name = what.maps[index].name;
    native_->maps[index].map = &places_->maps[index];
  }
  native_->prog_cnt = static_cast<int>(what.program_count);
  for (std::size_t index = 0; index < what.program_count; ++index) {
    native_->progs[index].name = what.programs[index];
    native_->progs[index].prog = &places_->programs[index];
  }
  native_->var_cnt = static_cast<int>(what.variable_count);
  for (std::size_t index = 0; index < what.variable_count; ++index) {
    native_->vars[index].name = what.variables[index].name;
    native_->vars[index].map = &places_->maps[what.variables[index].map];
    native_->vars[index].addr = &places_->variables[index];
  }
}

BPFBUILD_FUNCTION void object_part::destroy() noexcept {
  for (std::size_t index = 0; places_ != nullptr && index < places_->link_count; ++index)
    bpf_link__destroy(places_->links[index]);
  bpf_object__destroy_subskeleton(native_);
  delete places_;
  forget();
}

/// Whether the object is loaded: its BTF is in the kernel, or one of its programs. Maps may be others', reused.
inline bool is_in_kernel(const bpf_object *object) noexcept {
  if (bpf_object__btf_fd(object) >= 0)
    return true;
  for (bpf_program *each = bpf_object__next_program(object, nullptr); each != nullptr;
       each = bpf_object__next_program(object, each))
    if (bpf_program__fd(each) >= 0)
      return true;
  return false;
}

/// In bytes, of a variable of the data section `map`; 0 if it has none of that name.
inline std::uint32_t variable_size(const bpf_object *object, const bpf_map *map, const char *name) noexcept {
  const btf *const types = bpf_object__btf(object);
  const btf_type *const section = btf__type_by_id(types, bpf_map__btf_value_type_id(map));
  if (section == nullptr || !btf_is_datasec(section))
    return 0;
  const btf_var_secinfo *const all = btf_var_secinfos(section);
  for (std::uint32_t index = 0; index < btf_vlen(section); ++index) {
    const btf_type *const variable = btf__type_by_id(types, all[index].type);
    if (variable != nullptr && std::strcmp(btf__name_by_offset(types, variable->name_off), name) == 0)
      return all[index].size;
  }
  return 0;
}

BPFBUILD_FUNCTION result<object_part> object_part::find(const part_description &what, const bpf_object *object,
                                                        bool is_loaded) {
  if (object == nullptr)
    return error(step::open, EINVAL, "'%s': there is no object: the skeleton was moved from", what.name);
  object_part part(what);
  if (part.native_ == nullptr)
    return error(step::open, ENOMEM, "'%s' cannot be looked up", what.name);
  part.native_->obj = object;
  log said;
  if (const int code = bpf_object__open_subskeleton(part.native_))
    return error(step::open, code, "'%s' is not in the object '%s': %s", what.name, bpf_object__name(object),
                 said.take());

  for (std::size_t index = 0; index < what.map_count; ++index)
    if (auto checked = check_sizes(part.map(index), what.maps[index], what.name, step::open); !checked)
      return checked.error();
  if (is_in_kernel(object) != is_loaded)
    return error(step::open, EINVAL, "'%s': the object '%s' is %s: %s", what.name, bpf_object__name(object),
                 is_loaded ? "not loaded yet" : "loaded already",
                 is_loaded ? "find_opened() is for it" : "find() is for it");

  for (std::size_t index = 0; index < what.variable_count; ++index) {
    const variable_description &expected = what.variables[index];
    const std::uint32_t size = variable_size(object, part.map(expected.map), expected.name);
    if (size != expected.size || part.places_->variables[index] == nullptr)
      return error(step::open, EBADMSG, "'%s': the variable '%s' has %u bytes, and the header has %zu", what.name,
                   expected.name, size, expected.size);
  }
  return part;
}

BPFBUILD_FUNCTION bpf_map *object_part::map(std::size_t index) const noexcept {
  return places_->maps[index];
}

BPFBUILD_FUNCTION bpf_program *object_part::program(std::size_t index) const noexcept {
  return places_->programs[index];
}

BPFBUILD_FUNCTION bpf_link **object_part::link_slot(std::size_t index) const noexcept {
  return &places_->links[index];
}

BPFBUILD_FUNCTION error object_part::moved_from() const {
  return error(step::other, EINVAL, "the subskeleton was moved from, and is empty");
}

BPFBUILD_FUNCTION void *object_part::address(std::size_t index) const {
  if (places_ == nullptr)
    fail<BPFBUILD_EXCEPTIONS>(moved_from());
  return places_->variables[index];
}

} // namespace bpfbuild::detail
