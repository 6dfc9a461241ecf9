#!/usr/bin/env bash
# clang-format and clang-tidy over everything; silent when nothing is to be said.
set -euo pipefail
cd "$(dirname "$0")/.."
find exercises solutions tests grading -name '*.[ch]pp' -print0 | xargs -0 clang-format --dry-run -Werror

# FOLDER of the compile commands, and the files on standard input, each ended by NUL
tidy() {
  local to=build/lint/$1
  mkdir -p "$to"
  # A precompiled header of GCC's is none for clang.
  sed -E 's/ -Winvalid-pch//g; s/ -include [^ "]*\.h(xx|pp)//g' "$1/compile_commands.json" >"$to/compile_commands.json"
  xargs -0 -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p "$to" 2>/dev/null
}

find grading/src -name '*.cpp' -print0 | tidy build/tool
find solutions tests/support -maxdepth 2 -not -path 'tests/support/tests/*' -name '*.cpp' -print0 | tidy .
find tests/explorer -name '*.cpp' -not -path '*/tests/*' -print0 | tidy build/explore
