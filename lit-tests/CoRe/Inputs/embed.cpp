// embed [hide] [needed|never|always] [path]: loads the program with the BTF that it is told to use; "hide" takes the kernel's away first.
#include "embed.skel.hpp"
#include <cstdio>
#include <cstring>
#include <sys/mount.h>
#include <unistd.h>
#include <utility>

int main(int argc, char **argv) {
  bpfbuild::open_options options;
  for (int index = 1; index < argc; ++index) {
    if (std::strcmp(argv[index], "hide") == 0 && mount("none", "/sys/kernel/btf", "tmpfs", 0, nullptr) != 0)
      return std::perror("mount"), 2;
    if (std::strcmp(argv[index], "never") == 0)
      options.use_archive = bpfbuild::embedded_btf::never;
    if (std::strcmp(argv[index], "always") == 0)
      options.use_archive = bpfbuild::embedded_btf::always;
    if (argv[index][0] == '/')
      options.btf_path = argv[index];
  }
  auto opened = embed::open(options);
  if (!opened)
    return std::printf("open: %s\n", opened.error().message()), 1;
  auto loaded = std::move(*opened).load();
  if (!loaded)
    return std::printf("load: %s\n", loaded.error().message()), 1;
  if (auto attached = loaded->attach(); !attached)
    return std::printf("attach: %s\n", attached.error().message()), 1;
  for (int count = 0; count < 100; ++count)
    usleep(100);
  const bool is_right = loaded->bss().same > 0 && loaded->bss().different == 0;
  std::printf("%s\n", is_right ? "reads the right members" : "reads something else");
  return !is_right;
}
