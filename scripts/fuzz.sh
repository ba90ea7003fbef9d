#!/usr/bin/env bash
# scripts/fuzz.sh [MINUTES]: builds the libFuzzer targets with AddressSanitizer and UndefinedBehaviorSanitizer (preset fuzz), runs each for its
# part of MINUTES (default: 10) from driver/fuzz/corpus, two at a time, and then the fuzzers that run the tools: skeletons of changed objects
# through a compiler, and arguments of the CMake functions. What it finds is in build/fuzz/found, and the script fails.
. "$(dirname "$0")/common.sh"

minutes="${1:-10}"
install_packages "${build_packages[@]}" "${fuzz_packages[@]}"
say "building (build/fuzz)"
cmake --preset fuzz > /dev/null
cmake --build --preset fuzz

export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0 # LLVM's archives are not instrumented
fuzzers=(build/fuzz/driver/fuzz/fuzz-*)
seconds=$((minutes * 60 * 2 / (${#fuzzers[@]} + 2)))
found="$PWD/build/fuzz/found"
rm -rf "$found" && mkdir -p "$found"

# fuzz <program>: its corpus, and what it made of that in earlier runs; one line of what came of it.
fuzz() {
  local name corpus
  name="$(basename "$1" | sed 's/^fuzz-//; s/-/_/g')"
  corpus="build/fuzz/corpus/$name"
  mkdir -p "$corpus"
  "$1" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$found/$name-" \
    "$corpus" "driver/fuzz/corpus/$name" > "build/fuzz/$name.log" 2>&1 ||
    { grep -m 3 -E "ERROR|SUMMARY|runtime error" "build/fuzz/$name.log"; echo "$name" >> "$found/failed"; }
  printf '%-14s %s\n' "$name" "$(grep -E "^(Done|stat::)" "build/fuzz/$name.log" | tail -1)"
}
export -f fuzz
export seconds found

say "fuzzing for $minutes minutes, $seconds seconds each"
printf '%s\n' "${fuzzers[@]}" | grep -v '\.' | xargs -P 2 -I{} bash -c 'fuzz {}'

if [ -x build/release/bin/bpfcc++ ]; then
  python3 driver/fuzz/skeletons.py build/release/bin "$seconds" "$found"
  python3 driver/fuzz/cmake_arguments.py build/release "$seconds" "$found"
else
  say "no build/release: skeletons and CMake arguments are skipped"
fi
if [ -n "$(ls "$found")" ]; then fail "there are findings in $found: add them to driver/fuzz/corpus as found-…"; fi
say "no findings"
