//===- Prefault.cpp - memory that is there before it is asked for ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A compile of a small program takes so little time that a third of it went into page faults: some 700 on the tool's
// own code, which the page cache has, and 1,100 on fresh heap. A thread that starts before everything else has the
// kernel map both in a few calls (MADV_POPULATE_*, Linux 5.14) while constructors run. Without them, or on other
// systems, nothing is different but the time.
//===----------------------------------------------------------------------===//
#include "Support/Prefault.h"
#include <algorithm>
#include <cstdint>
#include <elf.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

namespace bpfbuild {
namespace {

constexpr uintptr_t Page = 4096;
constexpr size_t HeapBytes = 16 << 20; ///< more than most compiles need
constexpr size_t StepBytes = 1 << 20;  ///< that are mapped by one call, which holds the lock that page faults need

char *HeapStart;

void populate(uintptr_t Begin, uintptr_t End, int Advice) {
  Begin &= ~(Page - 1);
  if (Begin < End)
    madvise(reinterpret_cast<void *>(Begin), End - Begin, Advice);
}

/// A segment of the executable, where it is in memory.
struct Segment {
  uintptr_t Begin = 0, End = 0;
};

/// The segments that are populated.
struct Segments {
  Segment Code, Constants, Variables;
};

/// A position-independent executable is where its program headers are. llvm-bolt puts what runs at the beginning of a
/// segment of its own, which begins at a large page.
Segments findSegments() {
  constexpr uintptr_t LargePage = 2 << 20, HotBytes = 6 << 20;
  const auto *Header = reinterpret_cast<const Elf64_Phdr *>(getauxval(AT_PHDR));
  size_t Count = Header ? getauxval(AT_PHNUM) : 0;
  uintptr_t Bias = 0;
  for (size_t I = 0; I < Count; ++I)
    if (Header[I].p_type == PT_PHDR)
      Bias = reinterpret_cast<uintptr_t>(Header) - Header[I].p_vaddr;
  Segments Found;
  for (size_t I = 0; I < Count; ++I) {
    if (Header[I].p_type != PT_LOAD)
      continue;
    Segment This{Bias + Header[I].p_vaddr, Bias + Header[I].p_vaddr + Header[I].p_memsz};
    if (Header[I].p_flags & PF_W)
      Found.Variables = This; // the last is not made read-only after relocation
    else if (!(Header[I].p_flags & PF_X))
      Found.Constants = This;
    else if (Found.Code.Begin && Header[I].p_align == LargePage)
      Found.Code = {This.Begin, std::min(This.End, This.Begin + HotBytes)};
    else
      Found.Code = This;
  }
  return Found;
}

void *populateAll(void *) {
  auto Heap = reinterpret_cast<uintptr_t>(HeapStart);
  Segments Found = findSegments();
  populate(Found.Variables.Begin, Found.Variables.End, MADV_POPULATE_WRITE);
  populate(Heap, Heap + StepBytes, MADV_POPULATE_WRITE);
  populate(Found.Code.Begin, Found.Code.End, MADV_POPULATE_READ);
  populate(Found.Constants.Begin, Found.Constants.End, MADV_POPULATE_READ);
  for (size_t At = StepBytes; At < HeapBytes / 2; At += StepBytes)
    populate(Heap + At, Heap + At + StepBytes, MADV_POPULATE_WRITE);
  return nullptr;
}

/// Runs before the constructors of all others, which begin at 65535.
__attribute__((constructor(101))) void start() {
  // One heap, which is never given back: what was freed is there for the next.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, HeapBytes);
  char *volatile First = static_cast<char *>(malloc(1)); // which makes the heap
  HeapStart = First;
  if (!HeapStart || static_cast<char *>(sbrk(0)) < HeapStart + HeapBytes)
    return; // it is not where it mostly is
  free(First);
  pthread_t Thread;
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setdetachstate(&Attributes, PTHREAD_CREATE_DETACHED);
  pthread_create(&Thread, &Attributes, populateAll, nullptr);
  pthread_attr_destroy(&Attributes);
}

} // namespace

void linkPrefault() {}

} // namespace bpfbuild
