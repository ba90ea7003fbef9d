# full-disk.sh BPFCC: writes to a disk that is too small, beside an earlier output.
mount -t tmpfs -o size=16k none disk && echo old > disk/out.hpp || exit 1
"$1" big.bpf.o -o disk/out.hpp && exit 1
"$1" big.bpf.o -o disk/out.hpp --embed=inline && exit 1
cat disk/out.hpp
ls disk
