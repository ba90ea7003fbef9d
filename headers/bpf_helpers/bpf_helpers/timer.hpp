// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Timers, which are members of maps' values. Since Linux 5.15.
//
//     struct session { bpf_timer timer; u64 bytes; };
//     bpf::hash<u32, session, 1024> sessions;
//
//     auto session = sessions.lookup(id);
//     …
//     bpf::timer_init(session->timer, sessions);
//     bpf::timer_set_callback(session->timer, sessions, [](const u32 &id, session &) { sessions.erase(id); });
//     bpf::timer_start(session->timer, 1'000'000'000);
#ifndef BPF_HELPERS_TIMER_HPP
#define BPF_HELPERS_TIMER_HPP

#include <bpf_helpers/map.hpp>

struct bpf_timer;

namespace bpf {

enum class clock : u64 { realtime = 0, monotonic = 1, boottime = 7 };

namespace detail {
template <class Map, class Function>
static int expire(Map *, const typename Map::key_type *key, typename Map::value_type *value)
{
	Function function;
	function(*key, *value);
	return 0;
}
} // namespace detail

// Makes the timer one of the map that it is in. Returns 0, -EBUSY if it is already, or another negative error.
template <class Map> BPF_INLINE long timer_init(struct bpf_timer &timer, Map &map, clock which = clock::monotonic)
{
	return detail::call<169, long>(&timer, &map, u64(which));
}

// Says what the timer calls: function(key, value), which captures nothing. Returns 0, or a negative error.
template <class Map, class Function> requires (__is_empty(Function))
BPF_INLINE long timer_set_callback(struct bpf_timer &timer, Map &, Function)
{
	return detail::call<170, long>(&timer, &detail::expire<Map, Function>);
}

// Starts it, or starts it anew. Returns 0, or a negative error.
BPF_INLINE long timer_start(struct bpf_timer &timer, u64 nanoseconds, u64 flags = 0)
{
	return detail::call<171, long>(&timer, nanoseconds, flags);
}

// Stops it, and waits for its callback. Returns 1 if it was running, 0 if not, or a negative error.
BPF_INLINE long timer_cancel(struct bpf_timer &timer) { return detail::call<172, long>(&timer); }

} // namespace bpf

#endif
