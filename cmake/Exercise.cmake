# Test targets and ctest entries of every exercise.
#
#   ex04_visible, ex04_hidden, ex04_mine     the code in exercises/ (what a learner works on)
#   ref04_visible, ref04_hidden, ref04_mine  the same tests against solutions/
#   ex04_explore, ref04_explore              in the explore flavour, instead of these
#
# Each test is one ctest entry with a stable name, `ex04.visible.OncePromise.FirstWins`, labelled
# with its exercise, its kind and the flavour. The program is built by a fixture, so that ctest alone
# is enough.

include(GoogleTest)

function(promissory_add_exercises)
  file(GLOB descriptions CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/exercises/*/exercise.toml")
  list(SORT descriptions)
  set(references "")
  foreach(description IN LISTS descriptions)
    cmake_path(GET description PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    promissory_read_exercise("${description}" id limit)
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
  get_property(programs GLOBAL PROPERTY PROMISSORY_REFERENCES)
  promissory_add_whole_library()
  add_custom_target(references DEPENDS ${programs} whole_library)
endfunction()

# What somebody ends up with is one library: its headers go together in one program.
function(promissory_add_whole_library)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/solutions"
       "${CMAKE_SOURCE_DIR}/solutions/*/*.hpp")
  list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"\n")
  list(JOIN headers "" includes)
  file(CONFIGURE OUTPUT whole_library.cpp CONTENT "${includes}")
  add_library(whole_library OBJECT EXCLUDE_FROM_ALL "${CMAKE_CURRENT_BINARY_DIR}/whole_library.cpp")
  target_include_directories(whole_library PRIVATE "${CMAKE_SOURCE_DIR}/solutions")
  target_link_libraries(whole_library PRIVATE kit)
endfunction()

# The few facts that CMake needs from an exercise.toml.
function(promissory_read_exercise description out_id out_limit)
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
endfunction()

# owner: ex04 or ref04; kind: visible, hidden, mine or explore; root: exercises or solutions.
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
  target_link_libraries(${target} PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,kit>)

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
      FIXTURES_REQUIRED ${target} LABELS "${labels}" TIMEOUT ${generous} ENVIRONMENT "${env}")
  endif()
endfunction()
