//===- Verify.cpp - programs through the verifier -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/Verify.h"
#include "Link/LibbpfWarnings.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errno.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <list>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;

namespace bpfbuild {

StringRef toString(Verdict V) {
  return V == Verdict::Accepted ? "accepted" : V == Verdict::Refused ? "refused" : "not judged";
}

namespace {

constexpr uint32_t LogPath = 1, LogStats = 4; ///< BPF_LOG_LEVEL1 and BPF_LOG_STATS of the kernel
constexpr size_t StatsBytes = 64 << 10;       ///< of a log without the path
constexpr size_t PathBytes = (16 << 20) - 1;  ///< of one with it: the largest that kernels before 5.2 take

struct ObjectCloser {
  void operator()(bpf_object *Object) const { bpf_object__close(Object); }
};
using OpenObject = std::unique_ptr<bpf_object, ObjectCloser>;

/// What one load came to.
struct Load {
  int ErrorCode = 0; ///< errno; 0 if all was loaded
  std::string LoaderText;
  std::vector<ProgramVerdict> Programs; ///< those that were asked for, with their logs
};

/// Loads one object, whole or one program at a time.
class Session {
public:
  explicit Session(const BPFObject &Object) : Object(Object) {}
  Expected<std::vector<ProgramVerdict>> run();

private:
  Expected<OpenObject> open() const;
  Expected<Load> load(StringRef Only, uint32_t LogLevel, size_t LogBytes) const;
  Expected<ProgramVerdict> judge(StringRef Program) const;

  const BPFObject &Object;
};

} // namespace

/// Kernels before 5.11 count maps against RLIMIT_MEMLOCK.
static void raiseMemoryLimit() {
  rlimit Limit{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &Limit);
}

/// An error where not even `return 0` as a socket filter can be loaded.
static Error checkRight() {
  static constexpr bpf_insn ReturnZero[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                                            {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  int FD = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, nullptr, "GPL", ReturnZero, std::size(ReturnZero), nullptr);
  if (FD >= 0) {
    close(FD);
    return Error::success();
  }
  if (errno == EPERM)
    return makeError("the kernel does not let this user load BPF programs; run this as root, or with CAP_BPF, "
                     "CAP_PERFMON and CAP_NET_ADMIN");
  return makeError("the kernel does not load BPF programs: {0}", sys::StrError(errno));
}

/// The verifier does not look at how many entries a hash or a ring buffer has; memory is spared.
static void shrink(bpf_map *Map) {
  bpf_map__set_pin_path(Map, nullptr);
  switch (bpf_map__type(Map)) {
  case BPF_MAP_TYPE_HASH:
  case BPF_MAP_TYPE_PERCPU_HASH:
  case BPF_MAP_TYPE_HASH_OF_MAPS:
  case BPF_MAP_TYPE_LPM_TRIE:
    bpf_map__set_max_entries(Map, 1);
    break;
  case BPF_MAP_TYPE_RINGBUF:
  case BPF_MAP_TYPE_USER_RINGBUF:
    bpf_map__set_max_entries(Map, static_cast<uint32_t>(sysconf(_SC_PAGESIZE)));
    break;
  case BPF_MAP_TYPE_STACK_TRACE:
  case BPF_MAP_TYPE_QUEUE:
  case BPF_MAP_TYPE_STACK:
    bpf_map__set_max_entries(Map, 1);
    break;
  default:
    break;
  }
}

Expected<OpenObject> Session::open() const {
  LibbpfWarnings Warnings;
  bpf_object_open_opts Options{};
  Options.sz = sizeof(Options);
  Options.object_name = "verify";
  OpenObject Opened(bpf_object__open_mem(Object.bytes().data(), Object.bytes().size(), &Options));
  if (!Opened)
    return makeError("{0}: libbpf does not open it: {1}", Object.name(),
                     Warnings.text().empty() ? StringRef(sys::StrError(errno)) : Warnings.text().trim());
  bpf_map *Map;
  bpf_object__for_each_map(Map, Opened.get()) shrink(Map);
  return std::move(Opened);
}

/// Loads the program \p Only, or all where that is empty.
Expected<Load> Session::load(StringRef Only, uint32_t LogLevel, size_t LogBytes) const {
  Expected<OpenObject> Opened = open();
  if (!Opened)
    return Opened.takeError();
  Load Result;
  std::list<std::vector<char>> Buffers; // of Result.Programs, in their order; libbpf holds their addresses
  bpf_program *Program;
  bpf_object__for_each_program(Program, Opened->get()) {
    bool IsAsked = Only.empty() || Only == bpf_program__name(Program);
    bpf_program__set_autoload(Program, IsAsked);
    if (!IsAsked)
      continue;
    Result.Programs.emplace_back();
    Result.Programs.back().Program = bpf_program__name(Program);
    Result.Programs.back().Section = bpf_program__section_name(Program);
    std::vector<char> &Buffer = Buffers.emplace_back(LogBytes);
    bpf_program__set_log_buf(Program, Buffer.data(), Buffer.size());
    bpf_program__set_log_level(Program, LogLevel);
  }
  LibbpfWarnings Warnings;
  int Code = bpf_object__load(Opened->get());
  Result.ErrorCode = Code < 0 ? -Code : 0;
  Result.LoaderText = Warnings.text().str();
  for (auto [V, Buffer] : zip_equal(Result.Programs, Buffers)) {
    Buffer.back() = 0;
    V.LogText = Buffer.data();
    V.Log = VerifierLog::parse(V.LogText);
  }
  return Result;
}

/// libbpf repeats the log, and says of each failure in turn what it prevented; the first line is the reason.
static std::string reasonOf(StringRef LoaderText) {
  StringRef Line = LoaderText.ltrim().split('\n').first.trim();
  Line.consume_front("libbpf: ");
  return Line.str();
}

Expected<ProgramVerdict> Session::judge(StringRef Program) const {
  Expected<Load> First = load(Program, LogStats, StatsBytes);
  if (!First)
    return First.takeError();
  ProgramVerdict Result = std::move(First->Programs.front());
  Result.ErrorCode = First->ErrorCode;
  if (!First->ErrorCode)
    return Result;
  bool IsSilent = Result.LogText.empty();
  Result.Result = IsSilent && First->ErrorCode == EPERM ? Verdict::NotJudged : Verdict::Refused;
  if (IsSilent) {
    Result.LoaderText = reasonOf(First->LoaderText);
    return Result;
  }
  Expected<Load> WithPath = load(Program, LogPath | LogStats, PathBytes);
  if (!WithPath)
    return WithPath.takeError();
  if (WithPath->ErrorCode != ENOSPC) { // where the log did not fit, the first has the objection alone
    Result.LogText = std::move(WithPath->Programs.front().LogText);
    Result.Log = std::move(WithPath->Programs.front().Log);
  }
  return Result;
}

Expected<std::vector<ProgramVerdict>> Session::run() {
  Expected<Load> Whole = load("", LogStats, StatsBytes);
  if (!Whole)
    return Whole.takeError();
  std::vector<ProgramVerdict> Verdicts = std::move(Whole->Programs);
  if (!Whole->ErrorCode)
    return Verdicts;
  for (ProgramVerdict &V : Verdicts) {
    Expected<ProgramVerdict> Judged = judge(V.Program);
    if (!Judged)
      return Judged.takeError();
    V = std::move(*Judged);
  }
  return Verdicts;
}

Expected<std::vector<ProgramVerdict>> verifyPrograms(const BPFObject &Object) {
  if (Object.isLittleEndian() != sys::IsLittleEndianHost)
    return makeError("{0}: is of the other byte order than this machine, whose kernel cannot verify it", Object.name());
  raiseMemoryLimit();
  if (Error E = checkRight())
    return std::move(E);
  return Session(Object).run();
}

} // namespace bpfbuild
