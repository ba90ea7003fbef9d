// Without a vmlinux.h on the include path the running kernel gives its types.
// REQUIRES: kernel-btf
// RUN: %bpfcc -c %s -o %t.o && %bpfcc -E %s | FileCheck %s
// CHECK: struct task_struct {
#include "vmlinux.h"
int pid(struct task_struct *task) { return task->tgid; }
