# What demo.sh and test.sh share: messages, packages, the build, and the mounts that attaching to tracepoints needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DEBIAN_FRONTEND=noninteractive

# What building takes, and what the tests and the fuzzers take besides.
build_packages=(g++ cmake ninja-build pkg-config clang-22 libclang-22-dev llvm-22 llvm-22-dev llvm-22-tools libpolly-22-dev lld-22
  libzstd-dev zlib1g-dev liblz4-dev libelf-dev liblzma-dev libbpf-dev linux-libc-dev)
test_packages=(bolt-22 clangd-15 clangd-16 clangd-19 clangd-22 distcc meson patchelf python3 libgtest-dev make bpftool iproute2 ccache xz-utils zstd openssl
  qemu-system-x86 bison flex patch git)
fuzz_packages=(libclang-rt-22-dev python3)

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo > /dev/null; then sudo "$@"; else
    fail "not root, and no sudo: run as root: $*"
  fi
}

# Debian's LLVM 22 is in its security suite, which every installed Debian 12 has, but not a bare debootstrap.
add_security_suite() {
  apt-cache show clang-22 > /dev/null 2>&1 && return
  . /etc/os-release
  say "clang-22 is in no apt source yet: adding Debian's security suite for ${VERSION_CODENAME}"
  echo "deb http://deb.debian.org/debian-security ${VERSION_CODENAME}-security main" |
    as_root tee /etc/apt/sources.list.d/bpfbuild-security.list > /dev/null
  as_root apt-get update -q
}

# install_packages <package>…: installs what is missing by apt; on other distributions says what to install.
install_packages() {
  local missing=() package
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    if command -v cmake ninja g++ pkg-config > /dev/null && [ -d "${LLVM_DIR:-/usr/lib/llvm-22}" ]; then return; fi
    fail "this is not Debian: install a C++20 compiler, CMake 3.25, Ninja, pkg-config, LLVM and Clang 22 with their static" \
      "libraries, lld, libelf, libbpf 1.0 or later, zlib and zstd, and for the tests lit, FileCheck, GoogleTest, Python and" \
      "bpftool, and set LLVM_DIR"
  fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  as_root apt-get update -q
  add_security_suite
  as_root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# build <cmake argument>…: build/release, from the preset of that name.
build() {
  say "building (build/release)"
  cmake --preset release "$@" > build-configure.log 2>&1 || { cat build-configure.log >&2; rm -f build-configure.log; exit 1; }
  rm -f build-configure.log
  cmake --build --preset release
}

# foreign_apt <folder> <deb|deb-src> [<suite>]: sets the array apt to an apt-get that knows one suite of Debian alone, sid unless it is named, with
# lists of its own below the folder, and goes there.
foreign_apt() {
  command -v apt-get > /dev/null || fail "there is no apt-get to get packages with"
  mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial"
  echo "$2 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${3:-sid} main" > "$1/apt/sources.list"
  apt=(apt-get -q -o Dir::Etc::SourceList="$1/apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$1/apt/lists"
    -o Dir::Cache="$1/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none
    -o Acquire::Check-Valid-Until=false) # mirrors may lag behind
  cd "$1"
  "${apt[@]}" update
}

# mount_if_missing <path that must be there> <type> <where>: the script's end takes it away again.
mounted=()
unmount() { local where; for where in "${mounted[@]}"; do umount "$where" 2> /dev/null || true; done; }
trap unmount EXIT
mount_if_missing() {
  [ -e "$1" ] && return
  if mount -t "$2" "$2" "$3" 2> /dev/null; then mounted=("$3" "${mounted[@]}"); fi
}

# What is missing of proc, sysfs and tracefs is mounted for as long as the script runs: in a mount namespace of its own, so that
# nobody else sees it, or in a chroot, where that cannot be made private, in the chroot.
with_mounts() {
  [ "$(id -u)" = 0 ] && [ ! -d /sys/kernel/tracing/events ] || return 0
  if [ -z "${BPFBUILD_MOUNTED:-}" ] && unshare --mount --propagation private true 2> /dev/null; then
    BPFBUILD_MOUNTED=1 exec unshare --mount --propagation private bash "$0" "$@"
  fi
  mount_if_missing /proc/self proc /proc
  mount_if_missing /sys/kernel sysfs /sys
  mount_if_missing /sys/kernel/tracing/events tracefs /sys/kernel/tracing
}
