# How the language BPF is compiled. Flags of other languages do not reach it; CMAKE_BPF_FLAGS and the environment's BPFFLAGS do.
set(CMAKE_INCLUDE_FLAG_BPF "-I")
set(CMAKE_INCLUDE_SYSTEM_FLAG_BPF "-isystem ")
set(CMAKE_BPF_DEFINE_FLAG "-D")
set(CMAKE_DEPFILE_FLAGS_BPF "-MD -MT <DEP_TARGET> -MF <DEP_FILE>")
set(CMAKE_BPF_DEPFILE_FORMAT gcc)
set(CMAKE_BPF_DEPENDS_USE_COMPILER TRUE)

set(CMAKE_BPF_FLAGS_INIT "$ENV{BPFFLAGS} ${CMAKE_BPF_FLAGS_INIT}")
cmake_initialize_per_config_variable(CMAKE_BPF_FLAGS "Flags used by the BPF compiler")

# CMake knows launchers (ccache) for its own languages only.
string(REPLACE ";" " " _bpfbuild_launcher "${CMAKE_BPF_COMPILER_LAUNCHER}")
set(CMAKE_BPF_COMPILE_OBJECT
  "${_bpfbuild_launcher} <CMAKE_BPF_COMPILER> <DEFINES> <INCLUDES> <FLAGS> -o <OBJECT> -c <SOURCE>")
string(STRIP "${CMAKE_BPF_COMPILE_OBJECT}" CMAKE_BPF_COMPILE_OBJECT)
set(CMAKE_BPF_INFORMATION_LOADED 1)
