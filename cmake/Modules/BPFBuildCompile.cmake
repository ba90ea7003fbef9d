# How sources become BPF objects.

# bpfbuild_compile(<name> SOURCES <source>… [USAGE_OF <target>] [what bpfbuild_add_object takes])
#
# What is under bpfbuild_add_object() and bpfbuild_add_skeleton(): a target whose objects $<GENEX_EVAL:$<TARGET_PROPERTY:<name>,BPFBUILD_OBJECTS>>
# are, with the language BPF and without it. With USAGE_OF, the include directories, definitions, options and libraries of that target
# reach the sources.
function(bpfbuild_compile name)
  set(one TARGET_KERNEL TARGET_ARCH VMLINUX LOADER USAGE_OF)
  set(many SOURCES INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "${one}" "${many}")
  _bpfbuild_check_arguments(bpfbuild_compile "${name}" "${one};${many}")
  set(headers ${arg_SOURCES})
  list(FILTER headers INCLUDE REGEX "\\.(h|hh|hpp|hxx|inc)$") # for IDEs to show
  list(REMOVE_ITEM arg_SOURCES ${headers})
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "${name}: SOURCES has no source: ${headers}")
  endif()
  if(NOT arg_TARGET_ARCH AND CMAKE_CROSSCOMPILING)
    _bpfbuild_target_arch(arg_TARGET_ARCH)
  endif()
  if(arg_VMLINUX AND NOT arg_VMLINUX MATCHES "^(kernel|none)$")
    get_filename_component(arg_VMLINUX "${arg_VMLINUX}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  # Our options, spelled so that clangd and other readers of compile_commands.json pass over them.
  set(options "")
  foreach(keyword LOADER TARGET_KERNEL TARGET_ARCH VMLINUX)
    if(arg_${keyword})
      string(TOLOWER "${keyword}" option)
      string(REPLACE "_" "-" option "${option}")
      list(APPEND options "-fplugin-arg-bpfbuild-${option}=${arg_${keyword}}")
    endif()
  endforeach()
  if(arg_USAGE_OF)
    list(APPEND arg_INCLUDE_DIRECTORIES "$<TARGET_PROPERTY:${arg_USAGE_OF},INCLUDE_DIRECTORIES>")
    list(APPEND arg_COMPILE_DEFINITIONS "$<TARGET_PROPERTY:${arg_USAGE_OF},COMPILE_DEFINITIONS>")
    list(APPEND arg_COMPILE_OPTIONS "$<TARGET_PROPERTY:${arg_USAGE_OF},COMPILE_OPTIONS>")
  endif()

  if(CMAKE_BPF_COMPILER_LOADED)
    add_library(${name} OBJECT ${arg_SOURCES} ${headers})
    set_source_files_properties(${arg_SOURCES} TARGET_DIRECTORY ${name} PROPERTIES LANGUAGE BPF)
    if(NOT TARGET bpfccxx)
      set_source_files_properties(${arg_SOURCES} TARGET_DIRECTORY ${name} PROPERTIES OBJECT_DEPENDS "${CMAKE_BPF_COMPILER}")
    endif()
    set_target_properties(${name} PROPERTIES
      BPFBUILD_OBJECTS "$<TARGET_OBJECTS:${name}>"
      INTERPROCEDURAL_OPTIMIZATION OFF POSITION_INDEPENDENT_CODE OFF UNITY_BUILD OFF AUTOMOC OFF AUTOUIC OFF AUTORCC OFF)
    _bpfbuild_drop_host_options(${name})
    _bpfbuild_add_languages(${name} "${arg_SOURCES}" "${arg_VMLINUX}" "${arg_TARGET_ARCH}")
    _bpfbuild_export_commands(${name})
  else()
    # As for skeletons, an archive without members has the properties of a library.
    set(host_language CXX)
    if(NOT CMAKE_CXX_COMPILER_LOADED)
      set(host_language C)
    endif()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${headers} "${BPFBuild_INCLUDE_DIR}/bpfbuild/skeleton.hpp")
    _bpfbuild_drop_host_options(${name})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE ${host_language})
    _bpfbuild_add_commands(${name} "${arg_SOURCES}")
  endif()
  if(TARGET bpfccxx)
    add_dependencies(${name} bpfccxx) # BPFBuild is a part of this build
  endif()
  source_group("BPF sources" FILES ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${arg_INCLUDE_DIRECTORIES})
  target_compile_definitions(${name} PRIVATE ${arg_COMPILE_DEFINITIONS})
  target_compile_options(${name} PRIVATE ${options} ${arg_COMPILE_OPTIONS})
  set_target_properties(${name} PROPERTIES BPFBUILD_SOURCES "${arg_SOURCES}" BPFBUILD_SOURCE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
endfunction()

# Without the language: a command for each source, with what the target's properties and CMAKE_BPF_FLAGS say.
function(_bpfbuild_add_commands target sources)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" configuration)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_BPF_FLAGS} ${CMAKE_BPF_FLAGS_${configuration}}")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  set(objects "")
  foreach(source ${sources})
    get_filename_component(path "${source}" ABSOLUTE)
    file(RELATIVE_PATH below "${CMAKE_CURRENT_SOURCE_DIR}" "${path}")
    string(REPLACE ".." "__" below "${below}")
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${target}.dir/${below}.o")
    if(is_multi_config)
      set(object "${CMAKE_CURRENT_BINARY_DIR}/${target}.dir/$<CONFIG>/${below}.o")
    endif()
    get_filename_component(directory "${object}" DIRECTORY)
    _bpfbuild_make_directory(make_directory "${directory}")
    set(list "")
    foreach(pair "INCLUDE_DIRECTORIES=-I" "COMPILE_DEFINITIONS=-D" "COMPILE_OPTIONS=")
      string(REGEX MATCH "^([A-Z_]+)=(.*)$" pair "${pair}")
      set(values "$<TARGET_PROPERTY:${target},${CMAKE_MATCH_1}>")
      list(APPEND list "$<$<BOOL:${values}>:${CMAKE_MATCH_2}$<JOIN:${values},$<SEMICOLON>${CMAKE_MATCH_2}>>")
    endforeach()
    add_custom_command(OUTPUT "${object}"
      ${make_directory}
      COMMAND ${CMAKE_BPF_COMPILER_LAUNCHER} "${CMAKE_BPF_COMPILER}" ${list} ${flags} -MD -MT "${object}" -MF "${object}.d" -o "${object}" -c "${path}"
      DEPENDS "${path}" "${CMAKE_BPF_COMPILER}"
      DEPFILE "${object}.d"
      COMMENT "Building BPF object ${below}.o"
      COMMAND_EXPAND_LISTS VERBATIM)
    list(APPEND objects "${object}")
  endforeach()
  # A target that makes them, for Unix Makefiles: two targets with the same command would run it twice.
  add_custom_target(${target}.objects DEPENDS ${objects})
  add_dependencies(${target} ${target}.objects)
  set_target_properties(${target} PROPERTIES BPFBUILD_OBJECTS "${objects}")
endfunction()

# Makes the directory, or gives the command to do so in front of what writes there. Ninja makes the folders of what it builds itself.
function(_bpfbuild_make_directory result directory)
  set(${result} "" PARENT_SCOPE)
  if(NOT directory MATCHES "[$]<")
    file(MAKE_DIRECTORY "${directory}")
  elseif(NOT CMAKE_GENERATOR MATCHES "Ninja")
    set(${result} COMMAND "${CMAKE_COMMAND}" -E make_directory "${directory}" PARENT_SCOPE)
  endif()
endfunction()

# What add_compile_options() says for a whole folder is for host code, unless it names the language.
function(_bpfbuild_drop_host_options target)
  get_target_property(options ${target} COMPILE_OPTIONS)
  if(options)
    set(kept "COMPILE_LANG")
    if(NOT CMAKE_BPF_COMPILER_LOADED)
      set(kept "^$")
    endif()
    list(FILTER options INCLUDE REGEX "${kept}")
    set_target_properties(${target} PROPERTIES COMPILE_OPTIONS "${options}")
  endif()
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
