# The functions of find_package(BPFBuild). docs/cmake.md has them with examples.

# bpfbuild_add_object(<name> SOURCES <source>… [INCLUDE_DIRECTORIES …] [COMPILE_DEFINITIONS …] [COMPILE_OPTIONS …]
#                     [TARGET_KERNEL <version>] [TARGET_ARCH <arch>] [VMLINUX <file>|kernel|none]
#                     [LOADER libbpf|ebpf-go|iproute2|aya])
#
# An object library of BPF sources, one BPF object each. bpfbuild_add_skeleton(… OBJECTS <name>) links them.
function(bpfbuild_add_object name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET_KERNEL;TARGET_ARCH;VMLINUX;LOADER"
    "SOURCES;INCLUDE_DIRECTORIES;COMPILE_DEFINITIONS;COMPILE_OPTIONS")
  _bpfbuild_check_arguments(bpfbuild_add_object "${name}" "${arg_UNPARSED_ARGUMENTS}" "${arg_KEYWORDS_MISSING_VALUES}")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "bpfbuild_add_object(${name}): no SOURCES")
  endif()
  _bpfbuild_add_sources(${name} "${arg_SOURCES}" "${arg_VMLINUX}" "${arg_TARGET_ARCH}")
  _bpfbuild_compile_options(options "${arg_TARGET_KERNEL}" "${arg_TARGET_ARCH}" "${arg_VMLINUX}" "${arg_LOADER}")
  target_include_directories(${name} PRIVATE ${arg_INCLUDE_DIRECTORIES})
  target_compile_definitions(${name} PRIVATE ${arg_COMPILE_DEFINITIONS})
  target_compile_options(${name} PRIVATE ${options} ${arg_COMPILE_OPTIONS})
endfunction()

# bpfbuild_add_skeleton(<name> SOURCES <source>… | OBJECTS <object target>… [NAME <id>] [NAMESPACE <ns>] [HEADER <file>]
#                       [STYLE cxx|c] [SUBSKELETON | LIGHT [SIGN_KEY <file> SIGN_CERT <file>]] [TYPES_FROM <header>]
#                       [EMBED inline|incbin|file] [VERIFY [<where>…]] [what bpfbuild_add_object takes])
#
# Links BPF sources, BPF object targets or both into one object and makes its skeleton. A program that links to <name> gets the
# include path of <name>.skel.hpp, the runtime, libbpf and the build order; with STYLE c, of <name>.skel.h, whose names are
# those of bpftool's skeletons. With SUBSKELETON it is <name>.subskel.hpp or .subskel.h, for a library whose BPF sources are linked
# into somebody's object; with STYLE c LIGHT <name>.lskel.h, which needs no libbpf, and may be signed. Include directories, definitions, options and
# libraries of <name> itself reach the BPF sources. With VERIFY the build fails on what the verifier of the running kernel, or
# of the kernels <where>…, has against the programs.
function(bpfbuild_add_skeleton name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SUBSKELETON;LIGHT"
    "NAME;NAMESPACE;HEADER;STYLE;TYPES_FROM;EMBED;TARGET_KERNEL;TARGET_ARCH;VMLINUX;LOADER;SIGN_KEY;SIGN_CERT"
    "OBJECTS;SOURCES;VERIFY;INCLUDE_DIRECTORIES;COMPILE_DEFINITIONS;COMPILE_OPTIONS")
  if("VERIFY" IN_LIST arg_KEYWORDS_MISSING_VALUES)
    list(REMOVE_ITEM arg_KEYWORDS_MISSING_VALUES VERIFY)
    set(arg_VERIFY running)
  endif()
  _bpfbuild_check_arguments(bpfbuild_add_skeleton "${name}" "${arg_UNPARSED_ARGUMENTS}"
    "${arg_KEYWORDS_MISSING_VALUES}")
  if(NOT arg_SOURCES AND NOT arg_OBJECTS)
    message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): neither SOURCES nor OBJECTS")
  endif()
  if(arg_LOADER AND NOT arg_LOADER STREQUAL "libbpf")
    message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): LOADER ${arg_LOADER}: a skeleton loads its object by libbpf; use bpfbuild_add_object")
  endif()

  if(NOT arg_STYLE)
    set(arg_STYLE cxx)
  elseif(NOT arg_STYLE MATCHES "^(cxx|c)$")
    message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): STYLE ${arg_STYLE}: expected cxx or c")
  endif()
  set(kind skel)
  if(arg_SUBSKELETON AND arg_LIGHT)
    message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): SUBSKELETON or LIGHT, not both")
  elseif(arg_SUBSKELETON)
    set(kind subskel)
  elseif(arg_LIGHT)
    set(kind lskel)
    if(NOT arg_STYLE STREQUAL "c")
      message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): LIGHT needs STYLE c; there is no light skeleton in C++")
    endif()
  endif()
  if((arg_SIGN_KEY OR arg_SIGN_CERT) AND NOT (arg_LIGHT AND arg_SIGN_KEY AND arg_SIGN_CERT))
    message(FATAL_ERROR "bpfbuild_add_skeleton(${name}): SIGN_KEY and SIGN_CERT need each other, and LIGHT")
  endif()

  if(arg_SOURCES)
    set(object ${name}.bpf)
    _bpfbuild_add_sources(${object} "${arg_SOURCES}" "${arg_VMLINUX}" "${arg_TARGET_ARCH}")
    _bpfbuild_compile_options(options "${arg_TARGET_KERNEL}" "${arg_TARGET_ARCH}" "${arg_VMLINUX}" "${arg_LOADER}")
    target_include_directories(${object} PRIVATE
      ${arg_INCLUDE_DIRECTORIES} "$<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>")
    target_compile_definitions(${object} PRIVATE
      ${arg_COMPILE_DEFINITIONS} "$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>")
    target_compile_options(${object} PRIVATE
      ${options} ${arg_COMPILE_OPTIONS} "$<TARGET_PROPERTY:${name},COMPILE_OPTIONS>")
    list(APPEND arg_OBJECTS ${object})
  endif()

  _bpfbuild_header_path(header "${name}" "${arg_HEADER}" "${arg_STYLE}" ${kind})
  _bpfbuild_generate_skeleton("${header}" "${arg_OBJECTS}" "${arg_NAME}" "${arg_NAMESPACE}" "${arg_STYLE}" ${kind} "${arg_EMBED}"
    "${arg_VERIFY}" "${arg_TYPES_FROM}" "${arg_SIGN_KEY}" "${arg_SIGN_CERT}")

  add_custom_target(${name}.skeleton DEPENDS "${header}")
  add_dependencies(${name}.skeleton ${arg_OBJECTS}) # Unix Makefiles see other targets' objects as files only
  # An archive without members: a target that can be linked to and compiles nothing; what links to it is compiled after the
  # header is made.
  add_library(${name} STATIC "${BPFBuild_INCLUDE_DIR}/bpfbuild/skeleton.hpp")
  if(arg_LIGHT)
    target_include_directories(${name} INTERFACE "${BPFBuild_LIBBPF_INCLUDE_DIR}")
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  elseif(arg_STYLE STREQUAL "c")
    set(runtime BPFBuild::libbpf)
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  else()
    _bpfbuild_runtime(runtime)
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  endif()
  add_dependencies(${name} ${name}.skeleton)
  get_filename_component(directory "${header}" DIRECTORY)
  target_include_directories(${name} INTERFACE "${directory}")
  target_link_libraries(${name} INTERFACE ${runtime})
  _bpfbuild_keep_header_path(${name} "${directory}")
  if(NOT TARGET bpfbuild_skeletons)
    add_custom_target(bpfbuild_skeletons)
  endif()
  add_dependencies(bpfbuild_skeletons ${name}.skeleton)
endfunction()

function(_bpfbuild_check_arguments function name unparsed missing)
  if(unparsed)
    message(FATAL_ERROR "${function}(${name}): unknown arguments: ${unparsed}")
  endif()
  if(missing)
    message(FATAL_ERROR "${function}(${name}): no value behind: ${missing}")
  endif()
endfunction()

# An object library whose sources are BPF, free of what presets and toolchains set for host code.
function(_bpfbuild_add_sources target sources vmlinux arch)
  add_library(${target} OBJECT ${sources})
  set_source_files_properties(${sources} TARGET_DIRECTORY ${target} PROPERTIES LANGUAGE BPF)
  if(TARGET bpfccxx)
    add_dependencies(${target} bpfccxx) # BPFBuild is a part of this build
  else()
    set_source_files_properties(${sources} TARGET_DIRECTORY ${target} PROPERTIES OBJECT_DEPENDS "${CMAKE_BPF_COMPILER}")
  endif()
  _bpfbuild_add_languages(${target} "${sources}" "${vmlinux}" "${arch}")
  _bpfbuild_export_commands(${target})
  set_target_properties(${target} PROPERTIES
    INTERPROCEDURAL_OPTIMIZATION OFF POSITION_INDEPENDENT_CODE OFF UNITY_BUILD OFF AUTOMOC OFF AUTOUIC OFF AUTORCC OFF)
endfunction()

# Says what the sources are written in, and gives editors the flags by which they read them as bpfcc++ does: bpfcc++ takes these
# flags, too, and they change nothing there. Sources in one language have them from the target, others each its own.
function(_bpfbuild_add_languages target sources vmlinux arch)
  set(c_sources ${sources})
  list(FILTER c_sources INCLUDE REGEX "\\.c$")
  set(cxx_sources ${sources})
  list(FILTER cxx_sources EXCLUDE REGEX "\\.c$")
  _bpfbuild_editor_flags(c_flags c "${vmlinux}" "${arch}")
  _bpfbuild_editor_flags(cxx_flags c++ "${vmlinux}" "${arch}")
  if(NOT cxx_sources)
    target_compile_options(${target} PRIVATE ${c_flags})
  elseif(NOT c_sources)
    target_compile_options(${target} PRIVATE ${cxx_flags})
  else()
    foreach(language c cxx)
      foreach(source ${${language}_sources})
        get_source_file_property(old "${source}" TARGET_DIRECTORY ${target} COMPILE_OPTIONS)
        if(NOT old MATCHES "(^|;)-x")
          set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_OPTIONS ${${language}_flags})
        endif()
      endforeach()
    endforeach()
  endif()
endfunction()

# What make knows of the target's compile commands goes into compile_commands.json when something is built; Ninja's generators write it
# themselves.
function(_bpfbuild_export_commands target)
  if(NOT CMAKE_EXPORT_COMPILE_COMMANDS OR NOT CMAKE_GENERATOR MATCHES "Makefiles")
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY _bpfbuild_targets "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir")
  if(NOT TARGET bpfbuild_compile_commands)
    add_custom_target(bpfbuild_compile_commands ALL
      COMMAND "${CMAKE_COMMAND}" "-DJSON=${CMAKE_BINARY_DIR}/compile_commands.json"
              "-DTARGETS=$<GENEX_EVAL:$<TARGET_PROPERTY:bpfbuild_compile_commands,BPFBUILD_TARGETS>>"
              -P "${BPFBuild_MODULES}/BPFBuildCompileCommands.cmake"
      VERBATIM)
  endif()
  get_property(targets GLOBAL PROPERTY _bpfbuild_targets)
  set_target_properties(bpfbuild_compile_commands PROPERTIES BPFBUILD_TARGETS "${targets}")
endfunction()

# The flags for sources in that language. The headers that bpfcc++ has inside, and vmlinux.h, are written into the build folder
# once, where somebody reads compile commands: CMAKE_EXPORT_COMPILE_COMMANDS, or an IDE by CMake's file API.
function(_bpfbuild_editor_flags result language vmlinux arch)
  set(${result} "-x${language}" PARENT_SCOPE)
  get_filename_component(folder "${CMAKE_BPF_COMPILER}" DIRECTORY)
  if(NOT (CMAKE_EXPORT_COMPILE_COMMANDS OR EXISTS "${CMAKE_BINARY_DIR}/.cmake/api/v1/query") OR NOT EXISTS "${folder}/bpfbuild")
    return() # for nobody, or BPFBuild is a part of this build and yet to be built
  endif()
  set(arguments lsp-config "--folder=${CMAKE_BINARY_DIR}" --print-flags=${language})
  if(NOT arch AND CMAKE_CROSSCOMPILING)
    _bpfbuild_target_arch(arch)
  endif()
  if(arch)
    list(APPEND arguments --target-arch=${arch})
  endif()
  if(vmlinux MATCHES "\\.h$")
    list(APPEND arguments --btf=none) # the user's own is read as it is
  elseif(vmlinux AND NOT vmlinux STREQUAL "kernel")
    if(NOT vmlinux STREQUAL "none")
      get_filename_component(vmlinux "${vmlinux}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    list(APPEND arguments "--btf=${vmlinux}")
  endif()
  get_property(flags GLOBAL PROPERTY "_bpfbuild_editor_flags ${arguments}")
  if(NOT flags)
    execute_process(COMMAND "${folder}/bpfbuild" ${arguments} OUTPUT_VARIABLE flags ERROR_VARIABLE error RESULT_VARIABLE code)
    if(code)
      message(STATUS "BPFBuild: editors will not know BPF sources: ${error}")
      return()
    endif()
    string(STRIP "${flags}" flags)
    string(REPLACE "\n" ";" flags "${flags}")
    set_property(GLOBAL PROPERTY "_bpfbuild_editor_flags ${arguments}" "${flags}")
  endif()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

# Our options, spelled so that clangd and other readers of compile_commands.json pass over them.
function(_bpfbuild_compile_options result kernel arch vmlinux loader)
  set(options "")
  if(loader)
    list(APPEND options -fplugin-arg-bpfbuild-loader=${loader})
  endif()
  if(NOT arch AND CMAKE_CROSSCOMPILING)
    _bpfbuild_target_arch(arch)
  endif()
  if(kernel)
    list(APPEND options -fplugin-arg-bpfbuild-target-kernel=${kernel})
  endif()
  if(arch)
    list(APPEND options -fplugin-arg-bpfbuild-target-arch=${arch})
  endif()
  if(vmlinux AND NOT vmlinux MATCHES "^(kernel|none)$")
    get_filename_component(vmlinux "${vmlinux}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  if(vmlinux)
    list(APPEND options "-fplugin-arg-bpfbuild-vmlinux=${vmlinux}")
  endif()
  set(${result} "${options}" PARENT_SCOPE)
endfunction()

# What --target-arch= calls the processor that the project is built for; empty if it has no name there.
function(_bpfbuild_target_arch result)
  set(arch "")
  foreach(pair x86_64=x86 i.86=x86 aarch64=arm64 arm.*=arm s390x?=s390 ppc.*=powerpc powerpc.*=powerpc riscv.*=riscv
          loongarch.*=loongarch mips.*=mips)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 processor)
    if(NOT arch AND CMAKE_SYSTEM_PROCESSOR MATCHES "^${processor}$")
      list(GET pair 1 arch)
    endif()
  endforeach()
  set(${result} "${arch}" PARENT_SCOPE)
endfunction()

function(_bpfbuild_header_path result name header style kind)
  set(ending hpp)
  if(style STREQUAL "c")
    set(ending h)
  endif()
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(header)
    get_filename_component(header "${header}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  elseif(is_multi_config)
    set(header "${CMAKE_CURRENT_BINARY_DIR}/bpfbuild/$<CONFIG>/${name}.${kind}.${ending}")
  else()
    set(header "${CMAKE_CURRENT_BINARY_DIR}/bpfbuild/${name}.${kind}.${ending}")
  endif()
  set(${result} "${header}" PARENT_SCOPE)
endfunction()

# The header finds the object beside it by __FILE__. Where a distribution's flags map file names (-ffile-prefix-map), the header's
# folder is mapped to itself.
function(_bpfbuild_keep_header_path name directory)
  get_directory_property(options COMPILE_OPTIONS)
  if("${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${options}" MATCHES "-prefix-map=")
    target_compile_options(${name} INTERFACE "$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${directory}=${directory}>")
  endif()
endfunction()

# The command that links the objects of the targets and writes the header.
function(_bpfbuild_generate_skeleton header targets name namespace style kind embed kernels types key certificate)
  set(options "")
  set(objects "")
  set(outputs "${header}")
  if(name)
    list(APPEND options --name=${name})
  endif()
  if(namespace)
    list(APPEND options --namespace=${namespace})
  endif()
  if(style STREQUAL "c")
    list(APPEND options --skeleton-style=c)
  endif()
  if(kind STREQUAL "subskel")
    list(APPEND options --subskeleton)
  elseif(kind STREQUAL "lskel")
    list(APPEND options --light)
  endif()
  set(read "")
  if(key)
    get_filename_component(key "${key}" ABSOLUTE)
    get_filename_component(certificate "${certificate}" ABSOLUTE)
    list(APPEND options "--sign-key=${key}" "--sign-cert=${certificate}")
    list(APPEND read "${key}" "${certificate}")
  endif()
  if(embed)
    list(APPEND options --embed=${embed})
  endif()
  if(kind STREQUAL "skel" AND NOT embed STREQUAL "inline")
    list(APPEND outputs "${header}.o")
  endif()
  if(types)
    get_filename_component(types "${types}" ABSOLUTE)
    list(APPEND options "--types=${types}")
    list(APPEND read "${types}")
  endif()
  foreach(kernel ${kernels})
    list(APPEND options "--verify=${kernel}")
  endforeach()
  foreach(target ${targets})
    list(APPEND objects "$<TARGET_OBJECTS:${target}>")
  endforeach()
  get_filename_component(directory "${header}" DIRECTORY)
  if(NOT directory MATCHES "\\$<")
    file(MAKE_DIRECTORY "${directory}")
  endif()
  get_filename_component(file "${header}" NAME)
  add_custom_command(OUTPUT ${outputs}
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${directory}"
    COMMAND "${CMAKE_BPF_COMPILER}" ${objects} ${options} -o "${header}"
    DEPENDS ${objects} ${read} "${CMAKE_BPF_COMPILER}"
    COMMENT "Generating BPF skeleton ${file}"
    COMMAND_EXPAND_LISTS VERBATIM)
endfunction()
