#!/usr/bin/env bash
# scripts/packages.sh [SUITE…]: builds the packages (build/packages: .deb, .rpm, .tar.zst), has lintian read them, and for each named suite of
# Debian (bookworm, trixie) makes a chroot, installs the .deb files there, and builds and runs an example with them.
. "$(dirname "$0")/common.sh"
with_mounts "$@" # the example attaches to tracepoints

install_packages "${build_packages[@]}" lintian rpm zstd debootstrap
build
packages="$PWD/build/packages"
rm -rf "$packages"
for generator in DEB RPM TZST; do
  say "packing $generator"
  (cd build/release && cpack -G "$generator" -B "$packages" > "$packages.log" 2>&1) || { cat "$packages.log" >&2; fail "cpack -G $generator failed"; }
done
rm -rf "$packages/_CPack_Packages" "$packages.log"
ls -l "$packages"

say "lintian"
lintian --allow-root --fail-on error "$packages"/*.deb || fail "lintian has errors"

say "the archive, unpacked elsewhere"
elsewhere="$(mktemp -d)"
tar -C "$elsewhere" --strip-components=1 --zstd -xf "$packages"/*.tar.zst
echo 'int counted; __attribute__((section("socket"))) int f(void *c) { return counted; }' > "$elsewhere/a.bpf.c"
(cd "$elsewhere" && PATH=/usr/bin:/bin bin/bpfcc++ a.bpf.c && cmake -S "$OLDPWD/examples/xdp_count" -B build -DCMAKE_PREFIX_PATH="$elsewhere" > log &&
  cmake --build build >> log) || { cat "$elsewhere/log" >&2; fail "the archive does not work where it was unpacked"; }
bytes="$(stat -c %s "$elsewhere/bin/bpfcc++")"
echo "bpfcc++ has $bytes bytes and needs $(ldd "$elsewhere/bin/bpfcc++" | awk '{print $1}' | tr '\n' ' ')"
[ "$bytes" -le 75000000 ] || fail "bpfcc++ has more than 75 MB"
rm -rf "$elsewhere"

for suite in "$@"; do
  say "$suite: a new chroot"
  root="$(mktemp -d)"
  debootstrap --variant=minbase "$suite" "$root" http://deb.debian.org/debian > "$root.log" 2>&1 || { tail -5 "$root.log" >&2; fail "debootstrap $suite failed"; }
  cp "$packages"/*.deb "$root/tmp"
  cp -r examples "$root/tmp/examples"
  cat > "$root/tmp/try.sh" <<'END'
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o APT::Sandbox::User=root update > /dev/null
apt-get -q -y -o APT::Sandbox::User=root install --no-install-recommends g++ cmake make /tmp/*.deb > /tmp/log 2>&1 || { tail -20 /tmp/log; exit 1; }
bpfcc++ --version | head -1
cmake -S /tmp/examples/execsnoop -B /tmp/build > /tmp/log 2>&1 && cmake --build /tmp/build >> /tmp/log 2>&1 || { tail -20 /tmp/log; exit 1; }
/tmp/build/execsnoop --seconds 1 > /tmp/log 2>&1 && echo "and runs" || { echo "it is not run here:"; tail -2 /tmp/log; }
echo "execsnoop is built by find_package(BPFBuild)"
END
  for folder in proc sys; do mount --rbind "/$folder" "$root/$folder"; done
  chroot "$root" bash /tmp/try.sh || { umount -R -l "$root/proc" "$root/sys"; fail "$suite: the packages do not work"; }
  umount -R -l "$root/proc" "$root/sys"
  rm -rf "$root" "$root.log"
done
