"""tc-counts.py TC OLD.o NEW.o ENTRY MAP…: counts packets by the same program before and after it was migrated.

OLD.o is loaded by TC, which is iproute2 with a loader of its own, and ENTRY is found by its section; NEW.o by libbpf (bpftool), and ENTRY by its
name. Each in a network and mount namespace of its own, where 40 UDP packets of growing size go over lo. Prints the maps' values, once if both
are the same.
"""
import json
import os
import socket
import subprocess
import sys

GLOBALS = "/sys/fs/bpf/tc/globals"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def send():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 7007))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for size in range(40):
        sender.sendto(b"x" * size, ("127.0.0.1", 7007))


def values(path):
    entries = json.loads(run("bpftool", "--json", "map", "dump", "pinned", path))
    return [int.from_bytes(bytes(int(byte, 16) for byte in entry["value"]), sys.byteorder) for entry in entries if "value" in entry]


def count(loader, tc, obj, entry, maps):
    run("mount", "-t", "bpf", "bpf", "/sys/fs/bpf")
    run("ip", "link", "set", "lo", "up")
    run("tc", "qdisc", "add", "dev", "lo", "clsact")
    if loader == "tc":
        run(tc, "filter", "add", "dev", "lo", "ingress", "bpf", "direct-action", "object-file", obj, "section", "classifier")
        where = GLOBALS
    else:
        run("bpftool", "prog", "loadall", obj, "/sys/fs/bpf/programs")  # whose root is where libbpf pins
        run("tc", "filter", "add", "dev", "lo", "ingress", "bpf", "direct-action", "object-pinned", f"/sys/fs/bpf/programs/{entry}")
        where = "/sys/fs/bpf"
    send()
    print(json.dumps({name: values(f"{where}/{name}") for name in maps}))


if os.environ.get("COUNT"):
    count(*sys.argv[1:5], sys.argv[5:])
else:
    tc, old, new, entry, *maps = sys.argv[1:]
    counts = [run("env", "COUNT=1", "unshare", "--net", "--mount", sys.executable, __file__, loader, tc, obj, entry, *maps)
              for loader, obj in (("tc", old), ("libbpf", new))]
    print(counts[0] + ("the same under libbpf" if counts[0] == counts[1] else f"under libbpf {counts[1]}"))
