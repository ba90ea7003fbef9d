#!/usr/bin/env python3
"""bench/link: linking many objects that share one set of maps and types, by bpfcc++ and by bpftool gen object, in turn, in one run.

    bench/link/run.py [--rounds N] [COUNT…]

COUNT objects (default 25, 50, 100, 200) of one source each; each names the same types of the running kernel, has some functions of its own, and
declares extern the maps that the first defines. Per byte, the time must not grow with the number of objects. BPFTOOL and BPFCC name the tools.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from sharedmaps import write_header  # noqa: E402
from tools import BPFCC, BPFTOOL, Cost  # noqa: E402

MAPS = 20
FUNCTIONS = 10


def write_sources(folder, count):
    definitions = write_header(folder, MAPS)
    for number in range(count):
        with open(os.path.join(folder, f"part{number}.bpf.c"), "w") as out:
            out.write('#include "shared.h"\n')
            if number == 0:
                out.write(definitions)
            for function in range(FUNCTIONS):
                out.write(f"__noinline int part{number}_{function}(struct task_struct *t) {{ u32 key = {function}; "
                          f"struct event *e = bpf_map_lookup_elem(&shared{(number + function) % MAPS}, &key); return e ? e->at[1] : 0; }}\n")
            out.write(f'SEC("raw_tp/sys_enter") int program{number}(void *ctx) {{ return part{number}_0(0); }}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("counts", nargs="*", type=int, default=[25, 50, 100, 200])
    options = parser.parse_args()
    print(f"{'objects':>7} {'KB':>7} {'bpftool ms':>10} {'ours ms':>8} {'ratio':>6} {'ours, us a KB':>13}")
    with tempfile.TemporaryDirectory(prefix="bench-link-") as folder:
        write_sources(folder, max(options.counts))
        objects = []
        for number in range(max(options.counts)):
            objects.append(os.path.join(folder, f"part{number}.o"))
            subprocess.run([BPFCC, "-c", os.path.join(folder, f"part{number}.bpf.c"), "-o", objects[-1]], check=True)
        for count in options.counts:
            size = sum(os.path.getsize(path) for path in objects[:count]) / 1024
            peer, ours = [], []
            for _ in range(options.rounds):
                for costs, command in ((peer, [BPFTOOL, "gen", "object", os.path.join(folder, "peer.o")]),
                                       (ours, [BPFCC, "-o", os.path.join(folder, "ours.o")])):
                    cost = Cost()
                    cost.run(command + objects[:count], None)
                    costs.append(cost.wall)
            print(f"{count:>7} {size:>7.0f} {min(peer):>10.1f} {min(ours):>8.1f} {min(peer) / min(ours):>5.1f}x "
                  f"{1000 * min(ours) / size:>13.1f}", flush=True)


if __name__ == "__main__":
    main()
