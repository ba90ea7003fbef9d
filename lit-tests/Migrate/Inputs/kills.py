"""kills.py BPFBUILD OLD NEW: kills migrations at moments that are spread over their run, by SIGINT and SIGKILL; then runs two at once."""
import os
import shutil
import signal
import subprocess
import sys
import time

bpfbuild, old, new = sys.argv[1:]
texts = [open(path, "rb").read() for path in (old, new)]
NAMES = ["one.c", "two.c", "three.c"]


def prepare():
    for name in NAMES:
        shutil.copy(old, name)


def start():
    return subprocess.Popen([bpfbuild, "migrate", "-i", *NAMES], stderr=subprocess.DEVNULL)


def count():
    """How many files are old, and new; anything else ends the test."""
    found = [texts.index(open(name, "rb").read()) for name in NAMES]
    return found.count(0), found.count(1)


prepare()
begin = time.perf_counter()
assert start().wait() == 0
whole = time.perf_counter() - begin
# Most of a run is reading; the end is what can go wrong. Some kills are surely too early, and some too late.
moments = [0.2] * 5 + [0.7 + 0.4 * i / 40 for i in range(40)] + [3.0] * 5
kills, olds, news = len(moments), 0, 0
for i, moment in enumerate(moments):
    prepare()
    process = start()
    time.sleep(whole * moment)
    process.send_signal(signal.SIGKILL if i % 2 else signal.SIGINT)
    process.wait()
    olds, news = olds + count()[0], news + count()[1]
print(f"{kills} kills: each file old or new, {olds} of them old, {news} new")
for _ in range(20):
    prepare()
    both = [start(), start()]
    codes = [process.wait() for process in both]
    assert 0 in codes and count() == (0, len(NAMES)), (codes, count())
print("20 times two at once: each file new")
for name in os.listdir("."):
    if ".tmp" in name:  # of a kill
        os.remove(name)
