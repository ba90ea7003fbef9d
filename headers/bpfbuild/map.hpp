// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Maps with the key and value types of their definitions. A map is a handle: copying it copies no data, and it is valid as long
// as the skeleton that it came from.
#pragma once

#include <array>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <vector>

namespace bpfbuild {

/// The key or value of a map whose definition gives a size but no type.
template <std::size_t Size> using bytes = std::array<std::byte, Size>;

/// What update() does about an element that is there, or is not.
enum class update_mode : std::uint64_t { any = BPF_ANY, no_exist = BPF_NOEXIST, exist = BPF_EXIST };

namespace detail {
inline error map_error(const bpf_map *map, const char *what) {
  const int code = errno;
  if (code == ENOENT)
    return error(code); // a miss is no accident: it costs no text
  return error(code, std::string("map '") + bpf_map__name(map) + "': " + what);
}

inline std::size_t possible_cpus() {
  static const int count = libbpf_num_possible_cpus();
  return count > 0 ? static_cast<std::size_t>(count) : 1;
}
} // namespace detail

/// A map before it is loaded: what may still be changed.
class map_config {
public:
  explicit map_config(bpf_map *map) : map_(map) {}

  const char *name() const noexcept { return bpf_map__name(map_); }
  bpf_map *native() const noexcept { return map_; }

  result<void> set_max_entries(std::uint32_t count) { return check(bpf_map__set_max_entries(map_, count), "max_entries"); }
  std::uint32_t max_entries() const noexcept { return bpf_map__max_entries(map_); }
  result<void> set_pin_path(const char *path) { return check(bpf_map__set_pin_path(map_, path), "pin path"); }
  result<void> set_autocreate(bool create) { return check(bpf_map__set_autocreate(map_, create), "autocreate"); }
  /// Uses the map behind `fd`, which must have the same definition, in the place of a new one.
  result<void> reuse_fd(int fd) { return check(bpf_map__reuse_fd(map_, fd), "reuse"); }
  /// The map whose definition a map-in-map takes for what it holds.
  result<void> set_inner_map_fd(int fd) { return check(bpf_map__set_inner_map_fd(map_, fd), "inner map"); }

private:
  result<void> check(int code, const char *what) {
    if (code == 0)
      return {};
    return error(code, std::string("map '") + name() + "': cannot set its " + what);
  }

  bpf_map *map_;
};

/// Any loaded map: what all kinds have in common, and all there is for kinds without typed operations.
class map {
public:
  explicit map(bpf_map *map) : map_(map) {}

  const char *name() const noexcept { return bpf_map__name(map_); }
  int fd() const noexcept { return bpf_map__fd(map_); }
  std::uint32_t max_entries() const noexcept { return bpf_map__max_entries(map_); }
  bpf_map *native() const noexcept { return map_; }

  result<void> pin(const char *path) const { return check(bpf_map__pin(map_, path) == 0, "cannot pin it"); }
  result<void> unpin(const char *path) const { return check(bpf_map__unpin(map_, path) == 0, "cannot unpin it"); }

protected:
  result<void> check(bool done, const char *what) const {
    if (done)
      return {};
    return detail::map_error(map_, what);
  }

private:
  bpf_map *map_;
};

/// What iterating over a map gives: `for (auto [key, value] : map)`.
template <typename Key, typename Value> struct entry {
  Key key;
  Value value;
};

/// Steps through a map by BPF_MAP_GET_NEXT_KEY. Elements that go while it runs are left out; as the kernel starts over when the
/// current key is gone, some may then come twice. An error ends the iteration.
template <typename Map> class map_iterator {
public:
  using key_type = typename Map::key_type;
  using value_type = entry<key_type, typename Map::lookup_type>;
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type *;
  using reference = const value_type &;
  using iterator_category = std::input_iterator_tag;

  map_iterator() = default;
  explicit map_iterator(const Map &map) : map_(&map) { advance(nullptr); }

  reference operator*() const { return *current_; }
  pointer operator->() const { return &*current_; }
  map_iterator &operator++() {
    const key_type key = current_->key;
    advance(&key);
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(const map_iterator &other) const { return map_ == other.map_; }
  bool operator!=(const map_iterator &other) const { return map_ != other.map_; }

private:
  void advance(const key_type *previous) {
    key_type key, last;
    while (bpf_map_get_next_key(map_->fd(), previous, &key) == 0) {
      if (auto value = map_->lookup(key)) {
        current_.emplace(value_type{key, std::move(value).value()});
        return;
      }
      last = key;
      previous = &last;
    }
    map_ = nullptr;
  }

  const Map *map_ = nullptr;
  std::optional<value_type> current_;
};

/// BPF_MAP_TYPE_HASH, LRU_HASH and others whose elements come and go by key.
template <typename Key, typename Value> class hash_map : public map {
  static_assert(std::is_trivially_copyable_v<Key> && std::is_trivially_copyable_v<Value>);

public:
  using key_type = Key;
  using mapped_type = Value;
  using lookup_type = Value;
  using iterator = map_iterator<hash_map>;
  using map::map;

  /// The value of `key`; the error ENOENT if there is none.
  result<Value> lookup(const Key &key) const {
    Value value;
    if (bpf_map_lookup_elem(fd(), &key, &value) == 0)
      return value;
    return detail::map_error(native(), "lookup failed");
  }
  bool contains(const Key &key) const { return lookup(key).has_value(); }

  result<void> update(const Key &key, const Value &value, update_mode mode = update_mode::any) const {
    return check(bpf_map_update_elem(fd(), &key, &value, static_cast<std::uint64_t>(mode)) == 0, "update failed");
  }

  /// Removes `key`; the error ENOENT if it was not there.
  result<void> erase(const Key &key) const { return check(bpf_map_delete_elem(fd(), &key) == 0, "erase failed"); }

  /// Takes the value out of the map (Linux 5.14 and later).
  result<Value> take(const Key &key) const {
    Value value;
    if (bpf_map_lookup_and_delete_elem(fd(), &key, &value) == 0)
      return value;
    return detail::map_error(native(), "take failed");
  }

  iterator begin() const { return iterator(*this); }
  iterator end() const { return iterator(); }
};

/// BPF_MAP_TYPE_ARRAY: max_entries() values, all of them always there.
template <typename Value> class array_map : public map {
  static_assert(std::is_trivially_copyable_v<Value>);

public:
  using key_type = std::uint32_t;
  using mapped_type = Value;
  using lookup_type = Value;
  using iterator = map_iterator<array_map>;
  using map::map;

  std::uint32_t size() const noexcept { return max_entries(); }

  /// The value at `index`; the error ENOENT beyond the end.
  result<Value> lookup(std::uint32_t index) const {
    Value value;
    if (bpf_map_lookup_elem(fd(), &index, &value) == 0)
      return value;
    return detail::map_error(native(), "lookup failed");
  }

  result<void> update(std::uint32_t index, const Value &value) const {
    return check(bpf_map_update_elem(fd(), &index, &value, BPF_ANY) == 0, "update failed");
  }

  iterator begin() const { return iterator(*this); }
  iterator end() const { return iterator(); }
};

/// The values of one element of a per-CPU map, one for each possible CPU. In the kernel's buffer each takes a multiple of 8
/// bytes.
template <typename Value> class percpu {
public:
  percpu() : slots_(detail::possible_cpus()) {}
  explicit percpu(const Value &value) : percpu() {
    for (slot &each : slots_)
      each.value = value;
  }

  std::size_t size() const noexcept { return slots_.size(); }
  Value &operator[](std::size_t cpu) { return slots_[cpu].value; }
  const Value &operator[](std::size_t cpu) const { return slots_[cpu].value; }

  /// All CPUs' values put together by `add(total, value)`, or by + for numbers.
  template <typename Total, typename Add> Total accumulate(Total total, Add &&add) const {
    for (const slot &each : slots_)
      total = add(std::move(total), each.value);
    return total;
  }
  Value sum() const {
    return accumulate(Value{}, [](Value total, const Value &value) { return static_cast<Value>(total + value); });
  }

  void *data() noexcept { return slots_.data(); }
  const void *data() const noexcept { return slots_.data(); }

private:
  struct alignas(8) slot {
    Value value{};
  };
  static_assert(sizeof(slot) % 8 == 0 && alignof(Value) <= 8, "the kernel lays per-CPU values out in steps of 8 bytes");
  std::vector<slot> slots_;
};

/// BPF_MAP_TYPE_PERCPU_HASH and LRU_PERCPU_HASH.
template <typename Key, typename Value> class percpu_hash_map : public map {
  static_assert(std::is_trivially_copyable_v<Key> && std::is_trivially_copyable_v<Value>);

public:
  using key_type = Key;
  using mapped_type = Value;
  using lookup_type = percpu<Value>;
  using iterator = map_iterator<percpu_hash_map>;
  using map::map;

  /// Every CPU's value of `key`; the error ENOENT if there is none.
  result<percpu<Value>> lookup(const Key &key) const {
    percpu<Value> values;
    if (bpf_map_lookup_elem(fd(), &key, values.data()) == 0)
      return values;
    return detail::map_error(native(), "lookup failed");
  }
  bool contains(const Key &key) const { return lookup(key).has_value(); }

  result<void> update(const Key &key, const percpu<Value> &values, update_mode mode = update_mode::any) const {
    return check(bpf_map_update_elem(fd(), &key, values.data(), static_cast<std::uint64_t>(mode)) == 0, "update failed");
  }

  result<void> erase(const Key &key) const { return check(bpf_map_delete_elem(fd(), &key) == 0, "erase failed"); }

  iterator begin() const { return iterator(*this); }
  iterator end() const { return iterator(); }
};

/// BPF_MAP_TYPE_PERCPU_ARRAY.
template <typename Value> class percpu_array_map : public map {
  static_assert(std::is_trivially_copyable_v<Value>);

public:
  using key_type = std::uint32_t;
  using mapped_type = Value;
  using lookup_type = percpu<Value>;
  using iterator = map_iterator<percpu_array_map>;
  using map::map;

  std::uint32_t size() const noexcept { return max_entries(); }

  /// Every CPU's value at `index`; the error ENOENT beyond the end.
  result<percpu<Value>> lookup(std::uint32_t index) const {
    percpu<Value> values;
    if (bpf_map_lookup_elem(fd(), &index, values.data()) == 0)
      return values;
    return detail::map_error(native(), "lookup failed");
  }

  result<void> update(std::uint32_t index, const percpu<Value> &values) const {
    return check(bpf_map_update_elem(fd(), &index, values.data(), BPF_ANY) == 0, "update failed");
  }

  iterator begin() const { return iterator(*this); }
  iterator end() const { return iterator(); }
};

} // namespace bpfbuild
