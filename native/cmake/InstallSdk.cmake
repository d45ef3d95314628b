# What `cmake --install` brings: the headers, and find_package(aisopod). Nothing of it is compiled,
# so that `cmake --install build --component sdk` works right after configuring.

include(CMakePackageConfigHelpers)

write_basic_package_version_file("${PROJECT_BINARY_DIR}/aisopodConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/native/include/aisopod" DESTINATION include
  COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(FILES
  "${CMAKE_CURRENT_LIST_DIR}/aisopodConfig.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/AisopodAddPlugin.cmake"
  "${PROJECT_BINARY_DIR}/aisopodConfigVersion.cmake"
  DESTINATION lib/cmake/aisopod COMPONENT sdk)
