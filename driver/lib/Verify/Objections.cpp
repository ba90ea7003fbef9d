//===- Objections.cpp - what the verifier's messages mean -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The messages are those of verbose() calls in kernel/bpf/verifier.c, btf.c and check_attach_btf_id(), 4.19 to 7.x.
// More special patterns stand before more general ones.
//===----------------------------------------------------------------------===//
#include "Verify/Objections.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

static constexpr StringLiteral IsNumber = "this is a number to the verifier, not a pointer; after a release, or a "
                                          "change of the packet, get the pointer again; "
                                          "read kernel memory with BPF_CORE_READ or bpf_probe_read_kernel(), and keep "
                                          "pointers in variables of their own type";

static constexpr Objection Objections[] = {
    // Pointers that may be null
    {"invalid mem access 'map_value_or_null'",
     "a map lookup gives null where the key is not there; compare its result with NULL before you use it"},
    {"invalid mem access 'mem_or_null'", "the memory may not have been given; compare the pointer with NULL first"},
    {"invalid mem access 'alloc_mem_or_null'",
     "a ring buffer that is full gives null; compare the reserved record with NULL first"},
    {"invalid mem access 'ringbuf_mem_or_null'",
     "a ring buffer that is full gives null; compare the reserved record with NULL first"},
    {"invalid mem access 'sock_or_null'", "no socket may have been found; compare the pointer with NULL first"},
    {"invalid mem access 'sock_common_or_null'", "the socket may be null; compare the pointer with NULL first"},
    {"invalid mem access 'tcp_sock_or_null'", "the socket may be no TCP socket; compare the pointer with NULL first"},
    {"invalid mem access 'ptr_or_null_'", "the kernel's pointer may be null; compare it with NULL first"},
    {"invalid mem access 'rcu_ptr_or_null_'", "the kernel's pointer may be null; compare it with NULL first"},
    {"pointer type * must point to *scalar", "the argument of a global function must be a pointer to plain data"},
    {"Possibly NULL pointer passed to", "compare the pointer with NULL before you pass it"},
    {"null-check it first", "a pointer that may be null takes no offset; compare it with NULL first, then add to it"},
    // Other pointers
    {"invalid mem access 'scalar'", IsNumber},
    {"invalid mem access 'inv'", IsNumber}, // before Linux 5.18
    {"invalid mem access 'pkt_end'", "data_end is only there to be compared with; read from data"},
    {"invalid mem access 'map_ptr'", "a map cannot be read as memory; call bpf_map_lookup_elem()"},
    {"invalid mem access", "this kind of pointer cannot be read or written here"},
    {"leads to invalid memory access", "an offset makes this pointer point outside of what it belongs to"},
    {"invalid access to packet", "the packet may end before this; compare the end of what you read with data_end "
                                 "first: if (data + size > data_end) "
                                 "return"},
    {"invalid access to map value",
     "the access reaches beyond the map's value; make the value larger, or check the offset against its size first"},
    {"invalid access to map key", "the access reaches beyond the map's key"},
    {"invalid access to memory", "the access reaches beyond the memory that the pointer was given for; check the size"},
    {"invalid bpf_context access",
     "the context of this program type has no such member, or not for reading or writing it with this size"},
    {"variable ctx access",
     "the context can only be read at constant offsets; read its members directly, not by a computed pointer"},
    {"dereference of modified * ptr",
     "the context can only be read at constant offsets; read its members directly, not by a computed pointer"},
    {"cannot write into * map", "the map was made read-only for programs (BPF_F_RDONLY_PROG)"},
    {"write into map forbidden", "the map, or the section of read-only data, cannot be written by programs"},
    {"read from map forbidden", "the map was made write-only for programs (BPF_F_WRONLY_PROG)"},
    {"cannot write into packet", "programs of this type may only read packets"},
    {"cannot write into", "this memory is read-only to programs"},
    {"only read is supported", "a kernel structure that is reached by a typed pointer cannot be written"},
    {"access beyond struct", "the access reaches beyond the kernel's structure; does its type fit?"},
    {"access beyond the end of member", "the access reaches beyond the kernel's member; does its type fit?"},
    {"bitwise operator * on pointer", "this operation is not allowed on pointers; mask the offset before you add it"},
    {"pointer arithmetic with", "this operation is not allowed on pointers; only addition and subtraction are"},
    {"pointer arithmetic on * prohibited", "this kind of pointer takes no offset"},
    {"pointer += pointer prohibited", "two pointers cannot be added"},
    {"pointer -= pointer prohibited", "pointers are subtracted only by privileged programs, and from the same object"},
    {"tried to subtract pointer from scalar", "a pointer cannot be subtracted from a number"},
    {"32-bit pointer arithmetic prohibited", "a pointer was cut to 32 bits; keep it in a 64-bit variable"},
    {"leaks addr", "a kernel address would be stored where others can read it"},
    {"partial copy of pointer", "a pointer was copied with less than 8 bytes; copy all of it"},
    {"attempt to corrupt spilled pointer", "part of a pointer on the stack would be overwritten"},
    {"misaligned", "the address is no multiple of the size of the access; align the member, or copy it bytewise"},
    // Ranges
    {"unbounded memory access",
     "the verifier knows no upper limit of this number; limit it first: if (n > MAX) return, or n &= MAX - 1"},
    {"min value is outside of the allowed memory range",
     "the index or offset may be too large or negative; use an unsigned type and compare it with the limit first"},
    {"max value is outside of the allowed memory range",
     "the index may be too large; compare it with the limit first, in the same variable that you then use"},
    {"min value is negative", "the number may be negative; use an unsigned type, or compare it with 0 first"},
    {"invalid zero-sized read", "the size may be 0; compare it with 0 first"},
    {"makes * pointer be out of bounds", "the offset moves the pointer out of its object"},
    {"unbounded min value is not allowed", "the offset has no lower limit; limit it first"},
    {"is not a known constant", "this argument must be a constant that the compiler knows"},
    {"must be a known constant", "this argument must be a constant that the compiler knows"},
    {"div by zero", "the divisor is zero"},
    {"invalid shift", "the shift is wider than the number"},
    // Registers, the stack
    {"!read_ok",
     "the variable has no value on this path; initialise it. A global function leaves it unknown after a call"},
    {"invalid indirect read from stack",
     "part of this variable was never written, mostly the padding of a structure; initialise all of it: = {}, or "
     "__builtin_memset()"},
    {"invalid read from stack", "the stack was never written there; initialise the variable"},
    {"invalid indirect access to stack", "the size reaches beyond the variable on the stack"},
    {"invalid write to stack", "the write reaches beyond the variable on the stack"},
    {"invalid stack type", "the pointer does not point to the stack, or its offset is not constant"},
    {"invalid unbounded variable-offset", "the index into an array on the stack has no limit; limit it first"},
    {"invalid variable-offset", "the index into an array on the stack may be too large; limit it first"},
    {"variable stack access prohibited", "the index into an array on the stack must be constant for this access"},
    {"combined stack size", "the stacks of the functions that call each other exceed 512 bytes; move data into a map"},
    {"frame pointer is read only", "the frame pointer cannot be written"},
    // Arguments
    {"unknown func", "this kernel lacks the helper, or programs of this type may not call it"},
    {"program of this type cannot use helper", "programs of this type may not call this helper"},
    {"cannot call GPL-restricted function",
     "the license must be GPL-compatible: char LICENSE[] SEC(\"license\") = \"GPL\""},
    {"cannot pass map_type", "this helper does not take maps of this type"},
    {"helper call might sleep in a non-sleepable prog",
     "the helper may sleep, the program may not; use a sleepable section such as fentry.s/"},
    {"helper call is not allowed in probe", "programs of this type may not call this helper"},
    {"calling kernel function * is not allowed", "programs of this type may not call this kfunc"},
    {"cannot call kernel function from non-GPL compatible program", "kfuncs need a GPL-compatible license"},
    {"kernel btf_id * does not match", "the kfunc is another in this kernel"},
    {"program must be sleepable to call sleepable kfunc", "use a sleepable section such as fentry.s/"},
    {"must be a rcu pointer",
     "the kfunc takes only pointers that the kernel vouches for, such as the program's own arguments"},
    {"must be referenced or trusted",
     "the kfunc takes only pointers that the kernel vouches for, such as the program's own arguments"},
    {"must be referenced", "only what an acquiring call gave can be released, or passed here"},
    {"tracing progs cannot use bpf_spin_lock",
     "programs of this type may not use maps whose values have a bpf_spin_lock"},
    {"_or_null expected=", "the pointer may be null; compare it with NULL first"},
    {"type=* expected=", "the argument is of another kind than the helper takes"},
    {"expected pointer to", "the argument points to another type than is expected"},
    {"is expected to be", "the argument is of another kind than the function takes"},
    {"invalid map_ptr to access map->value", "the map has no value that a lookup could give"},
    {"has no valid kptr", "the map's value has no kernel pointer at this offset"},
    {"expected prog array map for tail call", "a tail call takes only a map of type BPF_MAP_TYPE_PROG_ARRAY"},
    {"kernel subsystem misconfigured verifier",
     "what is passed is not what the helper takes; older kernels say this of a tail call by another map than "
     "BPF_MAP_TYPE_PROG_ARRAY"},
    // References and locks
    {"Unreleased reference", "what was acquired, such as a ring buffer's record or a socket, is not given back on this "
                             "path; submit, discard or "
                             "release it on every one"},
    {"release kernel function * expects refcounted", "what is released was not acquired, or was released before"},
    {"helper access to the packet is not allowed",
     "this helper takes no pointer into the packet; copy the bytes first"},
    {"cannot be used inside bpf_spin_lock-ed region", "the lock is still held here; unlock it first"},
    {"bpf_spin_unlock is missing", "the lock is still held here; unlock it before the program ends"},
    {"function calls are not allowed while holding a lock", "unlock before you call a function"},
    {"bpf_spin_unlock of different lock", "another lock is held than the one that is unlocked"},
    {"bpf_spin_unlock without taking a lock", "no lock is held here"},
    {"bpf_rcu_read_unlock is missing", "the RCU read section is still open here; close it before the program ends"},
    {"tail_call would lead to reference leak", "give back what was acquired before the tail call"},
    {"BPF_LD_[ABS|IND] cannot be mixed with", "give back what was acquired first"},
    // Control flow and size
    {"infinite loop detected", "this loop does not change anything that could end it; bound it by a counter"},
    {"back-edge from insn", "kernels before Linux 5.3 take no loops; unroll it, or ask for 5.3 with --target-kernel="},
    {"The sequence of * jumps is too complex",
     "there are too many branches in turn; move some into a function that is not static, or bound loops lower"},
    {"BPF program is too large",
     "the verifier gives up after a million instructions along all paths; bound loops lower, "
     "or use bpf_loop() or a function that is not static"},
    {"unreachable insn", "code is never reached; does a function end without a return?"},
    {"jump out of range", "the code jumps out of its function"},
    {"last insn is not an exit or jmp",
     "the function's end is reached without a return, mostly after undefined behaviour"},
    {"the call stack of", "the functions call each other too deeply"},
    {"At program exit the register R", "the program returns a value that its type does not allow"},
    {"At callback return the register R", "the callback must return 0 or 1"},
    {"invalid func unknown#", "this kernel lacks the helper"},
    {"invalid kernel function call not eliminated", "this kernel lacks the kfunc; ask for it with bpf_ksym_exists()"},
    {"attach to unsupported member", "this structure of operations has no such member, or it takes no program"},
    {"attach_btf_id * is not a function", "the attach target is no function"},
    {"is not sleepable", "the attach target may not sleep: use the section without .s"},
    {"doesn't support", "this kernel does not support what the program asks for"},
    {"arg#* expected", "the argument has another type than is expected"},
    {"reference has not been acquired before", "what is released was not acquired, or was released before"},
    {"bpf_xdp_adjust", "this changes the packet's place; read data and data_end again"},
};

ArrayRef<Objection> objections() {
  return Objections;
}

static bool matches(StringRef Pattern, StringRef Message) {
  while (!Pattern.empty()) {
    StringRef Part;
    std::tie(Part, Pattern) = Pattern.split('*');
    size_t At = Message.find(Part);
    if (At == StringRef::npos)
      return false;
    Message = Message.substr(At + Part.size());
  }
  return true;
}

const Objection *findObjection(StringRef Message) {
  const auto *Found = find_if(Objections, [Message](const Objection &O) { return matches(O.Pattern, Message); });
  return Found == std::end(Objections) ? nullptr : Found;
}

} // namespace bpfbuild
