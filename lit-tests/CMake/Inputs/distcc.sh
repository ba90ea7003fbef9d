#!/usr/bin/env bash
# distcc.sh BPFCC SOURCES BUILD COMMAND…
#
# Runs the command, for which distcc has two daemons on loopback, and prints how many sources they compiled. They stand for other machines: neither the
# two folders nor the kernel's BTF is there, nothing but bpfcc++, as $BPFCC. What cannot be compiled there fails.
set -eu
bpfcc=$1 sources=$2 build=$3
shift 3
there=$(mktemp -d -p /tmp) # which the daemons' user can read
trap 'kill $(cat "$there"/*.pid) 2> /dev/null || true; rm -rf "$there"' EXIT
cp "$bpfcc" "$there/bpfcc++"
mkdir "$there/state"
touch "$there"/{1,2}.{log,pid}
chmod -R a+rwX "$there"
hosts=""
for number in 1 2; do
  port=$((20000 + RANDOM % 20000))
  hosts+="127.0.0.1:$port "
  unshare --mount sh -c "mount -t tmpfs none '$build' && mount -t tmpfs none '$sources' && mount -t tmpfs none /sys && cd / && TMPDIR='$there' exec distccd --daemon --user nobody --allow 127.0.0.1 --port $port \
    --jobs 2 --enable-tcp-insecure --log-level info --log-file '$there/$number.log' --pid-file '$there/$number.pid'"
  for _ in $(seq 100); do (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break; sleep 0.1; done
done
export DISTCC_HOSTS=$hosts DISTCC_FALLBACK=0 DISTCC_DIR=$there/state BPFCC=$there/bpfcc++
"$@"
echo "compiled elsewhere: $(cat "$there"/*.log | grep -c COMPILE_OK)"
