// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// TCP connections when they end: who had them, with whom, how long, and how many bytes went each way.
//
// The kernel tells of every change of a socket's state. A connection is born with its first; who it belongs to is known where
// a process acts on it (SYN_SENT, LAST_ACK), for later states are reached when packets arrive, whoever runs then.
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>

struct address {
	u8 bytes[16]; // an IPv4 address has the last 4
	u16 port;
};

struct life {
	u64 opened_ns; // since boot
	u64 lasted_ns;
	u64 sent, received; // bytes
	address local, remote;
	u32 pid;
	u16 family;
	char comm[16];
};

struct owner {
	u32 pid;
	char comm[16];
};

namespace filter {
const volatile u16 port = 0; // 0: all
} // namespace filter

u64 lost; // connections of which there was no room to tell

bpf::lru_hash<const void *, u64, 65536> births;
bpf::lru_hash<const void *, owner, 65536> owners;
bpf::ringbuf<256 * 1024, life> lives;

using state_change = trace_event_raw_inet_sock_set_state;

static bool is_wanted(u16 local_port, u16 remote_port)
{
	return filter::port == 0 || filter::port == local_port || filter::port == remote_port;
}

static void remember_owner(const void *socket)
{
	owner owner = {};

	owner.pid = bpf::current_pid();
	bpf::current_comm(owner.comm);
	owners.update(socket, owner);
}

static void tell(const state_change *change, const tcp_sock *socket, u64 born_ns)
{
	auto life = lives.reserve();
	if (!life) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	life->opened_ns = born_ns;
	life->lasted_ns = bpf::ktime_ns() - born_ns;
	life->sent = bpf::core_read<&tcp_sock::bytes_acked>(socket);
	life->received = bpf::core_read<&tcp_sock::bytes_received>(socket);
	bpf::core_read_into<&state_change::saddr_v6>(life->local.bytes, change);
	bpf::core_read_into<&state_change::daddr_v6>(life->remote.bytes, change);
	life->local.port = bpf::core_read<&state_change::sport>(change);
	life->remote.port = bpf::core_read<&state_change::dport>(change);
	life->family = bpf::core_read<&state_change::family>(change);
	if (auto owner = owners.lookup(socket)) {
		life->pid = owner->pid;
		__builtin_memcpy(life->comm, owner->comm, sizeof(life->comm));
	} else {
		life->pid = 0;
		life->comm[0] = '\0';
	}
	life.submit();
}

SEC("tp/sock/inet_sock_set_state")
int on_change(const state_change *change)
{
	// Each member once: the verifier takes no address of a member of the context.
	const int state = change->newstate;
	auto *socket = static_cast<const tcp_sock *>(change->skaddr);

	if (change->protocol != IPPROTO_TCP || !is_wanted(change->sport, change->dport))
		return 0;
	if (state == TCP_SYN_SENT || state == TCP_LAST_ACK)
		remember_owner(socket);
	if (state < TCP_FIN_WAIT1)
		births.update(socket, bpf::ktime_ns(), bpf::only_new);
	if (state != TCP_CLOSE)
		return 0;
	if (auto born_ns = births.lookup(socket))
		tell(change, socket, *born_ns);
	births.erase(socket);
	owners.erase(socket);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
