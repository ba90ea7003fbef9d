//===- Probe.cpp - what the running kernel supports -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are loaded through libbpf's bpf_prog_load(), maps are left to its libbpf_probe_bpf_map_type(). Types, attach
// types and helpers that are newer than the libbpf at hand are named by number.
//===----------------------------------------------------------------------===//
#include "Kernel/Probe.h"
#include "BTF/Builder.h"
#include "Kernel/Helpers.h"
#include "Kernel/MapTypes.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/utsname.h>
#include <unistd.h>

using namespace llvm;

namespace bpfbuild {

using btf::BTF;
using btf::Kind;

namespace {
/// How a program of a type is loaded that does nothing.
struct ProgramType {
  uint32_t Id;
  StringLiteral Name;
  uint32_t AttachType = 0;  ///< expected_attach_type
  uint32_t Flags = 0;       ///< prog_flags
  StringLiteral Target{""}; ///< a name in the kernel's BTF that it is attached to
  Kind TargetKind = Kind::Void;
};
} // namespace

static constexpr uint32_t Sleepable = 1 << 4; // BPF_F_SLEEPABLE
static constexpr uint32_t CgroupInet4Connect = 10, CgroupGetsockopt = 21, TraceRawTp = 23, LsmMac = 27, SkLookup = 36,
                          Netfilter = 45;

static constexpr ProgramType ProgramTypes[] = {
    {1, "socket_filter"},
    {2, "kprobe"},
    {3, "sched_cls"},
    {4, "sched_act"},
    {5, "tracepoint"},
    {6, "xdp"},
    {7, "perf_event"},
    {8, "cgroup_skb"},
    {9, "cgroup_sock"},
    {10, "lwt_in"},
    {11, "lwt_out"},
    {12, "lwt_xmit"},
    {13, "sock_ops"},
    {14, "sk_skb"},
    {15, "cgroup_device"},
    {16, "sk_msg"},
    {17, "raw_tracepoint"},
    {18, "cgroup_sock_addr", CgroupInet4Connect},
    {19, "lwt_seg6local"},
    {20, "lirc_mode2"},
    {21, "sk_reuseport"},
    {22, "flow_dissector"},
    {23, "cgroup_sysctl"},
    {24, "raw_tracepoint_writable"},
    {25, "cgroup_sockopt", CgroupGetsockopt},
    {26, "tracing", TraceRawTp, 0, "btf_trace_sched_switch", Kind::Typedef},
    {27, "struct_ops", 0, 0, "tcp_congestion_ops", Kind::Struct},
    {28, "ext", 0, 0, "vfs_read", Kind::Func},
    {29, "lsm", LsmMac, 0, "bpf_lsm_file_open", Kind::Func},
    {30, "sk_lookup", SkLookup},
    {31, "syscall", 0, Sleepable},
    {32, "netfilter", Netfilter},
};

//===----------------------------------------------------------------------===//
// Programs and helpers
//===----------------------------------------------------------------------===//

namespace {
/// What the kernel said to a program.
struct Answer {
  int Error; ///< errno; 0 if it was loaded
  std::string Log;
};

class Prober {
public:
  explicit Prober(const BTF *Types) : Types(Types) {}

  bool isSupported(const ProgramType &T) const;
  bool canCall(const ProgramType &T, const Helper &H) const;
  /// False where only some attach points can be asked for, and none is known here.
  bool canAskForHelpers(const ProgramType &T) const { return T.Name != "ext" && load(T, ReturnsZero).Error == 0; }

private:
  static constexpr bpf_insn ReturnsZero[] = {{0xb7, 0, 0, 0, 0}, {0x95, 0, 0, 0, 0}};

  Answer load(const ProgramType &T, ArrayRef<bpf_insn> Code) const;
  uint32_t attachTypeOf(const ProgramType &T, uint32_t Target) const;

  const BTF *Types;
};
} // namespace

/// Of a struct_ops program it is the number of the member: the first one that is a function.
uint32_t Prober::attachTypeOf(const ProgramType &T, uint32_t Target) const {
  if (T.TargetKind != Kind::Struct)
    return T.AttachType;
  uint32_t Index = 0;
  for (btf::Member M : Types->type(Target).members()) {
    if (M.Name == "ssthresh") // which every algorithm has
      return Index;
    ++Index;
  }
  return 0;
}

Answer Prober::load(const ProgramType &T, ArrayRef<bpf_insn> Code) const {
  std::string Log(1 << 14, '\0');
  bpf_prog_load_opts Options = {};
  Options.sz = sizeof(Options);
  Options.prog_flags = T.Flags;
  Options.log_buf = Log.data();
  Options.log_size = Log.size();
  Options.log_level = 1;
  if (uint32_t Target = T.Target.empty() || !Types ? 0 : Types->find(T.Target, T.TargetKind)) {
    Options.attach_btf_id = Target;
    Options.expected_attach_type = static_cast<bpf_attach_type>(attachTypeOf(T, Target));
  } else {
    Options.expected_attach_type = static_cast<bpf_attach_type>(T.AttachType);
  }
  int File = bpf_prog_load(static_cast<bpf_prog_type>(T.Id), nullptr, "GPL", Code.data(), Code.size(), &Options);
  Log.resize(StringRef(Log.c_str()).size());
  if (File < 0)
    return {-File, std::move(Log)};
  close(File);
  return {0, std::move(Log)};
}

/// A kernel that knows a type gets as far as to complain of what it is to be attached to.
bool Prober::isSupported(const ProgramType &T) const {
  Answer A = load(T, ReturnsZero);
  return A.Error == 0 || (!T.Target.empty() && !A.Log.empty());
}

/// The verifier names the helper when it refuses the call, in words that have changed (check_helper_call()). Any other
/// complaint is about arguments or the result, and comes later.
bool Prober::canCall(const ProgramType &T, const Helper &H) const {
  bpf_insn Code[] = {{0x85, 0, 0, 0, int32_t(H.Id)}, {0x95, 0, 0, 0, 0}};
  Answer A = load(T, Code);
  StringRef Log = A.Log;
  return A.Error == 0 || (!Log.empty() && !Log.contains("invalid func ") && !Log.contains("unknown func ") &&
                          !Log.contains("program of this type cannot use helper"));
}

static void probePrograms(const BTF *Types, KernelFeatures &Result) {
  Prober Kernel(Types);
  for (const ProgramType &T : ProgramTypes) {
    bool IsSupported = Kernel.isSupported(T);
    Result.ProgramTypes.push_back({T.Name.str(), IsSupported});
    if (!IsSupported || !Kernel.canAskForHelpers(T))
      continue;
    HelperSupport &Helpers = Result.Helpers.emplace_back(HelperSupport{T.Name.str(), {}});
    for (const Helper &H : helpers())
      if (Kernel.canCall(T, H))
        Helpers.Helpers.push_back(H.Name);
  }
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

static bool hasArena() {
  constexpr uint32_t Mmapable = 1 << 10;
  bpf_map_create_opts Options = {};
  Options.sz = sizeof(Options);
  Options.map_flags = Mmapable;
  int File = bpf_map_create(static_cast<bpf_map_type>(MapType::Arena), nullptr, 0, 0, 1, &Options);
  if (File >= 0)
    close(File);
  return File >= 0;
}

static bool hasInsnArray() {
  int File = bpf_map_create(static_cast<bpf_map_type>(MapType::InsnArray), nullptr, 4, 16, 1, nullptr);
  if (File >= 0)
    close(File);
  return File >= 0;
}

static void probeMaps(KernelFeatures &Result) {
  for (uint32_t Id = 1; !mapTypeName(MapType(Id)).empty(); ++Id) {
    MapType Type{Id};
    bool IsSupported = Type == MapType::Arena ? hasArena()
                       : Type == MapType::InsnArray
                           ? hasInsnArray()
                           : libbpf_probe_bpf_map_type(static_cast<bpf_map_type>(Id), nullptr) == 1;
    Result.MapTypes.push_back({mapTypeName(Type).str(), IsSupported});
  }
}

//===----------------------------------------------------------------------===//
// BTF
//===----------------------------------------------------------------------===//

/// Valid BTF with a type of the kind; ids 1 and 2 are an int and a function's prototype.
static std::string makeBTF(Kind K) {
  btf::Builder B;
  uint32_t Int = B.addInt("int", 4, 1), Prototype = B.addPrototype(0, {});
  switch (K) {
  case Kind::Ptr:
  case Kind::Volatile:
  case Kind::Const:
  case Kind::Restrict:
    B.addReference(K, K == Kind::Restrict ? B.addReference(Kind::Ptr, Int) : Int);
    break;
  case Kind::Typedef:
    B.addReference(K, Int, "name");
    break;
  case Kind::TypeTag:
    B.addReference(Kind::Ptr, B.addReference(K, Int, "tag"));
    break;
  case Kind::Array:
    B.addArray(Int, Int, 1);
    break;
  case Kind::Struct:
  case Kind::Union:
    B.addRecord(K, "name", 4, {{"member", Int, 0}});
    break;
  case Kind::Enum:
  case Kind::Enum64:
    B.addEnum(K, "name", K == Kind::Enum ? 4 : 8, {{"VALUE", 1}});
    break;
  case Kind::Fwd:
    B.addForward("name");
    break;
  case Kind::Func:
    B.addFunction("name", Prototype);
    break;
  case Kind::Var:
    B.addVariable("name", Int);
    break;
  case Kind::DataSec:
    B.addSection(".bss", 4, {{B.addVariable("name", Int), 0, 4}});
    break;
  case Kind::Float:
    B.addFloat("float", 4);
    break;
  case Kind::DeclTag:
    B.addTag("tag", B.addRecord(Kind::Struct, "name", 4, {{"member", Int, 0}}));
    break;
  default:
    break;
  }
  return B.finish();
}

static void probeBTF(KernelFeatures &Result) {
  for (uint8_t Id = 1; Id <= uint8_t(Kind::Enum64); ++Id) {
    std::string Bytes = makeBTF(Kind(Id));
    int File = bpf_btf_load(Bytes.data(), Bytes.size(), nullptr);
    Result.BTFKinds.push_back({toString(Kind(Id)).str(), File >= 0});
    if (File >= 0)
      close(File);
  }
}

static void readKernelTypes(const BTF &Types, KernelFeatures &Result) {
  if (uint32_t Enum = Types.find("bpf_attach_type", Kind::Enum))
    for (btf::Enumerator E : Types.type(Enum).enumerators())
      if (!StringRef(E.Name).starts_with("__"))
        Result.AttachTypes.push_back(E.Name.str());
  StringSet<> Seen;
  for (const BTF::Definition &D : Types.definitions()) {
    if (D.TypeKind != Kind::DeclTag)
      continue;
    btf::Type Tag = Types.type(D.Id), Tagged = Types.type(Tag.Ref);
    if (Tag.Component == -1 && Tag.Name == "bpf_kfunc" && Tagged.TypeKind == Kind::Func &&
        Seen.insert(Tagged.Name).second)
      Result.Kfuncs.push_back(Tagged.Name.str());
  }
  llvm::sort(Result.Kfuncs);
}

Expected<KernelFeatures> probeKernel(const BTF *Types) {
  KernelFeatures Result;
  utsname System;
  if (uname(&System) == 0)
    Result.Release = System.release;
  libbpf_set_print([](libbpf_print_level, const char *, va_list) { return 0; });
  if (int File = bpf_map_create(BPF_MAP_TYPE_HASH, nullptr, 4, 4, 1, nullptr); File >= 0)
    close(File);
  else
    return makeError("the kernel does not let this user create maps and load programs: {0}; it takes CAP_BPF (root)",
                     std::strerror(-File));
  probePrograms(Types, Result);
  probeMaps(Result);
  probeBTF(Result);
  if (Types)
    readKernelTypes(*Types, Result);
  return Result;
}

} // namespace bpfbuild
