// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// What maps have in common: their definition and the operations on keys and values.
#ifndef BPF_HELPERS_MAP_HPP
#define BPF_HELPERS_MAP_HPP

#include <bpf_helpers/call.hpp>

namespace bpf {

// What update() does where the key is there already, or is not.
enum update_flags : u64 {
	any = 0,
	only_new = 1,      // BPF_NOEXIST: -EEXIST if it is there
	only_existing = 2, // BPF_EXIST: -ENOENT if it is not
	with_lock = 4,     // BPF_F_LOCK: under the value's bpf_spin_lock
};

// For the last argument of map types: what else the kernel is to know of the map.
enum map_flags : unsigned {
	no_prealloc = 1u << 0,
	no_common_lru = 1u << 1,
	numa_node = 1u << 2,
	read_only_for_user = 1u << 3,
	write_only_for_user = 1u << 4,
	read_only = 1u << 7,
	write_only = 1u << 8,
	mmapable = 1u << 10,
	preserve_elements = 1u << 11,
	inner_map = 1u << 12,
};

// What the callback of for_each(), loop() and drain() returns, if it returns anything.
enum class step : long { next = 0, stop = 1 };

namespace detail {

// The numbers of a map's definition are array bounds, which is how libbpf reads them.
template <unsigned N> using number = int (*)[N];

// The definition of a map. A variable of a type that is derived from it goes into the section .maps.
template <unsigned Type, class Key, class Value, unsigned Entries, unsigned Flags>
class [[clang::annotate("bpf_map")]] map {
	static_assert(sizeof(Key) != 0 && sizeof(Value) != 0, "keys and values are defined before their map");

public:
	using key_type = Key;
	using value_type = Value;

protected:
	constexpr map() = default;

	number<Type> type{};
	Key *key{};
	Value *value{};
	number<Entries> max_entries{};
	number<Flags> map_flags{};
};

// A map without keys and values that have types: a buffer, of records or of bytes. The record's type, which libbpf has no
// place for, is that of the array whose bound is the number: so it is in the object, and the skeleton has it.
template <class Record> struct element { using type = Record; };
template <> struct element<void> { using type = int; };
template <unsigned Type, class Record, unsigned Bytes>
class [[clang::annotate("bpf_map")]] buffer {
protected:
	constexpr buffer() = default;

	typename element<Record>::type (*type)[Type]{};
	number<Bytes> max_entries{};
};

// A map with values that have no keys: a queue.
template <unsigned Type, class Value, unsigned Entries, unsigned Flags>
class [[clang::annotate("bpf_map")]] map<Type, void, Value, Entries, Flags> {
	static_assert(sizeof(Value) != 0, "values are defined before their map");

public:
	using value_type = Value;

protected:
	constexpr map() = default;

	number<Type> type{};
	Value *value{};
	number<Entries> max_entries{};
	number<Flags> map_flags{};
};

// The function that the kernel calls back with the address of a callable, whose result tells whether to go on.
template <class Callable, class... Arguments> BPF_INLINE long run(Callable &callable, Arguments &&...values)
{
	if constexpr (is_same<decltype(callable(values...)), void>) {
		callable(values...);
		return 0;
	} else {
		return static_cast<long>(callable(values...));
	}
}

// A map in which keys can be looked up.
template <unsigned Type, class Key, class Value, unsigned Entries, unsigned Flags>
class lookup_map : public map<Type, Key, Value, Entries, Flags> {
public:
	// The value in the map, to be read and written in place; null where the key is not there.
	[[nodiscard]] BPF_INLINE nullable<Value> lookup(const Key &key)
	{
		return call<1, Value *>(this, &key);
	}
};

// A map whose elements a program can change.
template <unsigned Type, class Key, class Value, unsigned Entries, unsigned Flags>
class element_map : public lookup_map<Type, Key, Value, Entries, Flags> {
public:
	// Returns 0, or -E2BIG where the map is full, -EEXIST, -ENOENT, -ENOMEM, -EBUSY.
	BPF_INLINE long update(const Key &key, const Value &value, u64 flags = any)
	{
		return call<2, long>(this, &key, &value, flags);
	}

	// Calls function(key, value) for each element, until it returns step::stop; returns how often. Since Linux 5.13.
	template <class Function> BPF_INLINE long for_each(Function function)
	{
		return call<164, long>(this, &visit<Function>, &function, u64(0));
	}

	// Calls function(key, value, state), which captures nothing: the kernel passes the state, a variable of the caller, on.
	template <class State, class Function> requires (__is_empty(Function))
	BPF_INLINE long for_each(State &state, Function)
	{
		return call<164, long>(this, &visit_with<State, Function>, &state, u64(0));
	}

private:
	template <class Function> static long visit(element_map *, const Key *key, Value *value, Function *function)
	{
		return run(*function, *key, *value);
	}
	template <class State, class Function>
	static long visit_with(element_map *, const Key *key, Value *value, State *state)
	{
		Function function;
		return run(function, *key, *value, *state);
	}
};

// A map whose elements come and go.
template <unsigned Type, class Key, class Value, unsigned Entries, unsigned Flags>
class hash_map : public element_map<Type, Key, Value, Entries, Flags> {
public:
	// Returns 0, or -ENOENT.
	BPF_INLINE long erase(const Key &key) { return call<3, long>(this, &key); }

	// The value in the map, which is the given one if the key was not there; null where the map is full.
	[[nodiscard]] BPF_INLINE nullable<Value> lookup_or_insert(const Key &key, const Value &value)
	{
		Value *found = call<1, Value *>(this, &key);
		if (!found) [[unlikely]] {
			call<2, long>(this, &key, &value, u64(only_new));
			found = call<1, Value *>(this, &key);
		}
		return found;
	}
};

// A map that has each value once for each CPU; lookup() gives that of the CPU on which the program runs.
template <class Map> class percpu : public Map {
public:
	// The value of another CPU. Since Linux 5.19.
	[[nodiscard]] BPF_INLINE nullable<typename Map::value_type> lookup_on(u32 cpu, const typename Map::key_type &key)
	{
		return call<195, typename Map::value_type *>(this, &key, cpu);
	}
};

// Values that hang on an object of the kernel and go with it.
template <unsigned Type, class Owner, class Value, unsigned Get, unsigned Delete>
class storage : public map<Type, int, Value, 0, no_prealloc> {
public:
	// The owner's value; null where it has none.
	[[nodiscard]] BPF_INLINE nullable<Value> lookup(Owner *owner)
	{
		return call<Get, Value *>(this, owner, static_cast<Value *>(nullptr), u64(0));
	}

	// The owner's value, made of zeros if it has none; null where there is no memory.
	[[nodiscard]] BPF_INLINE nullable<Value> lookup_or_create(Owner *owner)
	{
		return call<Get, Value *>(this, owner, static_cast<Value *>(nullptr), u64(1));
	}

	[[nodiscard]] BPF_INLINE nullable<Value> lookup_or_insert(Owner *owner, const Value &value)
	{
		return call<Get, Value *>(this, owner, &value, u64(1));
	}

	// Returns 0, or -ENOENT.
	BPF_INLINE long erase(Owner *owner) { return call<Delete, long>(this, owner); }
};

} // namespace detail
} // namespace bpf

#endif
