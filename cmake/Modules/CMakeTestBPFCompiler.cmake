# bpfcc++ is not tried here: where BPFBuild is a subdirectory of a project, it is yet to be built.
set(CMAKE_BPF_COMPILER_WORKS 1)
