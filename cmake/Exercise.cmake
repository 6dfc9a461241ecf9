# Test targets and ctest entries of every exercise.
#
#   ex04_visible, ex04_hidden, ex04_mine     the code in exercises/ (what a learner works on)
#   ref04_visible, ref04_hidden, ref04_mine  the same tests against solutions/
#   ex04_explore, ref04_explore              in the explore flavour, instead of these
#   hunt04_scenario, hunt04_hidden           a program of the bug hunt, and refhunt04_… its mend
#
# An exercise may ask for libraries of the system (`libraries` in its exercise.toml). Where one is not
# installed, its tests are one ctest entry that is skipped and says why.
#
# Each test is one ctest entry with a stable name, `ex04.visible.OncePromise.FirstWins`, labelled
# with its exercise, its kind and the flavour. The program is built by a fixture, so that ctest alone
# is enough.

include(GoogleTest)
find_package(PkgConfig)

function(promissory_add_exercises)
  file(GLOB descriptions CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/exercises/*/exercise.toml")
  list(SORT descriptions)
  set(references "")
  foreach(description IN LISTS descriptions)
    cmake_path(GET description PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    promissory_read_exercise("${description}" id limit libraries)
    promissory_find_libraries("${libraries}" includes links missing)
    if(missing)
      promissory_add_what_is_missing(${id} "${missing}")
      continue()
    endif()
    set_property(GLOBAL APPEND PROPERTY PROMISSORY_HEADERS "${CMAKE_SOURCE_DIR}/solutions/${name}/*.hpp")
    set_property(GLOBAL APPEND PROPERTY PROMISSORY_INCLUDES ${includes})
    if(PROMISSORY_FLAVOUR STREQUAL "explore")
      set(source "${CMAKE_SOURCE_DIR}/tests/${name}/explore_test.cpp")
      promissory_add_test_program(ex${id} explore "${source}" exercises ${limit})
      promissory_add_test_program(ref${id} explore "${source}" solutions ${limit})
      continue()
    endif()
    foreach(kind visible hidden)
      set(source "${CMAKE_SOURCE_DIR}/tests/${name}/${kind}_test.cpp")
      promissory_add_test_program(ex${id} ${kind} "${source}" exercises ${limit})
      promissory_add_test_program(ref${id} ${kind} "${source}" solutions ${limit})
    endforeach()
    promissory_add_test_program(ex${id} mine "${CMAKE_SOURCE_DIR}/exercises/${name}/my_test.cpp"
                                exercises ${limit})
    promissory_add_test_program(ref${id} mine "${CMAKE_SOURCE_DIR}/solutions/${name}/my_test.cpp"
                                solutions ${limit})
  endforeach()
  promissory_add_bug_hunt()
  get_property(programs GLOBAL PROPERTY PROMISSORY_REFERENCES)
  promissory_add_whole_library()
  add_custom_target(references DEPENDS ${programs} whole_library)
endfunction()

# The broken programs of the bug hunt: their scenario and what else a mend must pass.
function(promissory_add_bug_hunt)
  file(GLOB descriptions CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/exercises/bug-hunt/*/bug.toml")
  list(SORT descriptions)
  set(includes "")
  set(links "")
  set(kinds scenario hidden)
  if(PROMISSORY_FLAVOUR STREQUAL "explore")
    set(kinds explore)
  endif()
  foreach(description IN LISTS descriptions)
    cmake_path(GET description PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    promissory_read_exercise("${description}" id limit libraries)
    foreach(kind IN LISTS kinds)
      set(source "${CMAKE_SOURCE_DIR}/tests/bug-hunt/${name}/${kind}_test.cpp")
      promissory_add_test_program(hunt${id} ${kind} "${source}" exercises ${limit})
      promissory_add_test_program(refhunt${id} ${kind} "${source}" solutions ${limit})
    endforeach()
  endforeach()
endfunction()

# What somebody ends up with is one library: its headers go together in one program.
function(promissory_add_whole_library)
  get_property(globs GLOBAL PROPERTY PROMISSORY_HEADERS)
  get_property(libraries GLOBAL PROPERTY PROMISSORY_INCLUDES)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/solutions" ${globs})
  list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"\n")
  list(JOIN headers "" includes)
  file(CONFIGURE OUTPUT whole_library.cpp CONTENT "${includes}")
  add_library(whole_library OBJECT EXCLUDE_FROM_ALL "${CMAKE_CURRENT_BINARY_DIR}/whole_library.cpp")
  target_include_directories(whole_library PRIVATE "${CMAKE_SOURCE_DIR}/solutions")
  target_include_directories(whole_library SYSTEM PRIVATE ${libraries})
  target_link_libraries(whole_library PRIVATE kit)
endfunction()

# The few facts that CMake needs from an exercise.toml.
function(promissory_read_exercise description out_id out_limit out_libraries)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${description}")
  file(READ "${description}" text)
  foreach(fact "id = \"([0-9a-z]+)\"" "test_seconds = ([0-9]+)")
    if(NOT text MATCHES "(^|\n)${fact}")
      message(FATAL_ERROR "${description}: no line of the form ${fact}")
    endif()
    list(APPEND facts "${CMAKE_MATCH_2}")
  endforeach()
  list(GET facts 0 id)
  list(GET facts 1 limit)
  set(${out_id} "${id}" PARENT_SCOPE)
  set(${out_limit} "${limit}" PARENT_SCOPE)
  set(libraries "")
  if(text MATCHES "\nlibraries = \\[([^]\n]*)\\]")
    string(REGEX MATCHALL "[^\", ]+" libraries "${CMAKE_MATCH_1}")
  endif()
  set(${out_libraries} "${libraries}" PARENT_SCOPE)
endfunction()

# names: as pkg-config knows them. Definitions that a library asks for are left out: the precompiled
# prelude has been compiled without them. grading/src/running/libraries.cpp does the same.
function(promissory_find_libraries names out_includes out_links out_missing)
  set(includes "")
  set(links "")
  set(missing "")
  foreach(name IN LISTS names)
    if(PKG_CONFIG_FOUND)
      pkg_check_modules(PROMISSORY_${name} QUIET ${name})
    endif()
    if(PROMISSORY_${name}_FOUND)
      list(APPEND includes ${PROMISSORY_${name}_INCLUDE_DIRS})
      list(APPEND links ${PROMISSORY_${name}_LINK_LIBRARIES})
    else()
      list(APPEND missing ${name})
      # Asked again the next time: it may have been installed.
      unset(__pkg_config_checked_PROMISSORY_${name} CACHE)
    endif()
  endforeach()
  set(${out_includes} "${includes}" PARENT_SCOPE)
  set(${out_links} "${links}" PARENT_SCOPE)
  set(${out_missing} "${missing}" PARENT_SCOPE)
endfunction()

function(promissory_add_what_is_missing id missing)
  list(JOIN missing ", " names)
  set(why "not judged: the library ${names} is not installed here: `make setup` installs it")
  message(STATUS "exercise ${id} is ${why}")
  foreach(owner ex${id} ref${id})
    add_test(NAME ${owner}.libraries COMMAND "${CMAKE_COMMAND}" -E echo "${why}")
    set_tests_properties(${owner}.libraries PROPERTIES
      SKIP_REGULAR_EXPRESSION "not judged" LABELS "${owner};${PROMISSORY_FLAVOUR}")
  endforeach()
endfunction()

# owner: ex04 or ref04; kind: visible, hidden, mine or explore; root: exercises or solutions. The caller
# has set includes and links, of the libraries that the exercise asks for.
function(promissory_add_test_program owner kind source root limit)
  if(NOT EXISTS "${source}" OR NOT EXISTS "${CMAKE_SOURCE_DIR}/${root}")
    return()
  endif()
  set(target ${owner}_${kind})
  get_property(prelude GLOBAL PROPERTY PROMISSORY_PRELUDE)
  get_property(env GLOBAL PROPERTY PROMISSORY_ENV)
  add_executable(${target} EXCLUDE_FROM_ALL "${source}")
  add_dependencies(${target} prelude)
  target_compile_options(${target} PRIVATE ${prelude})
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/${root}")
  target_include_directories(${target} SYSTEM PRIVATE ${includes})
  target_link_libraries(${target} PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,kit> ${links})

  set(labels "${owner};${kind};${PROMISSORY_FLAVOUR}")
  if(kind STREQUAL "explore")
    set(labels "${owner};hidden;${PROMISSORY_FLAVOUR}")
  endif()
  if(owner MATCHES "^ref")
    set_property(GLOBAL APPEND PROPERTY PROMISSORY_REFERENCES ${target})
    list(APPEND labels reference)
  endif()
  gtest_add_tests(TARGET ${target} SOURCES "${source}" TEST_PREFIX "${owner}.${kind}."
                  TEST_LIST tests SKIP_DEPENDENCY)
  add_test(NAME ${owner}.${kind}.build
           COMMAND "${CMAKE_COMMAND}" --build "${CMAKE_BINARY_DIR}" --target ${target})
  set_tests_properties(${owner}.${kind}.build PROPERTIES
    FIXTURES_SETUP ${target} RESOURCE_LOCK build LABELS "${labels}" TIMEOUT 600)
  if(tests)
    math(EXPR generous "${limit} * 4")
    set_tests_properties(${tests} PROPERTIES
      FIXTURES_REQUIRED ${target} LABELS "${labels}" TIMEOUT ${generous} ENVIRONMENT "${env}"
      SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
  endif()
endfunction()
