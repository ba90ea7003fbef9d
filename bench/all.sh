#!/usr/bin/env bash
# bench/all.sh [NAME…]: every table of the README, or those that are named, one after the other, with the machine beside them: build/bench/NAME.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench

machine() {
  echo "machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) CPUs, $(awk '/MemTotal/ {print int($2 / 1048576 + 0.5)}' /proc/meminfo) GiB, Linux $(uname -r)"
  echo "compared with: $(bpftool version 2> /dev/null | head -1), $(clang-22 --version 2> /dev/null | head -1)"
  echo "date: $(date -u +%F), commit $(git rev-parse --short HEAD 2> /dev/null || echo unknown)"
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(vmlinux btf check cpp link skeleton core verify cmake pipeline corpus)
for name in "${names[@]}"; do
  [ -f "bench/$name/run.py" ] || { echo "all.sh: there is no bench/$name/run.py" >&2; exit 1; }
  { machine; echo; python3 "bench/$name/run.py"; } 2>&1 | tee "build/bench/$name.txt"
done
