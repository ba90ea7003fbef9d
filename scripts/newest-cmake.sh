#!/usr/bin/env bash
# Unpacks Debian's newest CMake, from sid, with the libraries that it needs, into build/newest-cmake: the tests of the CMake package run with it, too.
# Nothing is installed; apt's lists are its own.
. "$(dirname "$0")/common.sh"

folder=$PWD/build/newest-cmake
[ -x "$folder/root/usr/bin/cmake" ] && exit 0
install_packages patchelf
foreign_apt "$folder" deb
rm -rf -- root new *.deb # of a run that was stopped
"${apt[@]}" -o Dir::State::Status=/dev/null -o Dir::Cache::Archives="$folder" -o Debug::NoLocking=true -y --no-install-recommends --download-only install cmake

mkdir new
for package in *.deb; do dpkg-deb -x "$package" new; done
rm -f -- *.deb
say "unpacked $(ls new/usr/share | grep cmake-) for the tests"
# Its programs find these libraries, and only they do: the environment would reach the compilers that they start.
interpreter=$(find new -name 'ld-linux-*' -type f | head -1)
machine=$(basename "$(dirname "$interpreter")")
for program in cmake ctest cpack; do
  patchelf --force-rpath --set-interpreter "$folder/root/${interpreter#new/}" --set-rpath "$folder/root/usr/lib/$machine" "new/usr/bin/$program"
done
rm -rf apt partial
mv new root
