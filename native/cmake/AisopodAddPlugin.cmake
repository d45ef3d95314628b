# aisopod_add_plugin(<target> [SOURCES <file>...] [MANIFEST <file>] [FILES <file>...])
#
# Makes a plugin from C or C++ sources: the folder <build>/plugins/<id>/ then holds the library
# under the name that the manifest's entry gives it, the manifest, and the README.md beside it if
# there is one. Copy that folder into ~/.aisopod/plugins/ and it is installed.
#
#   SOURCES   default: plugin.c
#   MANIFEST  default: aisopod.plugin.toml; its id and version reach the compiler as the strings
#             AISOPOD_PLUGIN_ID and AISOPOD_PLUGIN_VERSION, so that they are written down once
#   FILES     what the plugin reads, such as templates: paths from the folder of the manifest on,
#             which the built folder has too
#
# Symbols are hidden but for the entry point, and none is unique in the process
# (-fno-gnu-unique): a unique symbol would tie a reloaded library to its predecessor's data.

include_guard(GLOBAL)
include(CheckCCompilerFlag)
include(CheckCXXCompilerFlag)

function(aisopod_add_plugin target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST" "SOURCES;FILES")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "aisopod_add_plugin(${target}): not understood: "
      "${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}. "
      "Write aisopod_add_plugin(${target} SOURCES a.c b.c MANIFEST aisopod.plugin.toml FILES a.md).")
  endif()
  if(NOT arg_SOURCES)
    set(arg_SOURCES plugin.c)
  endif()
  if(NOT arg_MANIFEST)
    set(arg_MANIFEST aisopod.plugin.toml)
  endif()
  get_filename_component(manifest "${arg_MANIFEST}" ABSOLUTE)
  if(NOT EXISTS "${manifest}")
    message(FATAL_ERROR "aisopod_add_plugin(${target}): there is no ${manifest}. "
      "Write one with [plugin], id, version and entry, or name another with MANIFEST <file>.")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${manifest}")

  _aisopod_read_manifest("${manifest}" id version entry)
  get_filename_component(subfolder "${entry}" DIRECTORY)
  get_filename_component(file "${entry}" NAME)
  string(REGEX REPLACE "\\.(so|dylib|dll)$" "" stem "${file}")
  _aisopod_library_suffix(suffix)
  set(folder "${CMAKE_BINARY_DIR}/plugins/${id}")

  add_library(${target} MODULE ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE aisopod::plugin)
  target_compile_definitions(${target} PRIVATE
    "AISOPOD_PLUGIN_ID=\"${id}\"" "AISOPOD_PLUGIN_VERSION=\"${version}\"")
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME "${stem}" SUFFIX "${suffix}"
    LIBRARY_OUTPUT_DIRECTORY "$<1:${folder}/${subfolder}>" # $<1:>: no folder per configuration
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  _aisopod_no_unique_symbols(${target})

  get_filename_component(beside "${manifest}" DIRECTORY)
  _aisopod_copy(${target} "${manifest}" "${folder}/aisopod.plugin.toml")
  if(EXISTS "${beside}/README.md")
    _aisopod_copy(${target} "${beside}/README.md" "${folder}/README.md")
  endif()
  foreach(file IN LISTS arg_FILES)
    if(file MATCHES "(^|/)\\.\\.(/|$)" OR IS_ABSOLUTE "${file}" OR NOT EXISTS "${beside}/${file}")
      message(FATAL_ERROR "aisopod_add_plugin(${target}): FILES has ${file}, which is not a file "
        "below ${beside}. Write its path from there on, as in: FILES prompts/review.md")
    endif()
    _aisopod_copy(${target} "${beside}/${file}" "${folder}/${file}")
  endforeach()
endfunction()

# Copy a file whenever it is newer, as part of building the target.
function(_aisopod_copy target from to)
  add_custom_command(OUTPUT "${to}" DEPENDS "${from}" VERBATIM
    COMMAND "${CMAKE_COMMAND}" -E copy "${from}" "${to}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${to}")
  target_sources(${target} PRIVATE "${to}")
endfunction()

# What the host expects behind the stem on the system that is built for.
function(_aisopod_library_suffix out)
  if(WIN32)
    set(${out} .dll PARENT_SCOPE)
  elseif(APPLE)
    set(${out} .dylib PARENT_SCOPE)
  else()
    set(${out} .so PARENT_SCOPE)
  endif()
endfunction()

function(_aisopod_no_unique_symbols target)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages)
    check_c_compiler_flag(-fno-gnu-unique AISOPOD_C_NO_GNU_UNIQUE)
  endif()
  if("CXX" IN_LIST languages)
    check_cxx_compiler_flag(-fno-gnu-unique AISOPOD_CXX_NO_GNU_UNIQUE)
  endif()
  foreach(language C CXX)
    if(AISOPOD_${language}_NO_GNU_UNIQUE)
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:${language}>:-fno-gnu-unique>)
    endif()
  endforeach()
endfunction()

# id, version and entry of [plugin]. The host reads the manifest in full and judges it; this needs
# three strings, each on a line of its own.
function(_aisopod_read_manifest manifest out_id out_version out_entry)
  file(READ "${manifest}" text)
  _aisopod_toml_table("${text}" "plugin" plugin)
  _aisopod_toml_string("${plugin}" "id" id)
  _aisopod_toml_string("${plugin}" "version" version)
  _aisopod_toml_string("${plugin}" "entry|entry_point|main" entry)
  if(entry STREQUAL "") # a table, with an entry for each platform
    _aisopod_platform(platform)
    _aisopod_toml_table("${text}" "plugin\\.(entry|entry_point|main)" entries)
    if(plugin MATCHES "\n[ \t]*(entry|entry_point|main)[ \t]*=[ \t]*({[^}\n]*})")
      string(REGEX REPLACE "[{,]" "\n" entries "${CMAKE_MATCH_2}")
    endif()
    _aisopod_toml_string("${entries}" "\"?${platform}\"?" entry)
  endif()
  if(NOT id MATCHES "^[a-z0-9][a-z0-9._-]*$")
    message(FATAL_ERROR "${manifest}: [plugin] id is \"${id}\". Give it one of small letters, "
      "digits, dot, dash and underscore on a line of its own, as in: id = \"my-plugin\"")
  endif()
  if(NOT version MATCHES "^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$")
    message(FATAL_ERROR "${manifest}: [plugin] version is \"${version}\". "
      "Give it a semantic version on a line of its own, as in: version = \"1.0.0\"")
  endif()
  if(entry STREQUAL "" OR entry MATCHES "(^|/)\\.\\.(/|$)" OR IS_ABSOLUTE "${entry}")
    message(FATAL_ERROR "${manifest}: [plugin] entry is \"${entry}\". Give it the library's file "
      "name inside of the plugin's folder on a line of its own, as in: entry = \"my-plugin.so\"")
  endif()
  set(${out_id} "${id}" PARENT_SCOPE)
  set(${out_version} "${version}" PARENT_SCOPE)
  set(${out_entry} "${entry}" PARENT_SCOPE)
endfunction()

# The lines of one table, without its header.
function(_aisopod_toml_table text name out)
  set(lines "")
  if("\n${text}" MATCHES "\n[ \t]*\\[[ \t]*(${name})[ \t]*\\][^\n]*")
    string(FIND "\n${text}" "${CMAKE_MATCH_0}" start)
    string(LENGTH "${CMAKE_MATCH_0}" length)
    math(EXPR start "${start} + ${length}")
    string(SUBSTRING "\n${text}" ${start} -1 lines)
    if(lines MATCHES "\n[ \t]*\\[")
      string(FIND "${lines}" "${CMAKE_MATCH_0}" stop)
      string(SUBSTRING "${lines}" 0 ${stop} lines)
    endif()
  endif()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# The string behind a key (a regular expression); empty if there is none.
function(_aisopod_toml_string lines key out)
  set(value "")
  if(lines MATCHES "\n[ \t]*(${key})[ \t]*=[ \t]*(\"([^\"\n]*)\"|'([^'\n]*)')")
    string(REGEX REPLACE "^[^=]*=[ \t]*[\"'](.*)[\"']$" "\\1" value "${CMAKE_MATCH_0}")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# The host's name for the system that is built for, as in linux-x64.
function(_aisopod_platform out)
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" machine)
  if(APPLE AND CMAKE_OSX_ARCHITECTURES)
    set(machine "${CMAKE_OSX_ARCHITECTURES}")
  endif()
  string(REGEX REPLACE "^(x86_64|amd64)$" "x64" machine "${machine}")
  string(REGEX REPLACE "^aarch64$" "arm64" machine "${machine}")
  string(REGEX REPLACE "^i[3-6]86$" "ia32" machine "${machine}")
  if(WIN32)
    set(${out} "win32-${machine}" PARENT_SCOPE)
  else()
    string(TOLOWER "${CMAKE_SYSTEM_NAME}" system)
    set(${out} "${system}-${machine}" PARENT_SCOPE)
  endif()
endfunction()
