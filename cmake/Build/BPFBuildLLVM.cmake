# Finds LLVM and Clang and says how to link them. The only place, besides driver/lib/Compile/LLVMVersion.h, that depends on the LLVM
# version: 22 is what is shipped, 19 the oldest that works.
set(BPFBUILD_LLVM_VERSION 22 CACHE STRING "The LLVM to build with: 19 to 22")
find_package(LLVM REQUIRED CONFIG HINTS /usr/lib/llvm-${BPFBUILD_LLVM_VERSION}/lib/cmake/llvm)
if(NOT LLVM_VERSION_MAJOR EQUAL BPFBUILD_LLVM_VERSION)
  message(FATAL_ERROR "BPFBuild needs LLVM ${BPFBUILD_LLVM_VERSION}; found ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}. "
    "Pass -DLLVM_DIR=<prefix>/lib/cmake/llvm")
endif()
find_package(Clang REQUIRED CONFIG HINTS ${LLVM_INSTALL_PREFIX}/lib/cmake/clang)
message(STATUS "BPFBuild: LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}, linked ${BPFBUILD_LLVM_LINK}")

find_program(BPFBUILD_LLVM_TBLGEN NAMES llvm-tblgen llvm-tblgen-${BPFBUILD_LLVM_VERSION}
  HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
set(BPFBUILD_CLANG_HEADERS ${LLVM_LIBRARY_DIR}/clang/${LLVM_VERSION_MAJOR}/include)

# A BPF compiler that takes 100 MB of static archives links in a tenth of the time with lld.
find_program(BPFBUILD_LLD NAMES ld.lld HINTS ${LLVM_TOOLS_BINARY_DIR})

# bpfbuild_use_lld(<target> [<option>…]): links it by lld, with these options of lld's, where that is there.
function(bpfbuild_use_lld target)
  if(BPFBUILD_LLD)
    get_filename_component(directory ${BPFBUILD_LLD} DIRECTORY)
    target_link_options(${target} PRIVATE -fuse-ld=lld -B${directory} ${ARGN})
  endif()
endfunction()

# _bpfbuild_edit_interface(<target> <old> [<new>] …): replaces libraries in the target's link interface; an empty new one
# removes the old.
function(_bpfbuild_edit_interface target)
  if(NOT TARGET ${target})
    return()
  endif()
  get_target_property(interface ${target} INTERFACE_LINK_LIBRARIES)
  while(interface AND ARGN)
    list(POP_FRONT ARGN old new)
    list(TRANSFORM interface REPLACE "^${old}$" "${new}")
  endwhile()
  list(REMOVE_ITEM interface "")
  set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${interface}")
endfunction()

# Distributions build Clang's static archives against the shared LLVM, and LLVM's against shared libraries, and say so in their
# targets' link interfaces. Linked statically, two copies of LLVM would end up in one process. So Clang's archives get LLVM's
# components from us, and LLVMSupport the archives of zlib and zstd; of Z3, which only the static analyzer calls, nothing is needed.
if(BPFBUILD_LLVM_LINK STREQUAL "static")
  foreach(library ${CLANG_EXPORTED_TARGETS})
    _bpfbuild_edit_interface(${library} LLVM "")
  endforeach()
  find_library(BPFBUILD_LIBZ NAMES libz.a z REQUIRED)
  find_library(BPFBUILD_LIBZSTD NAMES libzstd.a zstd REQUIRED)
  _bpfbuild_edit_interface(LLVMSupport
    ZLIB::ZLIB ${BPFBUILD_LIBZ} zstd::libzstd_shared ${BPFBUILD_LIBZSTD} zstd::libzstd_static ${BPFBUILD_LIBZSTD}
    Z3 "" "[^;]*libz3[^;]*" "")
endif()

# bpfbuild_link_llvm(<target> <visibility> COMPONENTS … [CLANG …]): LLVM components and Clang libraries, by the
# linkage that the user chose.
function(bpfbuild_link_llvm target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMPONENTS;CLANG")
  target_include_directories(${target} SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
  separate_arguments(definitions UNIX_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_definitions(${target} PUBLIC ${definitions})
  if(BPFBUILD_LLVM_LINK STREQUAL "shared")
    target_link_libraries(${target} PUBLIC LLVM)
    if(arg_CLANG)
      target_link_libraries(${target} PUBLIC clang-cpp)
    endif()
  else()
    foreach(library clangOptions LLVMPlugins) # parts of others before LLVM 22
      if(NOT TARGET ${library})
        string(REGEX REPLACE "^LLVM" "" component ${library})
        list(REMOVE_ITEM arg_CLANG ${library})
        list(REMOVE_ITEM arg_COMPONENTS ${component})
      endif()
    endforeach()
    llvm_map_components_to_libnames(libraries ${arg_COMPONENTS})
    target_link_libraries(${target} PUBLIC ${arg_CLANG} ${libraries})
  endif()
endfunction()
