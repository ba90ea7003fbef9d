# `cpack -G DEB`, RPM or TZST in the build folder: bpfbuild with the tools, their man pages and completions, libbpfbuild-dev with the
# headers and the CMake and pkg-config files; the archive has both, and works wherever it is unpacked.
set(BPFBUILD_MAINTAINER "BPFBuild developers <bpfbuild@users.noreply.github.com>" CACHE STRING "Who is named in the packages")
set(packaging ${PROJECT_SOURCE_DIR}/packaging)

set(CPACK_PACKAGE_NAME bpfbuild)
set(CPACK_PACKAGE_VENDOR "BPFBuild")
set(CPACK_PACKAGE_CONTACT ${BPFBUILD_MAINTAINER})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "compiler driver for BPF programs in C++ projects")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL tools development)
set(CPACK_THREADS 0)

# What Debian's policy wants in each package. SOURCE_DATE_EPOCH gives the date, so that the same sources can give the same package.
string(TIMESTAMP release_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(component tools development)
  set(package bpfbuild)
  if(component STREQUAL development)
    set(package libbpfbuild-dev)
  endif()
  set(folder ${PROJECT_BINARY_DIR}/packaging/${package})
  file(CONFIGURE OUTPUT ${folder}/changelog @ONLY
    CONTENT "bpfbuild (@PROJECT_VERSION@) stable; urgency=medium\n\n  * What is new is in CHANGELOG.md of the sources.\n\n -- @BPFBUILD_MAINTAINER@  @release_date@\n")
  if(BPFBUILD_GZIP)
    execute_process(COMMAND ${BPFBUILD_GZIP} -9nf ${folder}/changelog)
    install(FILES ${folder}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
  endif()
  install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endforeach()
set(package bpfbuild)
configure_file(${packaging}/lintian-overrides.in ${PROJECT_BINARY_DIR}/packaging/lintian-overrides @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/packaging/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME bpfbuild
  COMPONENT tools)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${BPFBUILD_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME bpfbuild)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS "libbpfbuild-dev, qemu-system-x86")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libbpfbuild-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "bpfbuild (= ${PROJECT_VERSION}), libbpf-dev (>= 1:1.0), zlib1g-dev")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "bpfcc++ compiles BPF programs in C and C++ with Clang in process, checks
their maps at the line of the source, and writes a typed C++ skeleton.
bpfbuild runs each of its stages alone.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "This package has the headers that skeletons include, the CMake package
BPFBuild, and bpfbuild.pc for pkg-config.")

set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0 WITH LLVM-exception AND (BSD-2-Clause OR GPL-2.0-only)")
set(CPACK_RPM_TOOLS_PACKAGE_NAME bpfbuild)
set(CPACK_RPM_DEVELOPMENT_PACKAGE_NAME bpfbuild-devel)
set(CPACK_RPM_DEVELOPMENT_PACKAGE_REQUIRES "bpfbuild = ${PROJECT_VERSION}, libbpf-devel >= 1.0")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/man /usr/share/man/man1 /usr/libexec /usr/lib/cmake /usr/lib/pkgconfig
  /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/zsh /usr/share/fish)

set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/PackageGrouping.cmake)
include(CPack)
