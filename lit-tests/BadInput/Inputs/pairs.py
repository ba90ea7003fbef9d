"""pairs.py BPFCC ROUNDS KILLS WRITERS: never a header beside an object that is not its own.

Runs are killed at random moments, and several write the same pair at once. A header names the size and the checksum of its object; that
one is of another run shows in them.
"""
import os
import random
import re
import subprocess
import sys
import time

compiler, rounds, kills, writers = sys.argv[1], *map(int, sys.argv[2:])
random.seed(20)


def checksum(data):
    """bpfbuild::detail::checksum() of <bpfbuild/skeleton.hpp>."""
    mask = (1 << 64) - 1
    value = 0x9E3779B97F4A7C15 ^ len(data)
    for at in range(0, len(data), 8):
        value = (value ^ int.from_bytes(data[at:at + 8], "little")) * 0xFF51AFD7ED558CCD & mask
        value ^= value >> 32
    return value


def is_mixed():
    """A header that is there without its object is an error of the compiler; beside another's it would be silent."""
    if not (os.path.exists("out.hpp") and os.path.exists("out.hpp.o")):
        return False
    size, value = re.search(r"(\d+), 0x([0-9a-f]{16}), // the object's bytes", open("out.hpp").read()).groups()
    data = open("out.hpp.o", "rb").read()
    return (int(size), int(value, 16)) != (len(data), checksum(data))


def command(number):
    return [compiler, "v%d.o" % number, "-o", "out.hpp"]


for number in range(writers):
    subprocess.run([compiler, "-x", "c", "-c", "-", "-o", "v%d.o" % number], check=True,
                   input=b"int big[%d] = {%d};" % (4096 + number, number))
start = time.monotonic()
subprocess.run(command(0), check=True)
duration = time.monotonic() - start

killed = 0
for number in range(kills):
    process = subprocess.Popen(command(number % writers))
    time.sleep(duration * random.uniform(0.2, 1.1))
    process.kill()
    killed += process.wait() != 0
    assert not is_mixed(), "killed: mixed"
assert killed, "no run was killed in time"

for _ in range(rounds):
    running = [subprocess.Popen(command(number)) for number in range(writers)]
    assert not any(process.wait() for process in running)
    assert not is_mixed(), "written at once: mixed"
print("killed: %d of %d, written at once: %d, mixed: 0" % (killed, kills, rounds * writers))
