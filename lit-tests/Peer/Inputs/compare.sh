# compare.sh BPFCC LOAD_OBJECT SOURCE: compiles SOURCE with both tool chains, with ./vmlinux.h, and compares the results.
set -e
name=$(basename "$3" .bpf.c)
multiarch=/usr/include/$(cc -print-multiarch)
clang -target bpf -g -O2 -D__TARGET_ARCH_x86 -D__x86_64__ -I. -idirafter "$multiarch" -w -c "$3" -o "$name.clang.o"
llvm-strip -g -o "$name.peer.o" "$name.clang.o"
"$1" -I. -w "$3" -o "$name.hpp" --object="$name.ours.o"
for who in peer ours; do
  # Addresses of types in the BTF (CO-RE's type ids in ld_imm64) may differ; nothing else may.
  llvm-objdump -d --no-show-raw-insn "$name.$who.o" | tail -n +3 > "$name.$who.asm"
  llvm-readelf -rW "$name.$who.o" |
    awk '/^Relocation section/ { skip = /BTF/; print $3 } !skip && $1 ~ /^[0-9a-f]+$/ { print $1, $3, $5 }' > "$name.$who.rel"
  "$2" "$name.$who.o" > "$name.$who.loaded"
done
diff "$name.peer.asm" "$name.ours.asm"
diff "$name.peer.rel" "$name.ours.rel"
diff "$name.peer.loaded" "$name.ours.loaded"
test -s "$name.ours.loaded" && grep -q "^program" "$name.ours.loaded"
echo "$name: $(grep -c : "$name.ours.asm") lines of instructions, $(grep -c ^map "$name.ours.loaded") maps"
