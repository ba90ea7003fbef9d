#!/usr/bin/env bash
# scripts/tidy.sh: clang-tidy over everything that is compiled (build/tidy), and clang-format over what is written.
. "$(dirname "$0")/common.sh"

install_packages "${build_packages[@]}" clang-tidy-22 clang-format-22 git
say "clang-format"
git ls-files 'driver/*.cpp' 'driver/*.h' 'headers/bpfbuild/*.hpp' | xargs clang-format-22 --dry-run -Werror
say "clang-tidy (build/tidy)"
cmake --preset tidy -DBPFBUILD_BUILD_TESTS=OFF > /dev/null
cmake --build build/tidy
