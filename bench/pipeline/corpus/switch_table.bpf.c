// A large switch, as tools have that classify system calls.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

enum call_class { CLASS_OTHER, CLASS_FILE, CLASS_NET, CLASS_MEMORY, CLASS_PROCESS, CLASS_SIGNAL, CLASS_TIME, CLASS_COUNT };

u64 calls[CLASS_COUNT];

static int classify(long number)
{
	switch (number) {
	case 0: case 1: case 2: case 3: case 4: case 5: case 6: case 8: case 16: case 17: case 18: case 19: case 20: case 21:
	case 32: case 33: case 72: case 73: case 74: case 75: case 76: case 77: case 78: case 82: case 83: case 84: case 85:
	case 86: case 87: case 88: case 89: case 90: case 91: case 92: case 257: case 258: case 259: case 260: case 263:
		return CLASS_FILE;
	case 41: case 42: case 43: case 44: case 45: case 46: case 47: case 48: case 49: case 50: case 51: case 52: case 53:
	case 54: case 55: case 288: case 299: case 307:
		return CLASS_NET;
	case 9: case 10: case 11: case 12: case 25: case 26: case 27: case 28: case 149: case 150: case 151: case 152:
		return CLASS_MEMORY;
	case 56: case 57: case 58: case 59: case 60: case 61: case 231: case 322: case 435:
		return CLASS_PROCESS;
	case 13: case 14: case 15: case 62: case 127: case 128: case 129: case 130: case 131: case 200: case 234:
		return CLASS_SIGNAL;
	case 35: case 36: case 37: case 38: case 96: case 201: case 227: case 228: case 229: case 230:
		return CLASS_TIME;
	default:
		return CLASS_OTHER;
	}
}

SEC("tp/raw_syscalls/sys_enter")
int on_enter(struct trace_event_raw_sys_enter *ctx)
{
	int class = classify(ctx->id);

	__sync_fetch_and_add(&calls[class], 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
