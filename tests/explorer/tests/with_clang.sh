#!/usr/bin/env bash
# The same tests, compiled by clang 19: its instrumentation has another ABI in places. `with_clang.sh BUILD`
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
tests=$(cd "$here/../.." && pwd)
if ! command -v clang++-19 >/dev/null; then
  echo "skipped: clang++-19 is not installed (make setup)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags="-std=c++20 -pthread -gdwarf-4 -O1 -fsanitize=thread -isystem /usr/src/googletest/googletest/include"
clang++-19 $flags -fpch-instantiate-templates -x c++-header "$tests/support/prelude.hpp" -o "$work/prelude.pch"

number=0
for source in "$here"/*_test.cpp "$here"/corpus.cpp "$here"/right/*.cpp "$here"/wrong/*.cpp; do
  number=$((number + 1))
  echo "$source $work/$number.o"
done | xargs -P "$(nproc)" -L 1 sh -c "
  clang++-19 $flags -include-pch $work/prelude.pch -DPROMISSORY_HERE='\"$here\"' -I$tests -c \"\$0\" -o \"\$1\""
clang++-19 -pthread -rdynamic "$work"/*.o \
  -Wl,--whole-archive "$build/libkit.a" -Wl,--no-whole-archive -lfmt -o "$work/explorer_test"
# The report that is compared to the letter is g++'s: clang puts the end of a scope on another line.
PROMISSORY_CORPUS_SCHEDULES=100 PROMISSORY_CORPUS_SEEDS=3 \
  "$work/explorer_test" --gtest_brief=1 --gtest_filter=-Report.*:Determinism.*
