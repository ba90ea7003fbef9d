include(CMakeFindDependencyMacro)
find_dependency(BPFBuild COMPONENTS runtime)
include("${CMAKE_CURRENT_LIST_DIR}/carriedTargets.cmake")
