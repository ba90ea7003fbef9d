// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The bytes of a packet, which are there only as far as the program has looked. Values are in network byte order.
//
//     SEC("xdp") int count(xdp_md *ctx)
//     {
//         bpf::packet packet(ctx);
//         auto eth = packet.pull<ethhdr>();
//         if (!eth || eth->h_proto != bpf::network(u16(ETH_P_IP)))
//             return XDP_PASS;
//         auto ip = packet.pull<iphdr>();
#ifndef BPF_HELPERS_PACKET_HPP
#define BPF_HELPERS_PACKET_HPP

#include <bpf_helpers/call.hpp>

namespace bpf {

// A number in network byte order, or from it.
template <class T> [[nodiscard]] BPF_INLINE constexpr T network(T value)
{
	static_assert(sizeof(T) <= 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if constexpr (sizeof(T) == 2)
		return __builtin_bswap16(value);
	else if constexpr (sizeof(T) == 4)
		return __builtin_bswap32(value);
	else if constexpr (sizeof(T) == 8)
		return __builtin_bswap64(value);
#endif
	return value;
}

// A position in the packet of an XDP, tc, cgroup_skb, sk_skb or flow dissector program, which moves from header to header.
class packet {
public:
	template <class Context>
	BPF_INLINE explicit packet(const Context *context)
	    : position((u8 *)(unsigned long)context->data), start(position), finish((u8 *)(unsigned long)context->data_end)
	{
	}

	// The header at the position, which moves behind it; null, and the position stays, where the packet ends before.
	template <class Header> [[nodiscard]] BPF_INLINE nullable<Header> pull()
	{
		auto *header = reinterpret_cast<Header *>(position);
		if (reinterpret_cast<u8 *>(header + 1) > finish)
			return nullptr;
		__builtin_assume(header != nullptr);
		position += sizeof(Header);
		return header;
	}

	// The same, but that the position stays.
	template <class Header> [[nodiscard]] BPF_INLINE nullable<Header> peek() const
	{
		auto *header = reinterpret_cast<Header *>(position);
		if (reinterpret_cast<u8 *>(header + 1) > finish)
			return nullptr;
		__builtin_assume(header != nullptr);
		return header;
	}

	// Moves the position, as behind the options of a header; whether the packet goes so far, the next pull() or peek() finds.
	BPF_INLINE void advance(u32 bytes) { position += bytes; }

	// Bytes from the position on, and of all.
	[[nodiscard]] BPF_INLINE u64 remaining() const { return finish - position; }
	[[nodiscard]] BPF_INLINE u64 size() const { return finish - start; }

private:
	u8 *position, *start, *finish;
};

} // namespace bpf

#endif
