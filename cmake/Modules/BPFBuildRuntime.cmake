# BPFBuild::runtime: the include path of <bpfbuild/…> and the program's libbpf. BPFBuild_LIBBPF names another libbpf than the
# one that is found.
find_path(BPFBuild_LIBBPF_INCLUDE_DIR bpf/libbpf.h)
find_library(BPFBuild_LIBBPF bpf)
mark_as_advanced(BPFBuild_LIBBPF_INCLUDE_DIR BPFBuild_LIBBPF)
if(NOT BPFBuild_LIBBPF OR NOT BPFBuild_LIBBPF_INCLUDE_DIR)
  set(BPFBuild_FOUND FALSE)
  set(BPFBuild_NOT_FOUND_MESSAGE
    "BPFBuild's skeletons need libbpf 1.0 or later: install libbpf-dev (Debian, Ubuntu) or libbpf-devel (Fedora), or set BPFBuild_LIBBPF and BPFBuild_LIBBPF_INCLUDE_DIR")
elseif(NOT TARGET BPFBuild::runtime)
  add_library(BPFBuild::runtime INTERFACE IMPORTED)
  target_include_directories(BPFBuild::runtime INTERFACE
    "${BPFBuild_INCLUDE_DIR}" "${BPFBuild_LIBBPF_INCLUDE_DIR}")
  target_link_libraries(BPFBuild::runtime INTERFACE "${BPFBuild_LIBBPF}")
  target_compile_features(BPFBuild::runtime INTERFACE cxx_std_17)
endif()
