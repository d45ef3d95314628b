# The version of the package is the version of the ABI, read from plugin.h: find_package(aisopod 1.0)
# wants a header that knows 1.0. A header of 1.2 also fits 1.0 and 1.1, since it compiles plugins for
# the oldest minor unless they say more; it fits no other major. A range (1.0...1.5) has to contain
# the version. find_package() reads this file before aisopodConfig.cmake, in a scope of its own.

set(header "${CMAKE_CURRENT_LIST_DIR}/../include/aisopod/plugin.h")
if(NOT EXISTS "${header}") # in an installed prefix, as in aisopodConfig.cmake
  set(header "${CMAKE_CURRENT_LIST_DIR}/../../../include/aisopod/plugin.h")
endif()
file(STRINGS "${header}" lines REGEX "^#define AISOPOD_ABI_M[A-Z_]+ +[0-9]+")
string(REGEX MATCH "AISOPOD_ABI_MAJOR +([0-9]+)" _ "${lines}")
set(major "${CMAKE_MATCH_1}")
string(REGEX MATCH "AISOPOD_ABI_MINOR_MAX +([0-9]+)" _ "${lines}")
set(PACKAGE_VERSION "${major}.${CMAKE_MATCH_1}")

set(PACKAGE_VERSION_COMPATIBLE FALSE)
set(PACKAGE_VERSION_EXACT FALSE)
if(PACKAGE_FIND_VERSION_RANGE)
  if(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION_MIN
      AND PACKAGE_FIND_VERSION_MIN_MAJOR EQUAL major
      AND (PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION_MAX
        OR (PACKAGE_FIND_VERSION_RANGE_MAX STREQUAL "INCLUDE"
          AND PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION_MAX)))
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
  endif()
elseif(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION
    AND PACKAGE_FIND_VERSION_MAJOR EQUAL major)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
