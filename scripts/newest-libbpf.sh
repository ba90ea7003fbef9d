#!/usr/bin/env bash
# Builds Debian's newest libbpf, from its source package in sid, into build/libbpf: what the runtime does with a libbpf that is
# newer than the installed one is tested with it. Nothing is installed; apt's lists are its own.
. "$(dirname "$0")/common.sh"

folder=$PWD/build/libbpf
[ -e "$folder/usr/lib64/libbpf.so" ] && exit 0
foreign_apt "$folder" deb-src
"${apt[@]}" source --download-only --only-source libbpf

rm -rf source
mkdir source
tar xf libbpf_*.orig.tar.* -C source --strip-components=1
say "building $(sed -n 's/^Version: //p' libbpf_*.dsc) for the tests"
make -s -C source/src -j"$(nproc)" DESTDIR="$folder" PREFIX=/usr LIBDIR=/usr/lib64 install install_uapi_headers
