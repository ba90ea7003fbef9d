"""Runs a command, which must end by itself, in little memory, and print little: bounded.py COMMAND…  Gives its exit code."""
import resource
import subprocess
import sys

TIMEOUT = 20  # seconds: what never ends is meant, not what is slow
MEMORY = 200 << 10  # KB
OUTPUT = 8 << 20

try:
    done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
except subprocess.TimeoutExpired:
    sys.exit("it does not end: " + " ".join(sys.argv[1:]))
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
if peak > MEMORY:
    sys.exit("%d KB of memory: %s" % (peak, " ".join(sys.argv[1:])))
if len(done.stdout) > OUTPUT:
    sys.exit("%d bytes of output: %s" % (len(done.stdout), " ".join(sys.argv[1:])))
sys.stdout.buffer.write(done.stdout)
sys.exit(done.returncode)
