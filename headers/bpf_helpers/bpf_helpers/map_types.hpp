// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// A class for every type of map. A variable of one is the definition of a map, which needs no SEC:
//
//     bpf::lru_hash<pid_t, u64, 10240> started;
//     bpf::pinned<bpf::array<config, 1>> settings;
#ifndef BPF_HELPERS_MAP_TYPES_HPP
#define BPF_HELPERS_MAP_TYPES_HPP

#include <bpf_helpers/map.hpp>

namespace bpf {

// ---- Keys and values ----------------------------------------------------------------------------------

template <class Key, class Value, unsigned Entries, unsigned Flags = 0>
class hash : public detail::hash_map<1, Key, Value, Entries, Flags> {};

// Forgets what has not been used for longest when it is full.
template <class Key, class Value, unsigned Entries, unsigned Flags = 0>
class lru_hash : public detail::hash_map<9, Key, Value, Entries, Flags> {};

template <class Key, class Value, unsigned Entries, unsigned Flags = 0>
class percpu_hash : public detail::percpu<detail::hash_map<5, Key, Value, Entries, Flags>> {};

template <class Key, class Value, unsigned Entries, unsigned Flags = 0>
class lru_percpu_hash : public detail::percpu<detail::hash_map<10, Key, Value, Entries, Flags>> {};

// Has the keys 0 to Entries - 1 from the beginning.
template <class Value, unsigned Entries, unsigned Flags = 0>
class array : public detail::element_map<2, u32, Value, Entries, Flags> {};

template <class Value, unsigned Entries, unsigned Flags = 0>
class percpu_array : public detail::percpu<detail::element_map<6, u32, Value, Entries, Flags>> {};

// A key of lpm_trie: so many bits of the data, from its first byte on (network byte order), matter.
template <class Data> struct lpm_key {
	u32 prefix_length;
	Data data;
};

// Finds the longest prefix of a key that is there.
template <class Data, class Value, unsigned Entries>
class lpm_trie : public detail::hash_map<11, lpm_key<Data>, Value, Entries, no_prealloc> {};

// ---- Values without keys ------------------------------------------------------------------------------

namespace detail {
template <unsigned Type, class Value, unsigned Entries> class list_map : public map<Type, void, Value, Entries, 0> {
public:
	// Returns 0, or -E2BIG where the map is full; replacing makes room.
	BPF_INLINE long push(const Value &value, bool replacing = false)
	{
		return call<87, long>(this, &value, replacing ? u64(2) : u64(0));
	}
	// Return 0, or -ENOENT where the map is empty.
	BPF_INLINE long pop(Value &value) { return call<88, long>(this, &value); }
	BPF_INLINE long peek(Value &value) { return call<89, long>(this, &value); }
};
} // namespace detail

// First in, first out.
template <class Value, unsigned Entries> class queue : public detail::list_map<22, Value, Entries> {};

// Last in, first out.
template <class Value, unsigned Entries> class stack : public detail::list_map<23, Value, Entries> {};

// Tells for sure what was never added. Since Linux 5.16.
template <class Value, unsigned Entries> class bloom_filter : public detail::map<30, void, Value, Entries, 0> {
public:
	BPF_INLINE long add(const Value &value) { return detail::call<87, long>(this, &value, u64(0)); }
	BPF_INLINE bool may_contain(const Value &value) { return detail::call<89, long>(this, &value) == 0; }
};

// ---- To user space and from it ------------------------------------------------------------------------

// Room in a ring buffer for a T, or null. What is not submitted is given up at the end of the scope; a record that is used
// unasked (-Wbpf-null), or after it was submitted (-Wconsumed), is an error.
template <class T> class [[clang::consumable(unknown)]] record {
public:
	BPF_INLINE explicit record(T *pointer) : pointer(pointer) {}
	BPF_INLINE record(record &&other) : pointer(other.pointer) { other.pointer = nullptr; }
	record &operator=(record &&) = delete;
	BPF_INLINE ~record()
	{
		if (pointer)
			detail::call<133, void>(pointer, u64(0));
	}

	BPF_INLINE explicit operator bool() const { return pointer; }
	BPF_UNTIL_HANDED_OVER T &operator*() const { return *pointer; }
	BPF_UNTIL_HANDED_OVER T *operator->() const { return pointer; }

	// Hands the record to the reader. flags: BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP.
	[[clang::set_typestate(consumed)]] BPF_UNTIL_HANDED_OVER void submit(u64 flags = 0)
	{
		detail::call<132, void>(pointer, flags);
		pointer = nullptr;
	}
	// Gives the record up.
	[[clang::set_typestate(consumed)]] BPF_UNTIL_HANDED_OVER void discard(u64 flags = 0)
	{
		detail::call<133, void>(pointer, flags);
		pointer = nullptr;
	}

private:
	T *pointer;
};

// One buffer for all CPUs, of a size in bytes that is a power of two and of whole pages. Since Linux 5.8.
//
// bpf::ringbuf<256 * 1024, event> has records of one type, which is in the skeleton too; bpf::ringbuf<256 * 1024> of any.
template <unsigned Bytes, class Record = void> class ringbuf : public detail::buffer<27, Record, Bytes> {
	template <class T>
	static constexpr bool has_records_of = detail::is_same<Record, void> || detail::is_same<Record, T>;

public:
	// Room for a T, whose bytes are not zeroed; none where the reader is behind.
	template <class T = Record> requires has_records_of<T> [[nodiscard]] BPF_INLINE record<T> reserve()
	{
		return record<T>(detail::call<131, T *>(this, u64(sizeof(T)), u64(0)));
	}

	// Copies the data. Returns 0, or -EAGAIN where there is no room.
	template <class T> requires has_records_of<T> BPF_INLINE long output(const T &data, u64 flags = 0)
	{
		return detail::call<130, long>(this, &data, u64(sizeof(T)), flags);
	}

	// Bytes that the reader has not consumed.
	BPF_INLINE u64 available() { return detail::call<134, u64>(this, u64(0)); }
};

// What user space writes and the program reads. Since Linux 6.1.
template <unsigned Bytes> class user_ringbuf : public detail::buffer<31, void, Bytes> {
public:
	// Calls function(const bpf_dynptr &) for each record, until it returns step::stop. Returns how many there were, or
	// -EBUSY, -EINVAL, -EPERM.
	template <class Function> BPF_INLINE long drain(Function function, u64 flags = 0)
	{
		return detail::call<209, long>(this, &visit<Function>, &function, flags);
	}

private:
	template <class Function> static long visit(struct bpf_dynptr *record, Function *function)
	{
		return detail::run(*function, *record);
	}
};

// A buffer for each CPU.
class perf_event_array : public detail::map<4, int, u32, 0, 0> {
public:
	static constexpr u64 current_cpu = 0xffffffff;

	// Copies the data into the buffer of this CPU. Returns 0, or -ENOSPC where there is no room.
	template <class Context, class T> BPF_INLINE long output(Context *context, const T &data, u64 flags = current_cpu)
	{
		return detail::call<25, long>(context, this, flags, &data, u64(sizeof(T)));
	}
};

// Call stacks of up to Depth addresses, by numbers.
template <unsigned Entries, unsigned Depth = 127>
class stack_trace : public detail::lookup_map<7, u32, u64[Depth], Entries, 0> {
public:
	// The number of the stack that is running, or a negative error. flags: BPF_F_USER_STACK, and frames to skip.
	template <class Context> BPF_INLINE long current_id(Context *context, u64 flags = 0)
	{
		return detail::call<27, long>(context, this, flags);
	}
};

// Memory that the program and user space share, at addresses that both can use. Since Linux 6.9.
template <unsigned Pages> class arena : public detail::buffer<33, void, Pages> {
	detail::number<mmapable> map_flags{};
};

// ---- Programs and maps in maps ------------------------------------------------------------------------

// Programs of one type for tail calls: bpf::prog_array<int(xdp_md *), 2> stages{{parse_ip, parse_tcp}};
template <class Program, unsigned Entries> class prog_array : public detail::map<3, u32, u32, Entries, 0> {
public:
	constexpr prog_array() = default;
	template <unsigned Count> requires (Count <= Entries) constexpr prog_array(Program *const (&programs)[Count])
	{
		for (unsigned i = 0; i < Count; ++i)
			values[i] = programs[i];
	}

	// Goes on in the program under the index, and returns only if there is none.
	template <class Context> BPF_INLINE void tail_call(Context *context, u32 index)
	{
		detail::call<12, long>(context, this, index);
	}

private:
	Program *values[Entries]{};
};

namespace detail {
template <unsigned Type, class Key, class Inner, unsigned Entries> class outer_map : public map<Type, Key, u32, Entries, 0> {
public:
	constexpr outer_map() = default;
	template <unsigned Count> requires (Count <= Entries) constexpr outer_map(Inner *const (&maps)[Count])
	{
		for (unsigned i = 0; i < Count; ++i)
			values[i] = maps[i];
	}

	// The map under the key; null where there is none.
	[[nodiscard]] BPF_INLINE nullable<Inner> lookup(const Key &key) { return call<1, Inner *>(this, &key); }

private:
	Inner *values[Entries]{};
};
} // namespace detail

// bpf::array_of_maps<bpf::hash<u32, u64, 64>, 2> tables{{&first, &second}};
template <class Inner, unsigned Entries> class array_of_maps : public detail::outer_map<12, u32, Inner, Entries> {
	using detail::outer_map<12, u32, Inner, Entries>::outer_map;
};

template <class Key, class Inner, unsigned Entries> class hash_of_maps : public detail::outer_map<13, Key, Inner, Entries> {};

// ---- Values of the kernel's objects -------------------------------------------------------------------

template <class Value> class sk_storage : public detail::storage<24, void, Value, 107, 108> {};
template <class Value> class inode_storage : public detail::storage<28, inode, Value, 145, 146> {};
template <class Value> class task_storage : public detail::storage<29, task_struct, Value, 156, 157> {};
template <class Value> class cgrp_storage : public detail::storage<32, cgroup, Value, 210, 211> {};

// ---- Sockets, devices, CPUs and cgroups ---------------------------------------------------------------

namespace detail {
template <unsigned Type, class Value, unsigned Entries> class redirect_map : public map<Type, u32, Value, Entries, 0> {
public:
	// What an XDP program returns to send the packet to the key's target; the lower bits of the flags where there is none.
	BPF_INLINE int redirect(u32 key, u64 flags = 0) { return call<51, long>(this, u64(key), flags); }
};

template <unsigned Type, class Key, unsigned Entries, unsigned Update>
class socket_map : public map<Type, Key, u32, Entries, 0> {
public:
	// Adds the socket of a sock_ops program. Returns 0, or a negative error.
	template <class Operations> BPF_INLINE long add(Operations *operations, const Key &key, u64 flags = any)
	{
		return call<Update, long>(operations, this, &key, flags);
	}
};
} // namespace detail

template <unsigned Entries, class Value = u32> class devmap : public detail::redirect_map<14, Value, Entries> {};
template <unsigned Entries, class Value = u32> class devmap_hash : public detail::redirect_map<25, Value, Entries> {};
template <unsigned Entries, class Value = u32> class cpumap : public detail::redirect_map<16, Value, Entries> {};
template <unsigned Entries> class xskmap : public detail::redirect_map<17, u32, Entries> {};

template <unsigned Entries> class sockmap : public detail::socket_map<15, u32, Entries, 53> {
public:
	// Send a packet (sk_skb) or message (sk_msg) to the key's socket; what the program returns.
	template <class Packet> BPF_INLINE long redirect_packet(Packet *packet, u32 key, u64 flags = 0)
	{
		return detail::call<52, long>(packet, this, key, flags);
	}
	template <class Message> BPF_INLINE long redirect_message(Message *message, u32 key, u64 flags = 0)
	{
		return detail::call<60, long>(message, this, key, flags);
	}
};

template <class Key, unsigned Entries> class sockhash : public detail::socket_map<18, Key, Entries, 70> {
public:
	template <class Packet> BPF_INLINE long redirect_packet(Packet *packet, const Key &key, u64 flags = 0)
	{
		return detail::call<72, long>(packet, this, &key, flags);
	}
	template <class Message> BPF_INLINE long redirect_message(Message *message, const Key &key, u64 flags = 0)
	{
		return detail::call<71, long>(message, this, &key, flags);
	}
};

template <unsigned Entries> class reuseport_sockarray : public detail::map<20, u32, u64, Entries, 0> {
public:
	// Gives the packet of a sk_reuseport program to the key's socket. Returns 0, or a negative error.
	template <class Context> BPF_INLINE long select(Context *context, const u32 &key)
	{
		return detail::call<82, long>(context, this, &key, u64(0));
	}
};

template <unsigned Entries> class cgroup_array : public detail::map<8, u32, u32, Entries, 0> {
public:
	// Whether the current task is below the key's cgroup: 1, 0, or a negative error.
	BPF_INLINE long has_current_task(u32 key) { return detail::call<37, long>(this, key); }
};

// Storage of the cgroup to which a program is attached. cgrp_storage serves all programs, since Linux 6.2.
struct cgroup_key {
	u64 cgroup_inode;
	u32 attach_type;
};

namespace detail {
template <unsigned Type, class Value> class attached_storage : public map<Type, cgroup_key, Value, 0, 0> {
public:
	BPF_INLINE Value &get() { return *call<81, Value *>(this, u64(0)); }
};
} // namespace detail

template <class Value> class cgroup_storage : public detail::attached_storage<19, Value> {};
template <class Value> class percpu_cgroup_storage : public detail::attached_storage<21, Value> {};

// ---- More to say of a map -----------------------------------------------------------------------------

// A map that libbpf pins under its name, and shares with whoever pins that name too.
template <class Map> class pinned : public Map {
	detail::number<1> pinning{};
};

// A map whose memory is on a node.
template <class Map, unsigned Node> class on_node : public Map {
	detail::number<Node> numa_node{};
};

} // namespace bpf

#endif
