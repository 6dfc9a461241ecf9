# Building inside the source tree would mix thousands of files into the exercises.
if(CMAKE_SOURCE_DIR STREQUAL CMAKE_BINARY_DIR)
  message(FATAL_ERROR
    "Promissory keeps builds out of your exercises.\n"
    "  Say:   make            (sets everything up and shows the board)\n"
    "  or:    cmake --preset plain\n"
    "CMake has left a CMakeCache.txt and a CMakeFiles folder here; this removes them:\n"
    "  rm -rf CMakeCache.txt CMakeFiles\n")
endif()
