# CPack reads this for each generator: Debian's and RPM's packages are one for each component, the archive has all, without /usr.
if(CPACK_GENERATOR MATCHES "DEB|RPM")
  set(CPACK_COMPONENTS_GROUPING IGNORE)
else()
  set(CPACK_PACKAGING_INSTALL_PREFIX "")
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()
