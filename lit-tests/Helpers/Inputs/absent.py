"""Compiles a program that calls every helper, and compares which of them are said to be absent with a list.

    absent.py BPFCC SOURCE LIST [OPTION…]
"""
import json
import re
import subprocess
import sys

tool, source, wanted, *options = sys.argv[1:]
result = subprocess.run([tool, "-c", "--diagnostics-format=json", "-w", "-Wno-bpf-helper-type", source, "-o", source + ".o"] + options, capture_output=True, text=True)
found = []
for line in result.stdout.splitlines():
    diagnostic = json.loads(line)
    match = re.fullmatch(r"(bpf_\w+): needs Linux [\d.]+; compiled for [\d.]+", diagnostic["message"])
    if not match or diagnostic["check"] != "bpf-helper" or not diagnostic.get("line"):
        sys.exit(f"{options}: unexpected: {line}")
    found.append(match[1])
if result.stderr:
    sys.exit(f"{options}: {result.stderr}")
expected = open(wanted).read().split()
if sorted(found) != expected:
    sys.exit(f"{options}: said to be absent but there: {sorted(set(found) - set(expected))}; absent but not said: {sorted(set(expected) - set(found))}")
print(len(expected), "absent")
