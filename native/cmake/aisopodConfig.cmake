# find_package(aisopod 1.0): the target aisopod::plugin (the headers) and aisopod_add_plugin().
# aisopod_VERSION is the version of the ABI.
#
# Found in an installed prefix (cmake --install build --prefix P) with -DCMAKE_PREFIX_PATH=P, and
# where aisopod itself lies, without installing anything, with the folder that holds `cmake` and
# `include` as CMAKE_PREFIX_PATH.

if(NOT TARGET aisopod::plugin)
  get_filename_component(_aisopod_include "${CMAKE_CURRENT_LIST_DIR}/../include" ABSOLUTE)
  if(NOT EXISTS "${_aisopod_include}/aisopod/plugin.h")
    get_filename_component(_aisopod_include "${CMAKE_CURRENT_LIST_DIR}/../../../include" ABSOLUTE)
  endif()
  add_library(aisopod::plugin INTERFACE IMPORTED)
  target_include_directories(aisopod::plugin INTERFACE "${_aisopod_include}")
  unset(_aisopod_include)
endif()
include("${CMAKE_CURRENT_LIST_DIR}/AisopodAddPlugin.cmake")
