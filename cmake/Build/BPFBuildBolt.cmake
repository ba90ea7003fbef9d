# BPFBUILD_BOLT: after linking, llvm-bolt lays the code of bpfcc++ out anew, with what a compile runs in one place. A compile takes
# a third less time for it. The profile is made here: an instrumented bpfcc++ compiles programs of bench/ and examples/. That takes
# five minutes once; later links use the profile that is there, and take half a minute.
option(BPFBUILD_BOLT "Lay out the code of bpfcc++ by what runs, with llvm-bolt (static LLVM and lld only)" OFF)

if(BPFBUILD_BOLT)
  find_program(BPFBUILD_LLVM_BOLT NAMES llvm-bolt HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
  find_program(BPFBUILD_MERGE_FDATA NAMES merge-fdata HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
  # llvm-bolt does not understand functions that GCC has split.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-reorder-blocks-and-partition>)
endif()

# bpfbuild_bolt(<target>): the tool that is built is the one that llvm-bolt wrote.
function(bpfbuild_bolt target)
  if(NOT BPFBUILD_BOLT)
    return()
  endif()
  target_link_options(${target} PRIVATE -Wl,--emit-relocs)
  file(GLOB training ${PROJECT_SOURCE_DIR}/bench/vmlinux/corpus/t*.bpf.c ${PROJECT_SOURCE_DIR}/bench/pipeline/corpus/*.bpf.c
    ${PROJECT_SOURCE_DIR}/examples/*/*.bpf.c*)
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DBOLT=${BPFBUILD_LLVM_BOLT} -DMERGE=${BPFBUILD_MERGE_FDATA} -DTOOL=$<TARGET_FILE:${target}>
            -DFOLDER=${PROJECT_BINARY_DIR}/bolt "-DTRAINING=${training}" -P ${PROJECT_SOURCE_DIR}/cmake/Build/RunBolt.cmake
    COMMENT "Laying out ${target} by what runs")
endfunction()
