# xz, zstd, gzip and lz4, as the imported target bpfbuild_compression: kernels, and files with their BTF, come compressed. Linked statically
# where the archives are there, like libbpf.
pkg_check_modules(LIBLZMA REQUIRED liblzma)
pkg_check_modules(LIBZSTD REQUIRED libzstd)
pkg_check_modules(ZLIB REQUIRED zlib)
pkg_check_modules(LIBLZ4 REQUIRED liblz4)
find_library(BPFBUILD_LIBLZMA NAMES liblzma.a lzma HINTS ${LIBLZMA_LIBRARY_DIRS} REQUIRED)
find_library(BPFBUILD_ZLIB NAMES libz.a z HINTS ${ZLIB_LIBRARY_DIRS} REQUIRED)
find_library(BPFBUILD_LIBLZ4 NAMES liblz4.a lz4 HINTS ${LIBLZ4_LIBRARY_DIRS} REQUIRED)
find_library(BPFBUILD_LIBZSTD NAMES libzstd.a zstd HINTS ${LIBZSTD_LIBRARY_DIRS} REQUIRED)

add_library(bpfbuild_compression INTERFACE)
target_include_directories(bpfbuild_compression SYSTEM INTERFACE ${LIBLZMA_INCLUDE_DIRS} ${LIBZSTD_INCLUDE_DIRS})
target_link_libraries(bpfbuild_compression INTERFACE ${BPFBUILD_LIBLZMA} ${BPFBUILD_LIBZSTD} ${BPFBUILD_ZLIB} ${BPFBUILD_LIBLZ4} pthread)
