#!/usr/bin/env bash
# scripts/sanitize.sh [ctest argument]…: builds with AddressSanitizer and UndefinedBehaviorSanitizer (build/asan-ubsan), and runs the tests there.
. "$(dirname "$0")/common.sh"
with_mounts "$@"

install_packages "${build_packages[@]}" "${test_packages[@]}"
say "building (build/asan-ubsan)"
cmake --preset asan-ubsan -DBPFBUILD_BUILD_TESTS=ON > /dev/null
cmake --build --preset asan-ubsan
say "testing"
ctest --preset asan-ubsan "$@"
