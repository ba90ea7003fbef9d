# libbpf ≥ 1.0 (its linker and loader) and libelf, as the imported target bpfbuild_libbpf. The tools link both
# statically where the archives are there, so that a copy of the one file bpfcc++ runs anywhere.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBBPF REQUIRED libbpf>=1.0)
pkg_check_modules(LIBELF REQUIRED libelf)
find_path(BPFBUILD_LIBBPF_HEADERS bpf/bpf_helpers.h HINTS ${LIBBPF_INCLUDE_DIRS} REQUIRED)
find_library(BPFBUILD_LIBBPF NAMES libbpf.a bpf HINTS ${LIBBPF_LIBRARY_DIRS} REQUIRED)
find_library(BPFBUILD_LIBELF NAMES libelf.a elf HINTS ${LIBELF_LIBRARY_DIRS} REQUIRED)
find_library(BPFBUILD_LIBZ NAMES libz.a z REQUIRED)

add_library(bpfbuild_libbpf INTERFACE)
target_include_directories(bpfbuild_libbpf SYSTEM INTERFACE ${BPFBUILD_LIBBPF_HEADERS})
target_link_libraries(bpfbuild_libbpf INTERFACE ${BPFBUILD_LIBBPF} ${BPFBUILD_LIBELF} ${BPFBUILD_LIBZ})
if(LIBELF_VERSION VERSION_GREATER_EQUAL 0.189)
  find_library(BPFBUILD_LIBZSTD NAMES libzstd.a zstd REQUIRED)   # libelf reads zstd sections since 0.189
  target_link_libraries(bpfbuild_libbpf INTERFACE ${BPFBUILD_LIBZSTD})
endif()
