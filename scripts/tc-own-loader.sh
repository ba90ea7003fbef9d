#!/usr/bin/env bash
# Builds tc of the installed iproute2's source package, with the loader of its own that it has where there is no libbpf, into
# build/tc: what `bpfbuild migrate` made of programs for that loader is compared with what they were. Nothing is installed; apt's
# lists are its own.
. "$(dirname "$0")/common.sh"

folder=$PWD/build/tc
[ -e "$folder/tc" ] && exit 0
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
foreign_apt "$folder" deb-src "$suite"
"${apt[@]}" source --download-only --only-source iproute2

rm -rf source
mkdir source
tar xf iproute2_*.orig.tar.* -C source --strip-components=1
say "building tc of $(sed -n 's/^Version: //p' iproute2_*.dsc) for the tests"
cd source
LIBBPF_FORCE=off ./configure
make -s -j"$(nproc)" SUBDIRS="lib tc"
cp tc/tc "$folder/tc"
