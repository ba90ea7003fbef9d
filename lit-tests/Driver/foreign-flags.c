// Flags that a project sets for whole folders, for GCC and for C++, do not stop a BPF source.
// RUN: %bpfcc -c %s -o %t.o -std=c++20 -Wall -Wlogical-op -Wduplicated-cond -Werror -fconcepts-diagnostics-depth=3 2> %t.err
// RUN: FileCheck %s < %t.err
// CHECK: bpfcc++: warning: unknown option '-fconcepts-diagnostics-depth=3' is left out
// CHECK-NOT: {{error|warning}}:
// RUN: not %bpfcc -c %s -o %t.o -std=c77 2>&1 | FileCheck --check-prefix=STD %s
// STD: error: invalid value 'c77' in '-std=c77'
// A sanitizer's flags are the host's too, unless it is the one that programs with an arena are built with.
// RUN: %bpfcc -c %s -o %t.o -Werror -fsanitize-address-use-after-scope -fsanitize-coverage=trace-pc-guard -v 2>&1 | FileCheck --check-prefix=SAN %s
// SAN: dropped, as it is not for BPF: -fsanitize-address-use-after-scope -fsanitize-coverage=trace-pc-guard
// SAN-NOT: error:
int x;
