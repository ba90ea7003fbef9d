#!/usr/bin/env python3
"""Makes driver/lib/Kernel/HelperTypes.def: asks Debian's kernels which helpers programs of each type may call.

    scripts/helper-types.py build/release > driver/lib/Kernel/HelperTypes.def

The kernels must be among those of 'bpfbuild kernels list'.
"""
import subprocess
import sys

KERNELS = ["5.10", "6.1", "6.12", "7.2"]

HEAD = """//===- HelperTypes.def - which programs may call which helpers ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HELPER_TYPES(program type, kernel, helpers): the helpers that Debian's kernel of that series lets programs of the type
// call, and those before it do not. A row without helpers says that the kernel was asked. Made by scripts/helper-types.py.
//===----------------------------------------------------------------------===//"""


def ranges(numbers):
    """[1, 2, 3, 7] is "1-3,7"."""
    parts = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def ask(build, kernel):
    command = [f"{build}/bin/bpfbuild", "kernels", "run", "--timeout=300", f"debian:{kernel}", f"{build}/lit-tests/helper-types", "print"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {name: {int(number) for number in numbers} for name, *numbers in map(str.split, lines)}


def main():
    answers = {kernel: ask(sys.argv[1], kernel) for kernel in KERNELS}
    print(HEAD)
    for name in sorted(set().union(*answers.values())):
        known = set()
        for kernel in KERNELS:
            if name not in answers[kernel]:
                continue
            major, minor = kernel.split(".")
            print(f'HELPER_TYPES("{name}", {major}, {minor}, "{ranges(answers[kernel][name] - known)}")')
            if lost := known - answers[kernel][name]:
                print(f"{name}: {kernel} no longer takes {ranges(lost)}", file=sys.stderr)
            known |= answers[kernel][name]
    print("#undef HELPER_TYPES")


main()
