"""kill.py BPFCC: kills bpfcc++ at 40 moments while it writes 4 MB; out.hpp must be the old or the new one at each."""
import subprocess
import sys
import time

old = open("old.hpp", "rb").read()
command = [sys.argv[1], "a.bpf.c", "b.bpf.c", "--embed=inline", "-o", "out.hpp"]
start = time.monotonic()
subprocess.run(command, check=True)
duration = time.monotonic() - start
new = open("out.hpp", "rb").read()
assert new != old and len(new) > 4 << 20
killed = 0
for step in range(40):
    with open("out.hpp", "wb") as out:
        out.write(old)
    process = subprocess.Popen(command)
    time.sleep(duration * (0.3 + 0.7 * step / 40))
    process.kill()
    killed += process.wait() != 0
    assert open("out.hpp", "rb").read() in (old, new), f"step {step}: a part of a file"
assert killed, "bpfcc++ was never killed in time"
