// The programs of kinds.bpf.c, by what they count in seen[].
#pragma once

enum kind {
  KPROBE,
  KRETPROBE,
  KPROBE_MULTI,
  KSYSCALL,
  UPROBE,
  URETPROBE,
  USDT,
  FENTRY,
  FEXIT,
  FMOD_RET,
  LSM,
  STRUCT_OPS,
  TC,
  TCX,
  NETKIT,
  KINDS,
};
