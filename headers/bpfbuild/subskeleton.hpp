// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What every generated subskeleton includes: how a library, whose BPF side is linked into somebody's object, finds its
// maps, programs and variables there.
#pragma once

#include <bpfbuild/skeleton.hpp>

namespace bpfbuild::detail {

/// A variable, by its name in the object.
struct variable_description {
  const char *name;
  std::size_t map;  ///< the number of its section among the maps
  std::size_t size; ///< in bytes
};

/// What a generated subskeleton says of the library's part of the object.
struct part_description {
  const char *name;
  const map_description *maps; ///< the library's maps first, then the data sections
  std::size_t map_count;
  const char *const *programs;
  std::size_t program_count;
  const variable_description *variables;
  std::size_t variable_count;
};

/// The library's part of an object that belongs to somebody else. It owns the attachments that it makes, and must go
/// before the object. Built on bpf_object_subskeleton, which finds everything by name. Move-only.
class object_part {
public:
  /// Finds the part in `object`, which must be loaded, or with `is_loaded` false must not. Errors: what is not there
  /// (ESRCH), keys, values and variables of other sizes (EBADMSG), an object in the other state (EINVAL).
  static result<object_part> find(const part_description &what, const bpf_object *object, bool is_loaded);

  object_part(object_part &&other) noexcept : native_(other.native_), places_(other.places_) { other.forget(); }
  object_part &operator=(object_part &&other) noexcept {
    if (this != &other) {
      destroy();
      native_ = other.native_;
      places_ = other.places_;
      other.forget();
    }
    return *this;
  }
  ~object_part() { destroy(); }

  /// The maps or programs of this part. An error as of value() if it was moved from.
  template <typename Handles> [[gnu::always_inline]] Handles &held(Handles &handles) const {
    if (places_ == nullptr)
      fail<BPFBUILD_EXCEPTIONS>(moved_from());
    return handles;
  }

  const bpf_object *native() const noexcept { return native_ == nullptr ? nullptr : native_->obj; }
  bpf_map *map(std::size_t index) const noexcept;
  bpf_program *program(std::size_t index) const noexcept;
  bpf_link **link_slot(std::size_t index) const noexcept;
  /// An error as of value() if it was moved from.
  template <typename T> T *variable(std::size_t index) const { return static_cast<T *>(address(index)); }

private:
  struct places;

  explicit object_part(const part_description &what);
  void destroy() noexcept;
  void *address(std::size_t index) const;
  error moved_from() const;
  void forget() noexcept {
    native_ = nullptr;
    places_ = nullptr;
  }

  bpf_object_subskeleton *native_ = nullptr;
  places *places_ = nullptr;
};

} // namespace bpfbuild::detail

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/subskeleton.hpp>
#endif
