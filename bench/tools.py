"""What the benchmarks share: the tools, each of which a variable of its name replaces, and what a command costs."""
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLANG = os.environ.get("CLANG", "clang-22")
BPFTOOL = os.environ.get("BPFTOOL", "bpftool")
BPFCC = os.environ.get("BPFCC", os.path.join(ROOT, "build/release/bin/bpfcc++"))
BPFBUILD = os.environ.get("BPFBUILD", os.path.join(ROOT, "build/release/bin/bpfbuild"))


class Cost:
    """Wall and CPU milliseconds of commands that run one after the other, and the peak megabytes of the largest."""

    def __init__(self):
        self.wall = self.cpu = self.peak = 0

    def run(self, command, output=None):
        """Runs a command, with its standard output in the file named output, or nowhere; one that fails ends the benchmark."""
        with open(output or os.devnull, "wb") as out:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall += 1000 * (time.perf_counter() - start)
        self.cpu += 1000 * (usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss / 1024)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"failed: {' '.join(command)}")
        return self
