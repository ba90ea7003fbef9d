//===- Hosts.cpp - what libbpf 1.0 took from hosts ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Migrate/Hosts.h"
#include "Support/CTokens.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

namespace {
struct Removed {
  StringLiteral Name, Instead;
};
} // namespace

static constexpr Removed Table[] = {
    {"bpf_prog_load", "bpf_object__open_file(), bpf_object__load() and bpf_program__fd(); the function of this name "
                      "loads instructions, and takes other arguments"},
    {"bpf_prog_load_xattr", "bpf_object__open_file() and bpf_object__load()"},
    {"bpf_prog_load_buffer", "bpf_object__open_mem() and bpf_object__load()"},
    {"bpf_load_program", "bpf_prog_load()"},
    {"bpf_load_program_name", "bpf_prog_load()"},
    {"bpf_load_program_xattr", "bpf_prog_load()"},
    {"bpf_verify_program", "bpf_prog_load()"},
    {"bpf_create_map", "bpf_map_create()"},
    {"bpf_create_map_name", "bpf_map_create()"},
    {"bpf_create_map_node", "bpf_map_create() with numa_node"},
    {"bpf_create_map_xattr", "bpf_map_create()"},
    {"bpf_create_map_in_map", "bpf_map_create() with inner_map_fd"},
    {"bpf_create_map_in_map_node", "bpf_map_create() with inner_map_fd and numa_node"},
    {"bpf_probe_prog_type", "libbpf_probe_bpf_prog_type()"},
    {"bpf_probe_map_type", "libbpf_probe_bpf_map_type()"},
    {"bpf_probe_helper", "libbpf_probe_bpf_helper()"},
    {"bpf_probe_large_insn_limit", "a program of that many instructions, loaded by bpf_prog_load()"},
    {"bpf_object__open_xattr", "bpf_object__open_file()"},
    {"bpf_object__open_buffer", "bpf_object__open_mem()"},
    {"bpf_object__load_xattr", "bpf_object__load(), and log_level or log_buf of bpf_object_open_opts"},
    {"bpf_object__unload", "bpf_object__close()"},
    {"bpf_object__next", "a list of your own"},
    {"bpf_object__find_program_by_title", "bpf_object__find_program_by_name(), with the function's name"},
    {"bpf_object__find_map_by_offset", "bpf_object__find_map_by_name()"},
    {"bpf_object__set_priv", "a map of your own from object to data"},
    {"bpf_object__priv", "a map of your own from object to data"},
    {"bpf_program__title", "bpf_program__section_name()"},
    {"bpf_program__load", "bpf_object__load()"},
    {"bpf_program__next", "bpf_object__next_program()"},
    {"bpf_program__prev", "bpf_object__prev_program()"},
    {"bpf_program__size", "bpf_program__insn_cnt()"},
    {"bpf_program__set_prep", "bpf_program__set_insns() in a prog_prepare_load_fn"},
    {"bpf_program__nth_fd", "bpf_program__fd()"},
    {"bpf_program__pin_instance", "bpf_program__pin()"},
    {"bpf_program__set_priv", "a map of your own from program to data"},
    {"bpf_program__priv", "a map of your own from program to data"},
    {"bpf_program__set_socket_filter", "bpf_program__set_type(), or SEC(\"socket\")"},
    {"bpf_program__set_tracepoint", "bpf_program__set_type(), or SEC(\"tracepoint/CATEGORY/NAME\")"},
    {"bpf_program__set_raw_tracepoint", "bpf_program__set_type(), or SEC(\"raw_tp/NAME\")"},
    {"bpf_program__set_kprobe", "bpf_program__set_type(), or SEC(\"kprobe/FUNCTION\")"},
    {"bpf_program__set_lsm", "bpf_program__set_type(), or SEC(\"lsm/HOOK\")"},
    {"bpf_program__set_sched_cls", "bpf_program__set_type(), or SEC(\"tc\")"},
    {"bpf_program__set_sched_act", "bpf_program__set_type(), or SEC(\"action\")"},
    {"bpf_program__set_xdp", "bpf_program__set_type(), or SEC(\"xdp\")"},
    {"bpf_program__set_perf_event", "bpf_program__set_type(), or SEC(\"perf_event\")"},
    {"bpf_program__set_tracing", "bpf_program__set_type(), or SEC(\"fentry/FUNCTION\")"},
    {"bpf_program__set_struct_ops", "bpf_program__set_type(), or SEC(\"struct_ops\")"},
    {"bpf_program__set_extension", "bpf_program__set_type(), or SEC(\"freplace/FUNCTION\")"},
    {"bpf_program__set_sk_lookup", "bpf_program__set_type(), or SEC(\"sk_lookup\")"},
    {"bpf_map__def", "bpf_map__type(), bpf_map__key_size() and the like"},
    {"bpf_map__is_offload_neutral", "a test of bpf_map__type() for BPF_MAP_TYPE_PERF_EVENT_ARRAY"},
    {"bpf_map__resize", "bpf_map__set_max_entries()"},
    {"bpf_map__next", "bpf_object__next_map()"},
    {"bpf_map__prev", "bpf_object__prev_map()"},
    {"bpf_map__set_priv", "a map of your own from map to data"},
    {"bpf_map__priv", "a map of your own from map to data"},
    {"bpf_set_link_xdp_fd", "bpf_xdp_attach() and bpf_xdp_detach()"},
    {"bpf_set_link_xdp_fd_opts", "bpf_xdp_attach() and bpf_xdp_detach()"},
    {"bpf_get_link_xdp_id", "bpf_xdp_query_id()"},
    {"bpf_get_link_xdp_info", "bpf_xdp_query()"},
    {"bpf_perf_event_read_simple", "perf_buffer__new() and perf_buffer__poll()"},
    {"perf_buffer__new_raw_deprecated", "perf_buffer__new_raw()"},
    {"btf__load", "btf__load_into_kernel()"},
    {"btf__get_from_id", "btf__load_from_kernel_by_id()"},
    {"btf__get_nr_types", "btf__type_cnt() - 1"},
    {"btf__get_map_kv_tids", "bpf_map__btf_key_type_id() and bpf_map__btf_value_type_id()"},
    {"btf__finalize_data", ""},
    {"btf_ext__reloc_func_info", "func_info of bpf_prog_load_opts"},
    {"btf_ext__reloc_line_info", "line_info of bpf_prog_load_opts"},
    {"load_bpf_file", "bpf_object__open_file() and bpf_object__load()"},
    {"load_bpf_file_fixup_map", "bpf_object__open_file(), bpf_map__set_* and bpf_object__load()"},
    {"map_data", "bpf_object__for_each_map()"},
    {"map_fd", "bpf_object__find_map_fd_by_name()"},
    {"prog_fd", "bpf_program__fd()"},
};

/// The arguments between the parenthesis at \p Open and its end.
static unsigned countArguments(ArrayRef<Token> Words, size_t Open) {
  unsigned Depth = 0, Count = 1;
  for (size_t I = Open; I < Words.size(); ++I) {
    Depth += Words[I].is('(') || Words[I].is('{');
    if ((Words[I].is(')') || Words[I].is('}')) && !--Depth)
      break;
    Count += Words[I].is(',') && Depth == 1;
  }
  return Count;
}

std::vector<Diagnostic> adviseHost(StringRef Path, StringRef Text) {
  std::vector<Diagnostic> Result;
  bool HasLoader = Text.contains("bpf_load.h"); // whose names are words like others
  Tokenizer Tokens(Text, 0, Text.size());
  std::vector<Token> Words;
  for (Token T = Tokens.next(); T.Kind != TokenKind::End; T = Tokens.next()) {
    if (T.Kind == TokenKind::Bad) { // a raw string, an apostrophe in prose: the next line may be C again
      Tokens = Tokenizer(Text, std::min(Text.find('\n', T.Begin), Text.size()), Text.size());
      continue;
    }
    Words.push_back(T);
  }
  unsigned Line = 1;
  size_t LineBegin = 0;
  for (size_t I = 0; I + 1 < Words.size(); ++I) {
    const Token &T = Words[I];
    StringRef Name = Text.slice(T.Begin, T.End);
    const auto *Old = T.Kind == TokenKind::Word ? find_if(Table, [Name](const Removed &R) { return R.Name == Name; })
                                                : std::end(Table);
    if (Old == std::end(Table))
      continue;
    bool IsOfLoader =
        !Name.starts_with("bpf_") && !Name.starts_with("btf_") && !Name.contains("__") && !Name.starts_with("libbpf_");
    bool IsUsed = IsOfLoader ? HasLoader && (Words[I + 1].is('[') || Words[I + 1].is('(')) : Words[I + 1].is('(');
    if (Name == "bpf_prog_load" && countArguments(Words, I + 1) != 4) // that of 1.0 has six
      continue;
    if (I && (Words[I - 1].is('.') || Words[I - 1].is('>'))) // a member
      continue;
    if (!IsUsed)
      continue;
    for (size_t At = Text.find('\n', LineBegin); At < T.Begin; At = Text.find('\n', LineBegin)) {
      LineBegin = At + 1;
      ++Line;
    }
    Diagnostic D;
    D.Level = Severity::Warning;
    D.Object = Path.str();
    D.Place = {Path.str(), Line, unsigned(T.Begin - LineBegin + 1)};
    D.Message = formatv(Old->Instead.empty() ? "libbpf 1.0 and newer have no {0}{1}, and need none"
                                             : "libbpf 1.0 and newer have no {0}{1}; use {2}",
                        Name, Words[I + 1].is('(') ? "()" : "[]", Old->Instead);
    if (Name == "bpf_prog_load")
      D.Message = formatv("libbpf 1.0 and newer have another bpf_prog_load(); use {0}", Old->Instead);
    Result.push_back(std::move(D));
  }
  return Result;
}

} // namespace bpfbuild
