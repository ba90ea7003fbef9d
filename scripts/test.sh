#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests. What the machine cannot do (load BPF, read ../shared) is skipped, and the
# tests say so. BPFBUILD_BOLT=ON in the environment has bpfcc++ laid out by llvm-bolt, which takes five minutes more.
. "$(dirname "$0")/common.sh"
with_mounts "$@"

install_packages "${build_packages[@]}" "${test_packages[@]}"
bash scripts/newest-cmake.sh > /dev/null || say "no CMake newer than the installed one: tests of the CMake package run with that alone"
build -DBPFBUILD_BUILD_TESTS=ON -DBPFBUILD_BOLT="${BPFBUILD_BOLT:-OFF}"
# The kernels that tests boot under QEMU; where apt cannot get one, the tests that need it are skipped.
for kernel in debian:5.10 debian:6.1 debian:6.12 debian:7.2; do
  build/release/bin/bpfbuild kernels list | cut -f 1 | grep -qx "$kernel" || build/release/bin/bpfbuild kernels add "$kernel" ||
    say "no $kernel to boot: the tests that need it are skipped"
done
bash scripts/newest-libbpf.sh > /dev/null || say "no libbpf newer than the installed one: the tests that need it are skipped"
bash scripts/tc-own-loader.sh > /dev/null || say "no tc with a loader of its own: the test that needs it is skipped"
say "testing"
ctest --test-dir build/release --output-on-failure "$@"

say "what was skipped"
grep -hE "absent here|Unsupported" build/release/Testing/Temporary/LastTest.log || echo "nothing"
