# The flags that all of our own code is compiled with: warnings are errors, sanitizers when asked for.
add_library(bpfbuild_flags INTERFACE)
target_compile_options(bpfbuild_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wno-unused-parameter -Wno-redundant-move
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # GCC bug 105329
  -fno-exceptions)
if(BPFBUILD_SANITIZE)
  target_compile_options(bpfbuild_flags INTERFACE
    -fsanitize=${BPFBUILD_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer -g)
  target_link_options(bpfbuild_flags INTERFACE -fsanitize=${BPFBUILD_SANITIZE})
endif()
if(BPFBUILD_BUILD_FUZZERS) # coverage for the fuzzers to follow, in all libraries
  target_compile_options(bpfbuild_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
