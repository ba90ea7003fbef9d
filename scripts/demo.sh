#!/usr/bin/env bash
# Installs what is missing, builds BPFBuild, installs it into build/prefix, builds examples/execsnoop against it by
# find_package(BPFBuild), and runs that on this kernel for some seconds.
. "$(dirname "$0")/common.sh"
with_mounts "$@"

install_packages "${build_packages[@]}"
build -DBPFBUILD_BUILD_TESTS=OFF

say "installing into build/prefix"
cmake --install build/release --prefix build/prefix --strip > /dev/null

say "building examples/execsnoop with find_package(BPFBuild)"
cmake -G Ninja -S examples/execsnoop -B build/demo -DCMAKE_PREFIX_PATH="$PWD/build/prefix" > /dev/null
cmake --build build/demo

show_skeleton() {
  say "$1"
  echo "The generated skeleton, build/demo/bpfbuild/execsnoop.skel.hpp:"
  sed -n 1,60p build/demo/bpfbuild/execsnoop.skel.hpp
  exit 0
}
[ "$(id -u)" = 0 ] || show_skeleton "not root: this user may not load BPF programs, so execsnoop is not run"
[ -d /sys/kernel/tracing/events ] || show_skeleton "no tracefs (/sys/kernel/tracing): tracepoints cannot be attached to here"

say "running execsnoop for 5 seconds, with some processes to be seen"
(
  sleep 1
  for round in 1 2 3; do
    /bin/echo "hello $round" > /dev/null
    ls / > /dev/null
    sh -c "exit $round" || true
    sleep 1
  done
) &
if ! build/demo/execsnoop --seconds 5 2> build/demo/errors; then
  cat build/demo/errors >&2
  grep -q "Operation not permitted" build/demo/errors || exit 1
  show_skeleton "this kernel does not let us load BPF programs"
fi
wait
say "done: the events above came from a C++ program through a typed skeleton"
