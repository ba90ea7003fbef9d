"""damage.py BPFBUILD OBJECT: runs `bpfbuild skeleton` on the object with each 16-bit word overwritten in turn."""
import subprocess
import sys

tool, path = sys.argv[1:]
original = open(path, "rb").read()
refused = 0
for offset in range(0, len(original) - 1, 2):
    for word in (b"\xff\xff", b"\x00\x00"):
        if original[offset : offset + 2] == word:
            continue
        with open("damaged.bpf.o", "wb") as damaged:
            damaged.write(original[:offset] + word + original[offset + 2 :])
        run = subprocess.run([tool, "skeleton", "damaged.bpf.o", "-o", "-"], capture_output=True)
        if run.returncode not in (0, 1):
            sys.exit(f"offset {offset}, word {word!r}: exit {run.returncode}\n{run.stderr.decode()}")
        if run.returncode == 1:
            refused += 1
            if b"error: " not in run.stderr:
                sys.exit(f"offset {offset}, word {word!r}: refused without a message")
assert refused > 100, "nearly every damage was accepted: the test does not reach the checks"
