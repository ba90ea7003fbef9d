#!/usr/bin/env bash
# Builds Debian's newest libbpf, from its source package in sid, into build/libbpf: what the runtime does with a libbpf that is
# newer than the installed one is tested with it. Nothing is installed; apt's lists are its own.
. "$(dirname "$0")/common.sh"

folder=$PWD/build/libbpf
[ -e "$folder/usr/lib64/libbpf.so" ] && exit 0
command -v apt-get > /dev/null || fail "there is no apt-get to get the sources with"

mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" > "$folder/apt/sources.list"
apt=(apt-get -q -o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$folder/apt/lists"
  -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
cd "$folder"
"${apt[@]}" update
"${apt[@]}" source --download-only --only-source libbpf

rm -rf source
mkdir source
tar xf libbpf_*.orig.tar.* -C source --strip-components=1
say "building $(sed -n 's/^Version: //p' libbpf_*.dsc) for the tests"
make -s -C source/src -j"$(nproc)" DESTDIR="$folder" PREFIX=/usr LIBDIR=/usr/lib64 install install_uapi_headers
