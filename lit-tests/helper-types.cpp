// Asks the running kernel which helpers the programs of each type may call, by any attach type.
//
//     helper-types print     a line a type: its name, and the helpers' numbers
//     helper-types compare   what Kernel/HelperTypes.def says otherwise
//
// scripts/make-helper-types.py makes that table of what several kernels print.
#include "BTF/BTFFile.h"
#include "Kernel/HelperTypes.h"
#include "Kernel/Helpers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <bpf/bpf.h>
#include <map>
#include <set>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

using namespace bpfbuild;
using bpfbuild::btf::Kind;

namespace {
/// A way to load programs of a type: on it depends what they may call.
struct Variant {
  uint32_t Id;
  llvm::StringLiteral Name;
  std::vector<uint32_t> AttachTypes = {0};
  std::vector<const char *> Targets = {""}; ///< in the kernel's BTF
  Kind TargetKind = Kind::Func;
  std::vector<uint32_t> Flags = {0};
};
} // namespace

static constexpr uint32_t Sleepable = 1 << 4; // BPF_F_SLEEPABLE

/// struct_ops and ext programs may call what that which they implement or replace may, so there is no answer for them.
static const Variant Variants[] = {
    {1, "socket_filter"},
    {2, "kprobe", {0, 42, 48, 56, 57}, {""}, Kind::Func, {0, Sleepable}},
    {3, "sched_cls"},
    {4, "sched_act"},
    {5, "tracepoint"},
    {6, "xdp", {0, 33, 35, 37}},
    {7, "perf_event"},
    {8, "cgroup_skb", {0, 1}},
    {9, "cgroup_sock", {2, 12, 13, 34}},
    {10, "lwt_in"},
    {11, "lwt_out"},
    {12, "lwt_xmit"},
    {13, "sock_ops", {3}},
    {14, "sk_skb", {0, 4, 5, 38}},
    {15, "cgroup_device", {6}},
    {16, "sk_msg", {7}},
    {17, "raw_tracepoint"},
    {18, "cgroup_sock_addr", {8, 9, 10, 11, 14, 15, 19, 20, 29, 30, 31, 32, 49, 50, 51, 52, 53}},
    {19, "lwt_seg6local"},
    {20, "lirc_mode2", {16}},
    {21, "sk_reuseport", {0, 39, 40}},
    {22, "flow_dissector", {17}},
    {23, "cgroup_sysctl", {18}},
    {24, "raw_tracepoint_writable"},
    {25, "cgroup_sockopt", {21, 22}},
    {26, "tracing", {23}, {"btf_trace_sched_switch", "btf_trace_sys_enter"}, Kind::Typedef},
    {26, "tracing", {24, 25, 26}, {"security_file_open", "vfs_read", "bpf_fentry_test1"}, Kind::Func, {0, Sleepable}},
    {26,
     "tracing",
     {28},
     {"bpf_iter_task", "bpf_iter_task_file", "bpf_iter_tcp", "bpf_iter_udp", "bpf_iter_unix", "bpf_iter_netlink",
      "bpf_iter_bpf_map_elem", "bpf_iter_bpf_sk_storage_map", "bpf_iter_cgroup"},
     Kind::Func,
     {0, Sleepable}},
    {29,
     "lsm",
     {27, 43},
     {"bpf_lsm_file_open", "bpf_lsm_bprm_check_security", "bpf_lsm_socket_post_create", "bpf_lsm_socket_bind",
      "bpf_lsm_inet_conn_established", "bpf_lsm_inet_csk_clone", "bpf_lsm_sk_alloc_security", "bpf_lsm_sock_graft"},
     Kind::Func,
     {0, Sleepable}},
    {30, "sk_lookup", {36}},
    {31, "syscall", {0}, {""}, Kind::Func, {Sleepable}},
    {32, "netfilter", {45}},
};

/// The verifier's log of a load; empty where it was loaded, nothing where the verifier never looked.
static std::optional<std::string> load(uint32_t Type, llvm::ArrayRef<bpf_insn> Code, bpf_prog_load_opts &Options) {
  std::string Log(1 << 14, '\0');
  Options.log_buf = Log.data();
  Options.log_size = static_cast<uint32_t>(Log.size());
  Options.log_level = 1;
  int File = bpf_prog_load(static_cast<bpf_prog_type>(Type), nullptr, "GPL", Code.data(), Code.size(), &Options);
  if (File >= 0)
    return close(File), "";
  Log.resize(llvm::StringRef(Log.c_str()).size());
  return Log.empty() ? std::nullopt : std::optional(Log);
}

static bool canCall(uint32_t Type, const Helper &H, bpf_prog_load_opts &Options) {
  std::optional<std::string> Log =
      load(Type, {{0x85, 0, 0, 0, static_cast<int32_t>(H.Id)}, {0x95, 0, 0, 0, 0}}, Options);
  llvm::StringRef Text = Log ? llvm::StringRef(*Log) : "";
  return Log && !Text.contains("invalid func ") && !Text.contains("unknown func ") &&
         !Text.contains("program of this type cannot use helper");
}

/// Adds the numbers of the helpers that \p V may call.
static void ask(const Variant &V, const bpfbuild::btf::BTF &Types, std::set<uint32_t> &Ids) {
  for (uint32_t AttachType : V.AttachTypes)
    for (llvm::StringRef Target : V.Targets)
      for (uint32_t Flags : V.Flags) {
        bpf_prog_load_opts Options = {};
        Options.sz = sizeof(Options);
        Options.prog_flags = Flags;
        Options.expected_attach_type = static_cast<bpf_attach_type>(AttachType);
        Options.attach_btf_id = Target.empty() ? 0 : Types.find(Target, V.TargetKind);
        // Left out: a type or attach type that is not there, or that nobody may load. Only 0 may be wrong as a result.
        std::optional<std::string> Log = load(V.Id, {{0xb7, 0, 0, 0, 0}, {0x95, 0, 0, 0, 0}}, Options);
        bool WasVerified = Log && (Log->empty() || llvm::StringRef(*Log).contains("At program exit"));
        if (!WasVerified || (!Target.empty() && !Options.attach_btf_id))
          continue;
        for (const Helper &H : helpers())
          if (!Ids.count(H.Id) && canCall(V.Id, H, Options))
            Ids.insert(H.Id);
      }
}

/// The kernels that the table is made of.
static constexpr KernelVersion TableKernels[] = {
#define HELPER_TYPES(TYPE, MAJOR, MINOR, HELPERS) {MAJOR, MINOR},
#include "Kernel/HelperTypes.def"
};

/// A kernel that the table is made of gives the same answers; another may leave out what its configuration does. The
/// table does not know when a helper is taken back: that was done once, for safety (bpf_skb_pull_data).
static int compare(const std::map<std::string, std::set<uint32_t>> &Asked, KernelVersion Here) {
  unsigned Requests = 0, Differences = 0;
  for (const auto &[Type, Ids] : Asked)
    for (const Helper &H : helpers()) {
      std::optional<HelperRefusal> Refused = findRefusal(Type, H.Id, Here);
      ++Requests;
      if (Refused.has_value() && Ids.count(H.Id)) {
        ++Differences;
        llvm::outs() << Type << ": the kernel takes " << H.Name << ", the table does not\n";
      }
      if (llvm::is_contained(TableKernels, Here) && isJudged(Type, H.Id) && !Refused && !Ids.count(H.Id) &&
          !(Type == "lwt_seg6local" && H.Name == "bpf_skb_pull_data")) {
        ++Differences;
        llvm::outs() << Type << ": the kernel does not take " << H.Name << ", the table does\n";
      }
    }
  llvm::outs() << Asked.size() << " types, " << Requests << " calls, " << Differences << " differ\n";
  return Differences ? 1 : 0;
}

int main(int Argc, char **Argv) {
  llvm::StringRef What = Argc == 2 ? Argv[1] : "";
  if (What != "print" && What != "compare")
    return llvm::errs() << "usage: helper-types print|compare\n", 2;
  rlimit Unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &Unlimited);
  bpfbuild::btf::BTFFile Kernel = llvm::cantFail(bpfbuild::btf::BTFFile::open("/sys/kernel/btf/vmlinux"));
  std::map<std::string, std::set<uint32_t>> Asked;
  for (const Variant &V : Variants) {
    std::set<uint32_t> Ids;
    ask(V, Kernel.types(), Ids);
    if (!Ids.empty())
      Asked[V.Name.str()].merge(Ids);
  }
  utsname Name{};
  uname(&Name);
  if (What == "compare")
    return compare(Asked, KernelVersion::parse(Name.release).value_or(NewestKernel));
  for (const auto &[Type, Ids] : Asked) {
    llvm::outs() << Type;
    for (uint32_t Id : Ids)
      llvm::outs() << ' ' << Id;
    llvm::outs() << '\n';
  }
  return 0;
}
