// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Maps with the key and value types of their definitions. A map is a handle: copying it copies no data, and it is valid
// as long as the skeleton that it came from.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// True if the program is compiled with libbpf major.minor or later; what is newer needs that where it is used.
#define BPFBUILD_HAS_LIBBPF(major, minor)                                                                              \
  (LIBBPF_MAJOR_VERSION > (major) || (LIBBPF_MAJOR_VERSION == (major) && LIBBPF_MINOR_VERSION >= (minor)))

namespace bpfbuild {

/// An array that is the key or value of a map: `values<int, 4>` for `__type(value, int[4])`.
template <typename T, std::size_t Size> struct values {
  T data_[Size];

  static constexpr std::size_t size() noexcept { return Size; }
  T *data() noexcept { return data_; }
  const T *data() const noexcept { return data_; }
  T &operator[](std::size_t index) noexcept { return data_[index]; }
  const T &operator[](std::size_t index) const noexcept { return data_[index]; }
  T *begin() noexcept { return data_; }
  T *end() noexcept { return data_ + Size; }
  const T *begin() const noexcept { return data_; }
  const T *end() const noexcept { return data_ + Size; }
};

/// The key or value of a map whose definition gives a size but no type.
template <std::size_t Size> using bytes = values<std::byte, Size>;

/// What update() does about an element that is there, or is not.
enum class update_mode : std::uint64_t { any = BPF_ANY, no_exist = BPF_NOEXIST, exist = BPF_EXIST };

namespace detail {
/// Options of libbpf's, which begin with their size. libbpf refuses options with bytes set that it does not know, and
/// padding counts: so they are cleared in place, as LIBBPF_OPTS() does, and never copied.
template <typename Options> struct sized : Options {
  sized() noexcept {
    std::memset(static_cast<Options *>(this), 0, sizeof(Options));
    this->sz = sizeof(Options);
  }
  sized(const sized &) = delete;
  sized &operator=(const sized &) = delete;
};

std::size_t possible_cpus() noexcept;
/// True for what kernels say that do not have an operation for a map type, or not at all.
bool lacks_operation(int code) noexcept;
/// `bytes` of the map in memory, a whole number of pages; null, with errno set, if that cannot be.
void *map_memory(int fd, std::size_t &bytes) noexcept;
void unmap_memory(void *memory, std::size_t bytes) noexcept;
/// Sets the BTF of `owner`, and what it says of the keys and values of the maps that `outer` holds.
void set_inner_types(bpf_map_create_opts &options, const bpf_object *owner, const char *outer) noexcept;
void close_descriptor(int fd) noexcept;
/// A copy of the descriptor, closed on exec; -errno.
int duplicate(int fd) noexcept;
} // namespace detail

/// A map before it is loaded: what may still be changed.
class map_config {
public:
  explicit map_config(bpf_map *map) noexcept : map_(map) {}

  const char *name() const noexcept;
  bpf_map *native() const noexcept { return map_; }

  result<void> set_max_entries(std::uint32_t count);
  std::uint32_t max_entries() const noexcept;
  result<void> set_pin_path(const char *path);
  /// Whether load() makes the map at all.
  result<void> set_autocreate(bool create);
  result<void> set_numa_node(std::uint32_t node);
  /// The network interface that a map for programs offloaded to it is on.
  result<void> set_interface(std::uint32_t index);
  /// Uses the map behind `fd` in the place of a new one. load() fails if its keys or values have other sizes.
  result<void> reuse_fd(int fd);
  /// The map whose definition a map of maps takes for what it holds.
  result<void> set_inner_map_fd(int fd);

private:
  result<void> check(int code, const char *what);

  bpf_map *map_;
};

/// Any loaded map: what all kinds have in common, and all there is for kinds without operations.
class map {
public:
  explicit map(bpf_map *native) noexcept : native_(native), fd_(bpf_map__fd(native)) {}
  /// A map that is in no skeleton, such as one that a map of maps holds. `fd` stays the caller's.
  explicit map(int fd) noexcept : native_(nullptr), fd_(fd) {}

  const char *name() const noexcept;
  int fd() const noexcept { return fd_; }
  std::uint32_t max_entries() const noexcept;
  /// Null for a map that is in no skeleton.
  bpf_map *native() const noexcept { return native_; }
  /// What the kernel says of the map; zero where it does not answer.
  bpf_map_info info() const noexcept;

  result<void> pin(const char *path) const;
  result<void> unpin(const char *path) const;
  /// From now on only BPF programs write to the map.
  result<void> freeze() const;

protected:
  result<void> check(int code, const char *what) const {
    if (code == 0)
      return {};
    return failure(what);
  }
  /// The error of what failed just now. A key that is not there is no accident: it costs no text.
  [[gnu::cold]] error failure(const char *what) const;

private:
  bpf_map *native_;
  int fd_;
};

/// What iterating over a map gives: `for (auto [key, value] : map)`.
template <typename Key, typename Value> struct entry {
  Key key;
  Value value;
};

/// Steps through a map by BPF_MAP_GET_NEXT_KEY. Elements that go while it runs are left out; as the kernel starts over
/// when the current key is gone, some may then come twice. An error ends the iteration.
template <typename Map> class map_iterator {
public:
  using key_type = typename Map::key_type;
  using value_type = entry<key_type, typename Map::lookup_type>;
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type *;
  using reference = const value_type &;

  map_iterator() = default;
  explicit map_iterator(const Map &map) : map_(map.fd()) { advance(nullptr); }

  reference operator*() const { return current_; }
  pointer operator->() const { return &current_; }
  map_iterator &operator++() {
    const key_type key = current_.key;
    advance(&key);
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(const map_iterator &other) const noexcept { return is_at_end_ == other.is_at_end_; }
  bool operator!=(const map_iterator &other) const noexcept { return is_at_end_ != other.is_at_end_; }

private:
  void advance(const key_type *previous) {
    key_type last;
    is_at_end_ = false;
    while (bpf_map_get_next_key(map_.fd(), previous, &current_.key) == 0) {
      if (map_.find(current_.key, current_.value))
        return;
      last = current_.key;
      previous = &last;
    }
    is_at_end_ = true;
  }

  Map map_{-1};
  value_type current_{};
  bool is_at_end_ = true;
};

/// What maps with keys have in common. `Value` is what the kernel's buffer holds, `Handle` the class for users.
template <typename Handle, typename Key, typename Value> class keyed_map : public map {
  static_assert(__is_trivially_copyable(Key), "keys are copied as bytes");

public:
  using key_type = Key;
  using lookup_type = Value;
  using iterator = map_iterator<Handle>;
  using map::map;

  /// The value of `key`; the error ENOENT if there is none.
  result<Value> lookup(const Key &key) const {
    Value value{};
    if (find(key, value))
      return value;
    return failure("lookup failed");
  }
  /// The same without a result: true, and the value in `value`, if there is one.
  bool find(const Key &key, Value &value) const noexcept {
    return bpf_map_lookup_elem(fd(), &key, Handle::buffer(value)) == 0;
  }
  bool contains(const Key &key) const {
    Value value{};
    return find(key, value);
  }

  result<void> update(const Key &key, const Value &value, update_mode mode = update_mode::any) const {
    return check(bpf_map_update_elem(fd(), &key, Handle::buffer(value), static_cast<std::uint64_t>(mode)),
                 "update failed");
  }

  /// Removes `key`; the error ENOENT if it was not there.
  result<void> erase(const Key &key) const { return check(bpf_map_delete_elem(fd(), &key), "erase failed"); }

  iterator begin() const { return iterator(static_cast<const Handle &>(*this)); }
  iterator end() const { return iterator(); }

  // As Handle where that has no other.
  static void *buffer(Value &value) noexcept { return &value; }
  static const void *buffer(const Value &value) noexcept { return &value; }
};

/// keyed_map whose values are plain: many at once.
template <typename Handle, typename Key, typename Value> class batched_map : public keyed_map<Handle, Key, Value> {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using keyed_map<Handle, Key, Value>::keyed_map;

  /// Sets `count` elements by one system call (Linux 5.6), or one after the other where the kernel cannot; gives how
  /// many it set.
  result<std::uint32_t> update_batch(const Key *keys, const Value *values, std::uint32_t count) const {
    std::uint32_t done = count;
    if (bpf_map_update_batch(this->fd(), keys, values, &done, nullptr) == 0)
      return done;
    if (!detail::lacks_operation(errno))
      return this->failure("batch update failed");
    for (done = 0; done < count; ++done)
      if (bpf_map_update_elem(this->fd(), &keys[done], &values[done], BPF_ANY) != 0)
        return this->failure("batch update failed");
    return done;
  }

  /// Removes `count` elements in the same way; gives how many there were.
  result<std::uint32_t> erase_batch(const Key *keys, std::uint32_t count) const {
    std::uint32_t done = count;
    if (bpf_map_delete_batch(this->fd(), keys, &done, nullptr) == 0)
      return done;
    if (errno != ENOENT && !detail::lacks_operation(errno))
      return this->failure("batch erase failed");
    if (errno != ENOENT)
      done = 0;
    std::uint32_t erased = done;
    for (std::uint32_t index = done; index < count; ++index)
      if (bpf_map_delete_elem(this->fd(), &keys[index]) == 0)
        ++erased;
      else if (errno != ENOENT)
        return this->failure("batch erase failed");
    return erased;
  }

  /// Calls callback(key, value) for every element; gives how many there were. The kernel copies `chunk` of them at a
  /// time (Linux 5.6; where it cannot, one).
  template <typename Callback> result<std::uint32_t> for_each(Callback &&callback, std::uint32_t chunk = 256) const {
    struct arrays {
      explicit arrays(std::uint32_t count) : keys(new Key[count]), values(new Value[count]) {}
      arrays(const arrays &) = delete;
      arrays &operator=(const arrays &) = delete;
      ~arrays() {
        delete[] keys;
        delete[] values;
      }
      Key *keys;
      Value *values;
    };
    union {
      Key key;
      std::uint64_t hash_bucket; // what hashes have for a cursor
    } cursor{};
    constexpr std::uint32_t most = 1 << 24;
    std::uint32_t total = 0;
    if (chunk == 0)
      chunk = 256;
    for (bool is_first = true;;) {
      const arrays part(chunk);
      std::uint32_t count = chunk;
      const int code = bpf_map_lookup_batch(this->fd(), is_first ? nullptr : &cursor, &cursor, part.keys, part.values,
                                            &count, nullptr);
      if (code != 0 && errno == ENOSPC && chunk < most) { // a bucket of the hash has more
        chunk *= 2;
        continue;
      }
      if (code != 0 && is_first && detail::lacks_operation(errno)) {
        for (const auto &[key, value] : *this)
          callback(key, value), ++total;
        return total;
      }
      is_first = false;
      if (code != 0 && errno != ENOENT)
        return this->failure("batch lookup failed");
      for (std::uint32_t index = 0; index < count; ++index)
        callback(static_cast<const Key &>(part.keys[index]), static_cast<const Value &>(part.values[index]));
      total += count;
      if (code != 0)
        return total;
    }
  }
};

/// BPF_MAP_TYPE_HASH, LRU_HASH, LPM_TRIE, DEVMAP_HASH, SOCKHASH and others whose elements come and go by key.
template <typename Key, typename Value> class hash_map : public batched_map<hash_map<Key, Value>, Key, Value> {
public:
  using batched_map<hash_map<Key, Value>, Key, Value>::batched_map;

  /// Takes the value out of the map (Linux 5.14 and later).
  result<Value> take(const Key &key) const {
    Value value;
    if (bpf_map_lookup_and_delete_elem(this->fd(), &key, &value) == 0)
      return value;
    return this->failure("take failed");
  }
};

/// The elements of a memory-mapped array: read and written without a system call. Move-only; unmapped when it goes.
template <typename Value> class mapped_array {
public:
  mapped_array(void *memory, std::size_t bytes, std::size_t size) noexcept
      : memory_(memory), bytes_(bytes), size_(size) {}
  mapped_array(mapped_array &&other) noexcept : memory_(other.memory_), bytes_(other.bytes_), size_(other.size_) {
    other.memory_ = nullptr;
    other.size_ = 0;
  }
  mapped_array &operator=(mapped_array &&) = delete;
  ~mapped_array() {
    if (memory_ != nullptr)
      detail::unmap_memory(memory_, bytes_);
  }

  /// The kernel lays the elements out in steps of 8 bytes.
  static constexpr std::size_t stride = (sizeof(Value) + 7) / 8 * 8;

  std::size_t size() const noexcept { return size_; }
  Value &operator[](std::size_t index) const noexcept {
    return *reinterpret_cast<Value *>(static_cast<char *>(memory_) + index * stride);
  }

private:
  void *memory_;
  std::size_t bytes_, size_;
};

/// BPF_MAP_TYPE_ARRAY: max_entries() values, all of them always there; and CGROUP_STORAGE's kin with numbers for keys.
template <typename Value> class array_map : public batched_map<array_map<Value>, std::uint32_t, Value> {
public:
  using batched_map<array_map<Value>, std::uint32_t, Value>::batched_map;

  std::uint32_t size() const noexcept { return this->max_entries(); }

  /// The elements as memory, for an array that is defined with BPF_F_MMAPABLE (Linux 5.5).
  result<mapped_array<Value>> memory() const {
    std::size_t bytes = mapped_array<Value>::stride * size();
    void *const memory = detail::map_memory(this->fd(), bytes);
    if (memory == nullptr)
      return this->failure("cannot map it into memory; is it defined with BPF_F_MMAPABLE?");
    return mapped_array<Value>(memory, bytes, size());
  }
};

/// DEVMAP, CPUMAP, XSKMAP, SOCKMAP and REUSEPORT_SOCKARRAY: max_entries() slots, each of which may be empty. What a
/// slot is given may be a descriptor, and what it gives back, where the kernel lets one look, something else, such as a
/// socket's cookie.
template <typename Value> class slot_map : public keyed_map<slot_map<Value>, std::uint32_t, Value> {
public:
  using mapped_type = Value;
  using keyed_map<slot_map<Value>, std::uint32_t, Value>::keyed_map;
  std::uint32_t size() const noexcept { return this->max_entries(); }
};

/// The values of one element of a per-CPU map, one for each possible CPU. In the kernel's buffer each takes a multiple
/// of 8 bytes.
template <typename Value> class percpu {
public:
  percpu() : size_(detail::possible_cpus()), slots_(new slot[size_]) {}
  explicit percpu(const Value &value) : percpu() {
    for (std::size_t cpu = 0; cpu < size_; ++cpu)
      slots_[cpu].value = value;
  }
  percpu(const percpu &other) : size_(other.size_), slots_(new slot[size_]) {
    for (std::size_t cpu = 0; cpu < size_; ++cpu)
      slots_[cpu] = other.slots_[cpu];
  }
  percpu(percpu &&other) noexcept : size_(other.size_), slots_(other.slots_) {
    other.slots_ = nullptr;
    other.size_ = 0;
  }
  percpu &operator=(percpu other) noexcept {
    detail::swap(slots_, other.slots_);
    detail::swap(size_, other.size_);
    return *this;
  }
  ~percpu() { delete[] slots_; }

  std::size_t size() const noexcept { return size_; }
  Value &operator[](std::size_t cpu) { return slots_[cpu].value; }
  const Value &operator[](std::size_t cpu) const { return slots_[cpu].value; }

  /// All CPUs' values put together by `add(total, value)`, or by + for numbers.
  template <typename Total, typename Add> Total accumulate(Total total, Add &&add) const {
    for (std::size_t cpu = 0; cpu < size_; ++cpu)
      total = add(detail::moved(total), slots_[cpu].value);
    return total;
  }
  Value sum() const {
    return accumulate(Value{}, [](Value total, const Value &value) { return static_cast<Value>(total + value); });
  }

  void *data() noexcept { return slots_; }
  const void *data() const noexcept { return slots_; }

private:
  struct alignas(8) slot {
    Value value{};
  };
  static_assert(sizeof(slot) % 8 == 0 && alignof(Value) <= 8, "the kernel lays per-CPU values out in steps of 8 bytes");
  std::size_t size_;
  slot *slots_;
};

/// BPF_MAP_TYPE_PERCPU_HASH and LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE.
template <typename Key, typename Value>
class percpu_hash_map : public keyed_map<percpu_hash_map<Key, Value>, Key, percpu<Value>> {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using keyed_map<percpu_hash_map<Key, Value>, Key, percpu<Value>>::keyed_map;

  static void *buffer(percpu<Value> &values) noexcept { return values.data(); }
  static const void *buffer(const percpu<Value> &values) noexcept { return values.data(); }
};

/// BPF_MAP_TYPE_PERCPU_ARRAY.
template <typename Value>
class percpu_array_map : public keyed_map<percpu_array_map<Value>, std::uint32_t, percpu<Value>> {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using keyed_map<percpu_array_map<Value>, std::uint32_t, percpu<Value>>::keyed_map;
  std::uint32_t size() const noexcept { return this->max_entries(); }

  static void *buffer(percpu<Value> &values) noexcept { return values.data(); }
  static const void *buffer(const percpu<Value> &values) noexcept { return values.data(); }
};

/// BPF_MAP_TYPE_QUEUE, first in first out, and STACK, last in first out.
template <typename Value> class queue_map : public map {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using map::map;

  /// E2BIG if the queue is full, unless its oldest element may go for the new one.
  result<void> push(const Value &value, bool replace_oldest = false) const {
    return check(bpf_map_update_elem(fd(), nullptr, &value, replace_oldest ? BPF_EXIST : BPF_ANY), "push failed");
  }
  /// The next element, which stays; ENOENT if there is none.
  result<Value> peek() const {
    Value value;
    if (bpf_map_lookup_elem(fd(), nullptr, &value) == 0)
      return value;
    return failure("peek failed");
  }
  /// Takes the next element; ENOENT if there is none.
  result<Value> pop() const {
    Value value;
    if (bpf_map_lookup_and_delete_elem(fd(), nullptr, &value) == 0)
      return value;
    return failure("pop failed");
  }
};

/// BPF_MAP_TYPE_BLOOM_FILTER.
template <typename Value> class bloom_filter_map : public map {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using map::map;

  result<void> add(const Value &value) const {
    return check(bpf_map_update_elem(fd(), nullptr, &value, BPF_ANY), "add failed");
  }
  /// False if the value was surely never added; true if it probably was.
  bool may_contain(Value value) const noexcept { return bpf_map_lookup_elem(fd(), nullptr, &value) == 0; }
};

/// Maps from an index to what only a descriptor names: PROG_ARRAY, CGROUP_ARRAY and PERF_EVENT_ARRAY.
class descriptor_map : public map {
public:
  using map::map;
  std::uint32_t size() const noexcept { return max_entries(); }

  /// Puts what `descriptor` names into the slot; the descriptor may be closed then.
  result<void> update(std::uint32_t index, int descriptor) const;
  /// The same for what has a descriptor: a program or map of a skeleton.
  template <typename Owner, typename = decltype(static_cast<const Owner *>(nullptr)->fd())>
  result<void> update(std::uint32_t index, const Owner &owner) const {
    return update(index, owner.fd());
  }
  /// Empties the slot; ENOENT if it was.
  result<void> erase(std::uint32_t index) const;
};

/// BPF_MAP_TYPE_PROG_ARRAY: `tail_calls.update(0, skeleton.programs().parse)`.
class program_array_map : public descriptor_map {
public:
  using descriptor_map::descriptor_map;
};

/// BPF_MAP_TYPE_CGROUP_ARRAY, of descriptors of folders in the cgroup file system.
class cgroup_array_map : public descriptor_map {
public:
  using descriptor_map::descriptor_map;
};

/// A call stack: instruction addresses, from the innermost on.
struct stack_frames {
  static constexpr std::size_t capacity = 127; // PERF_MAX_STACK_DEPTH of the kernel
  std::uint64_t addresses[capacity];
  std::size_t count;

  const std::uint64_t *begin() const noexcept { return addresses; }
  const std::uint64_t *end() const noexcept { return addresses + count; }
  std::size_t size() const noexcept { return count; }
};

/// BPF_MAP_TYPE_STACK_TRACE, by the numbers that bpf_get_stackid() gives.
class stack_trace_map : public map {
public:
  using map::map;

  /// ENOENT if there is no stack of that number.
  result<stack_frames> lookup(std::uint32_t id) const;
  result<void> erase(std::uint32_t id) const;
};

/// SK_STORAGE, INODE_STORAGE, TASK_STORAGE and CGRP_STORAGE: a value for a socket, file, thread or control group, each
/// named by a descriptor (of a thread: a pidfd).
template <typename Value> class local_storage_map : public map {
  static_assert(__is_trivially_copyable(Value), "values are copied as bytes");

public:
  using mapped_type = Value;
  using map::map;

  result<Value> lookup(int owner) const {
    Value value;
    if (bpf_map_lookup_elem(fd(), &owner, &value) == 0)
      return value;
    return failure("lookup failed");
  }
  result<void> update(int owner, const Value &value, update_mode mode = update_mode::any) const {
    return check(bpf_map_update_elem(fd(), &owner, &value, static_cast<std::uint64_t>(mode)), "update failed");
  }
  result<void> erase(int owner) const { return check(bpf_map_delete_elem(fd(), &owner), "erase failed"); }
};

/// BPF_MAP_TYPE_ARENA (Linux 6.9, libbpf 1.4): memory that the BPF program and the host share, at the same addresses.
class arena_map : public map {
public:
  using map::map;

  /// Where a pointer of the BPF program's into the arena, which skeletons give as a number, points to for the host.
  /// What lies there is the BPF program's to say: an address that is none of the arena is not noticed.
  template <typename T> T *pointer(std::uint64_t address) const noexcept {
    return reinterpret_cast<T *>(static_cast<std::uintptr_t>(address));
  }
};

/// A map that is in no skeleton, held by its descriptor, which it closes. Used like the map: `inner->lookup(1)`.
template <typename Map> class owned_map {
public:
  explicit owned_map(int fd) noexcept : map_(fd) {}
  owned_map(owned_map &&other) noexcept : map_(other.map_) { other.map_ = Map(-1); }
  owned_map &operator=(owned_map &&other) noexcept {
    detail::swap(map_, other.map_);
    return *this;
  }
  ~owned_map() {
    if (map_.fd() >= 0)
      detail::close_descriptor(map_.fd());
  }

  int fd() const noexcept { return map_.fd(); }
  const Map &operator*() const noexcept { return map_; }
  const Map *operator->() const noexcept { return &map_; }

private:
  Map map_;
};

/// What the definition of a map of maps says of those that it holds: BPF_MAP_TYPE_*, sizes in bytes, BPF_F_*.
template <std::uint32_t Type, std::uint32_t KeySize, std::uint32_t ValueSize, std::uint32_t MaxEntries,
          std::uint32_t Flags>
struct inner_definition {
  static constexpr std::uint32_t max_entries = MaxEntries;
  /// `options` has the types of key and value. A kernel that takes none for this type of map gets none, as from
  /// libbpf's bpf_object__create_map().
  static int create(std::uint32_t count, bpf_map_create_opts &options) noexcept {
    options.map_flags = Flags;
    int fd = bpf_map_create(static_cast<bpf_map_type>(Type), nullptr, KeySize, ValueSize, count, &options);
    if (fd < 0 && options.btf_fd != 0) {
      options.btf_fd = options.btf_key_type_id = options.btf_value_type_id = 0;
      fd = bpf_map_create(static_cast<bpf_map_type>(Type), nullptr, KeySize, ValueSize, count, &options);
    }
    return fd;
  }
};

/// BPF_MAP_TYPE_HASH_OF_MAPS and ARRAY_OF_MAPS, whose key is the index. `Inner` is the class of the maps that it holds.
template <typename Key, typename Inner, typename Definition = void> class map_of_maps : public map {
public:
  using key_type = Key;
  using mapped_type = Inner;
  using map::map;
  /// `owner` has the BTF of the inner maps.
  map_of_maps(bpf_map *native, const bpf_object *owner) noexcept : map(native), owner_(owner) {}

  /// A new map that can be put in: of `max_entries`, or as many as the definition's, and else as the definition says.
  /// An array can be put in only with as many entries as the definition's.
  result<owned_map<Inner>> create(std::uint32_t max_entries = 0) const {
    static_assert(!detail::is_void<Definition>, "the map's definition says nothing of what it holds");
    detail::sized<bpf_map_create_opts> options;
    if (owner_ != nullptr) // locks, timers and kernel pointers in values need their types
      detail::set_inner_types(options, owner_, name());
    const int fd = Definition::create(max_entries != 0 ? max_entries : Definition::max_entries, options);
    if (fd < 0)
      return failure("cannot make an inner map");
    return owned_map<Inner>(fd);
  }

  /// The map at `key`; ENOENT if there is none.
  result<owned_map<Inner>> lookup(const Key &key) const {
    std::uint32_t id = 0;
    if (bpf_map_lookup_elem(fd(), &key, &id) != 0)
      return failure("lookup failed");
    const int fd = bpf_map_get_fd_by_id(id);
    if (fd < 0)
      return failure("cannot open the map that it holds");
    return owned_map<Inner>(fd);
  }

  result<void> update(const Key &key, int inner_fd) const {
    return check(bpf_map_update_elem(fd(), &key, &inner_fd, BPF_ANY), "update failed");
  }
  result<void> update(const Key &key, const Inner &inner) const { return update(key, inner.fd()); }
  result<void> update(const Key &key, const owned_map<Inner> &inner) const { return update(key, inner.fd()); }
  result<void> erase(const Key &key) const { return check(bpf_map_delete_elem(fd(), &key), "erase failed"); }

private:
  const bpf_object *owner_ = nullptr;
};

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/map.hpp>
#endif
