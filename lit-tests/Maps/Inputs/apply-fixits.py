"""Applies the fix-its that a compiler printed (-fdiagnostics-parseable-fixits, on standard input) to a file.

    apply-fixits.py SOURCE OUTPUT
"""
import json
import re
import sys

source, output = sys.argv[1:]
lines = open(source).read().split("\n")
edits = []
for line in sys.stdin:
    match = re.match(r'fix-it:"[^"]*":\{(\d+):(\d+)-(\d+):(\d+)\}:(".*")$', line.rstrip("\n"))
    if match:
        edits.append(([int(n) for n in match.groups()[:4]], json.loads(match.group(5))))
for (line, column, end_line, end_column), text in sorted(edits, reverse=True):
    assert line == end_line, "a fix-it over several lines"
    old = lines[line - 1]
    lines[line - 1] = old[:column - 1] + text + old[end_column - 1:]
open(output, "w").write("\n".join(lines))
print(len(edits), "fix-its")
