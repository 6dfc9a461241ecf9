# A kit is everything but the code under test, compiled once per flavour: GoogleTest from Debian's
# packaged sources, the test support library and a precompiled prelude. CMake's own test targets and
# the `promissory` tool use the same kit, so that both give the same verdict: kit.json tells the
# tool its compiler, flags and libraries.

find_program(PROMISSORY_CCACHE ccache)
# Without these liberties ccache does not cache what includes a precompiled header.
set(PROMISSORY_CACHED "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "${PROMISSORY_CCACHE}")

function(promissory_add_kit)
  promissory_flavour_flags(compile link env)

  set(gtest_source /usr/src/googletest/googletest)
  if(NOT EXISTS "${gtest_source}/src/gtest-all.cc")
    message(FATAL_ERROR "GoogleTest's sources are not in ${gtest_source}.\n"
                        "  Say: make setup    (or: apt-get install googletest)")
  endif()
  if(PROMISSORY_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PROMISSORY_CACHED}" PARENT_SCOPE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PROMISSORY_CACHED}")
  endif()

  file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
  if(NOT PROMISSORY_FLAVOUR STREQUAL "tsan")
    list(FILTER support_sources EXCLUDE REGEX "tsan_.*[.]cpp$")
  endif()
  if(PROMISSORY_FLAVOUR STREQUAL "explore")
    list(FILTER support_sources EXCLUDE REGEX "/main[.]cpp$")
    file(GLOB explorer_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/explorer/src/*.cpp"
         "${CMAKE_SOURCE_DIR}/tests/explorer/src/interpose/*.cpp")
    list(APPEND support_sources ${explorer_sources})
  endif()
  set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/support/postgres_server.cpp" PROPERTIES
    COMPILE_DEFINITIONS PROMISSORY_POSTGRES_CLUSTERS="${CMAKE_SOURCE_DIR}/build")
  add_library(kit STATIC "${gtest_source}/src/gtest-all.cc" ${support_sources})
  target_include_directories(kit PRIVATE "${gtest_source}")
  target_include_directories(kit SYSTEM PUBLIC "${gtest_source}/include")
  target_include_directories(kit PUBLIC "${CMAKE_SOURCE_DIR}/tests")
  set(gtest_options -w)
  if(PROMISSORY_FLAVOUR STREQUAL "asan")
    # Death tests find out which way the stack grows; without the optimiser, ASan leads them astray.
    list(APPEND gtest_options -O1)
  endif()
  set_source_files_properties("${gtest_source}/src/gtest-all.cc" PROPERTIES
    COMPILE_OPTIONS "${gtest_options}")
  target_compile_options(kit PUBLIC ${compile})
  target_link_options(kit INTERFACE ${link})

  # The prelude: what nearly every test includes, parsed once.
  set(prelude "${CMAKE_BINARY_DIR}/prelude.hpp")
  configure_file("${CMAKE_SOURCE_DIR}/tests/support/prelude.hpp" "${prelude}" COPYONLY)
  set(includes -isystem "${gtest_source}/include")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(precompiled "${prelude}.pch")
    set(make_prelude -Xclang -fno-pch-timestamp -fpch-instantiate-templates)
    set(use_prelude -Xclang -fno-pch-timestamp -include-pch "${precompiled}")
  else()
    set(precompiled "${prelude}.gch")
    set(make_prelude "")
    set(use_prelude -include "${prelude}")
  endif()
  add_custom_command(
    OUTPUT "${precompiled}"
    # Renamed into place: a compiler that is reading the old one keeps it.
    COMMAND "${CMAKE_CXX_COMPILER}" ${compile} ${includes} ${make_prelude} -x c++-header
            "${prelude}" -o "${precompiled}.new"
    COMMAND "${CMAKE_COMMAND}" -E rename "${precompiled}.new" "${precompiled}"
    DEPENDS "${prelude}"
    COMMENT "Precompiling the prelude (${PROMISSORY_FLAVOUR})"
    VERBATIM)
  add_custom_target(prelude ALL DEPENDS "${precompiled}")
  add_dependencies(kit prelude)
  if(PROMISSORY_FLAVOUR STREQUAL "explore")
    # What watches is not watched itself.
    target_include_directories(kit PRIVATE "${CMAKE_SOURCE_DIR}/tests/explorer")
    target_compile_options(kit PRIVATE -fno-sanitize=thread -O2)
    # It stands in for a part of the C++ library that has to be seen.
    set_source_files_properties(
      "${CMAKE_SOURCE_DIR}/tests/explorer/src/interpose/thread_exit.cpp"
      PROPERTIES COMPILE_OPTIONS -fsanitize=thread)
  else()
    target_compile_options(kit PRIVATE ${use_prelude})
  endif()
  set_property(GLOBAL PROPERTY PROMISSORY_PRELUDE "${use_prelude}")
  set_property(GLOBAL PROPERTY PROMISSORY_ENV "${env}")

  promissory_write_kit_json("${compile}" "${includes};${use_prelude}" "${link}" "${env}")
endfunction()

# The one description of the kit that the tool reads.
function(promissory_write_kit_json compile prelude link env)
  function(to_json_list out)
    set(items "")
    foreach(item IN LISTS ARGN)
      string(REPLACE "\\" "\\\\" item "${item}")
      string(REPLACE "\"" "\\\"" item "${item}")
      list(APPEND items "\"${item}\"")
    endforeach()
    list(JOIN items ", " items)
    set(${out} "[${items}]" PARENT_SCOPE)
  endfunction()
  to_json_list(compile_json ${compile} ${prelude})
  to_json_list(link_json ${link})
  to_json_list(env_json ${env})
  to_json_list(launcher_json ${PROMISSORY_CCACHE})
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/kit.json" @ONLY CONTENT
[[{
  "flavour": "@PROMISSORY_FLAVOUR@",
  "compiler": "@CMAKE_CXX_COMPILER@",
  "compiler_name": "@CMAKE_CXX_COMPILER_ID@ @CMAKE_CXX_COMPILER_VERSION@",
  "launcher": @launcher_json@,
  "compile": @compile_json@,
  "link": @link_json@,
  "library": "@CMAKE_BINARY_DIR@/libkit.a",
  "support": "@CMAKE_SOURCE_DIR@/tests",
  "env": @env_json@
}
]])
endfunction()
