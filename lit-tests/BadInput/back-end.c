// What the BPF back end cannot compile is an error of the source, not a bug of bpfcc++.
// RUN: not %bpfcc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: bpfcc++: error: the BPF back end cannot compile this: unimplemented opcode
void *caller(void) { return __builtin_return_address(2); }
