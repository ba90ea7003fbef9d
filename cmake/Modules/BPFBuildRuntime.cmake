# BPFBuild::runtime: the include path of <bpfbuild/…> and the program's libbpf. BPFBuild_LIBBPF names another libbpf than the
# one that is found; with BPFBuild_STATIC_LIBBPF it is linked statically.
find_path(BPFBuild_LIBBPF_INCLUDE_DIR bpf/libbpf.h)
set(_bpfbuild_libbpf bpf)
if(BPFBuild_STATIC_LIBBPF)
  set(_bpfbuild_libbpf libbpf.a)
  find_library(BPFBuild_LIBELF elf)
  find_library(BPFBuild_ZLIB z)
  mark_as_advanced(BPFBuild_LIBELF BPFBuild_ZLIB)
endif()
find_library(BPFBuild_LIBBPF NAMES ${_bpfbuild_libbpf})
mark_as_advanced(BPFBuild_LIBBPF_INCLUDE_DIR BPFBuild_LIBBPF)
if(NOT BPFBuild_LIBBPF OR NOT BPFBuild_LIBBPF_INCLUDE_DIR)
  set(BPFBuild_FOUND FALSE)
  set(BPFBuild_NOT_FOUND_MESSAGE
    "BPFBuild's skeletons need libbpf 1.0 or later: install libbpf-dev (Debian, Ubuntu) or libbpf-devel (Fedora), or set BPFBuild_LIBBPF and BPFBuild_LIBBPF_INCLUDE_DIR")
elseif(BPFBuild_STATIC_LIBBPF AND (NOT BPFBuild_LIBELF OR NOT BPFBuild_ZLIB))
  set(BPFBuild_FOUND FALSE)
  set(BPFBuild_NOT_FOUND_MESSAGE
    "BPFBuild_STATIC_LIBBPF needs libelf and zlib: install libelf-dev and zlib1g-dev (Debian, Ubuntu) or elfutils-libelf-devel and zlib-devel (Fedora)")
elseif(NOT TARGET BPFBuild::runtime)
  add_library(BPFBuild::runtime INTERFACE IMPORTED)
  target_include_directories(BPFBuild::runtime INTERFACE
    "${BPFBuild_INCLUDE_DIR}" "${BPFBuild_LIBBPF_INCLUDE_DIR}")
  target_link_libraries(BPFBuild::runtime INTERFACE "${BPFBuild_LIBBPF}" ${BPFBuild_LIBELF} ${BPFBuild_ZLIB})
  target_compile_features(BPFBuild::runtime INTERFACE cxx_std_17)
endif()

# What skeletons are linked with: the functions of the runtime, compiled once, which makes the headers of skeletons cheap to
# include. With BPFBuild_HEADER_ONLY they are inline.
function(_bpfbuild_runtime result)
  if(BPFBuild_HEADER_ONLY)
    set(${result} BPFBuild::runtime PARENT_SCOPE)
    return()
  endif()
  if(NOT TARGET bpfbuild_runtime)
    add_library(bpfbuild_runtime STATIC EXCLUDE_FROM_ALL "${BPFBuild_INCLUDE_DIR}/bpfbuild/runtime.cpp")
    target_compile_definitions(bpfbuild_runtime PUBLIC BPFBUILD_COMPILED_RUNTIME)
    target_link_libraries(bpfbuild_runtime PUBLIC BPFBuild::runtime)
    target_compile_options(bpfbuild_runtime PRIVATE -w)
    set_target_properties(bpfbuild_runtime PROPERTIES
      POSITION_INDEPENDENT_CODE ON UNITY_BUILD OFF AUTOMOC OFF AUTOUIC OFF AUTORCC OFF CXX_CLANG_TIDY "" CXX_CPPCHECK "")
  endif()
  set(${result} bpfbuild_runtime PARENT_SCOPE)
endfunction()
