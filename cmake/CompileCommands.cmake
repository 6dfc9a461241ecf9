# Writes compile_commands.json at the root for the editor, from the check flavour's: without the
# precompiled header (the editor's clang may be another version) and without the compiler cache.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH root)
set(target "${root}/compile_commands.json")
file(READ "${root}/build/check/compile_commands.json" commands)
string(REGEX REPLACE " -Xclang -fno-pch-timestamp| -include-pch [^ ]+| -include [^ ]*prelude.hpp" "" commands "${commands}")
string(REGEX REPLACE "\"command\": \"[^\"]*ccache " "\"command\": \"" commands "${commands}")
set(present "")
if(EXISTS "${target}")
  file(READ "${target}" present)
endif()
if(NOT present STREQUAL commands)
  file(WRITE "${target}" "${commands}")
endif()
