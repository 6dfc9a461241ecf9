#!/usr/bin/env bash
# clang-format and clang-tidy over everything; silent when nothing is to be said.
set -euo pipefail
cd "$(dirname "$0")/.."
find exercises solutions tests grading -name '*.[ch]pp' -print0 | xargs -0 clang-format --dry-run -Werror
find grading/src -name '*.cpp' -print0 |
  xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p build/tool 2>/dev/null
find solutions tests/support -maxdepth 2 -name '*.cpp' -print0 |
  xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p . 2>/dev/null
find tests/explorer -name '*.cpp' -not -path '*/tests/*' -print0 |
  xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p build/explore 2>/dev/null
