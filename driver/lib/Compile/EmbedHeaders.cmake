# Puts Clang's builtin headers, libbpf's BPF-side headers and ours into BPFBuildCompile: EmbeddedHeaders.inc holds one .incbin
# for each file and the table of their names. What BPF code can never use (host intrinsics, offload wrappers) stays out.
set(embedded_assembly ".section .rodata\n")
set(embedded_table "")
set(embedded_files "")
set(embedded_count 0)

function(_bpfbuild_embed root prefix)
  foreach(file ${ARGN})
    set_property(GLOBAL APPEND PROPERTY bpfbuild_embedded "${prefix}/${file}|${root}/${file}")
  endforeach()
endfunction()

file(GLOB builtin RELATIVE ${BPFBUILD_CLANG_HEADERS} ${BPFBUILD_CLANG_HEADERS}/*.h)
list(FILTER builtin EXCLUDE REGEX
  "intrin|^(arm|riscv|sifive|ppc|hexagon|hvx|opencl|mm|pm|ammintrin|cuda|hlsl|amdgpu|nvptx|spirv|gpu|vec|s390|wasm|ia32|xtensa|cet|cpuid|__clang_|mm_malloc|altivec|htm)")
_bpfbuild_embed(${BPFBUILD_CLANG_HEADERS} clang/include ${builtin})
file(GLOB library RELATIVE ${PROJECT_SOURCE_DIR}/headers/bpf_helpers CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/headers/bpf_helpers/bpf_helpers/*.hpp)
_bpfbuild_embed(${PROJECT_SOURCE_DIR}/headers/bpf_helpers include
  bpf/bpf_core_read.h bpf/bpf_helpers.h bpf/bpf_tracing.h bpf/usdt.bpf.h bpf_helpers/pt_regs.h ${library})
_bpfbuild_embed(${BPFBUILD_LIBBPF_HEADERS} include bpf/bpf_endian.h)
_bpfbuild_embed(${BPFBUILD_LIBBPF_HEADERS}/bpf include/libbpf # which ours include
  bpf_core_read.h bpf_tracing.h libbpf_version.h usdt.bpf.h)

get_property(embedded GLOBAL PROPERTY bpfbuild_embedded)
foreach(entry ${embedded})
  string(REPLACE "|" ";" entry "${entry}")
  list(GET entry 0 name)
  list(GET entry 1 path)
  math(EXPR embedded_count "${embedded_count} + 1")
  string(APPEND embedded_assembly
    "embedded_${embedded_count}:\n.incbin \"${path}\"\nembedded_${embedded_count}_end:\n.byte 0\n")
  string(APPEND embedded_table
    ".quad embedded_${embedded_count}_name, embedded_${embedded_count}, embedded_${embedded_count}_end - embedded_${embedded_count}\n")
  string(APPEND embedded_assembly "embedded_${embedded_count}_name: .asciz \"${name}\"\n")
  list(APPEND embedded_files ${path})
endforeach()
file(CONFIGURE OUTPUT ${BPFBUILD_GENERATED}/EmbeddedHeaders.S @ONLY CONTENT
"// Made by EmbedHeaders.cmake: {name, bytes, size} for each header, ended by a null name.
${embedded_assembly}
.section .data.rel.ro,\"aw\"
.balign 8
.globl bpfbuild_embedded_headers
bpfbuild_embedded_headers:
${embedded_table}.quad 0, 0, 0
.section .note.GNU-stack,\"\",%progbits
")
target_sources(BPFBuildCompile PRIVATE ${BPFBUILD_GENERATED}/EmbeddedHeaders.S)
set_source_files_properties(${BPFBUILD_GENERATED}/EmbeddedHeaders.S PROPERTIES OBJECT_DEPENDS "${embedded_files}")
