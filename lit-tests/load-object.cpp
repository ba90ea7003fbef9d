// load-object FILE…: loads each BPF object into the kernel and lists its maps and programs; exits 1, with libbpf's log on standard
// error, if one cannot be loaded. What bpftool would show, without a place to pin things.
#include <bpf/libbpf.h>
#include <cstdio>

static bool load(const char *path) {
  bpf_object *object = bpf_object__open_file(path, nullptr);
  if (object == nullptr || bpf_object__load(object) != 0) {
    std::fprintf(stderr, "%s: cannot be loaded\n", path);
    return false;
  }
  bpf_map *map;
  bpf_object__for_each_map(map, object) std::printf(
      "map %s: type %d, key %u, value %u, entries %u, flags %u\n", bpf_map__name(map), bpf_map__type(map),
      bpf_map__key_size(map), bpf_map__value_size(map), bpf_map__max_entries(map), bpf_map__map_flags(map));
  bpf_program *program;
  bpf_object__for_each_program(program, object) std::printf("program %s: type %d, %zu instructions\n",
                                                            bpf_program__name(program), bpf_program__type(program),
                                                            bpf_program__insn_cnt(program));
  bpf_object__close(object);
  return true;
}

int main(int argc, char **argv) {
  bool all = true;
  for (int i = 1; i < argc; ++i)
    all = load(argv[i]) && all;
  return all ? 0 : 1;
}
