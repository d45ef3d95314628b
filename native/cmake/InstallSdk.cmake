# What `cmake --install` brings: the headers, and find_package(aisopod). Nothing of it is compiled,
# so that `cmake --install build --component sdk` works right after configuring.

install(DIRECTORY "${PROJECT_SOURCE_DIR}/native/include/aisopod" DESTINATION include
  COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(FILES
  "${CMAKE_CURRENT_LIST_DIR}/aisopodConfig.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/AisopodAddPlugin.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/aisopodConfigVersion.cmake"
  DESTINATION lib/cmake/aisopod COMPONENT sdk)
