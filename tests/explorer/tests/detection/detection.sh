#!/usr/bin/env bash
# Writes detection.md: how often, per second of CPU time, each wrong program of the corpus is found by the explorer,
# by running it again and again, and by doing that under ThreadSanitizer. `detection.sh BUILD`, with the explore flavour's build folder
set -euo pipefail
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
tests=$(cd "$here/../../.." && pwd)
gtest=/usr/src/googletest/googletest
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NAME FLAGS… : the stress program, without the explorer
build_stress() {
  local name=$1
  shift
  g++-12 -std=c++20 -pthread -w "$@" -I"$gtest" -isystem "$gtest/include" -I"$tests" \
    "$here/stress.cpp" "$here"/../corpus.cpp "$here"/../wrong/*.cpp \
    "$gtest/src/gtest-all.cc" "$gtest/src/gtest_main.cc" -o "$work/$name"
}

echo "building" >&2
build_stress native -O2 &
build_stress tsan -O1 -g -fsanitize=thread
wait
g++-12 -std=c++20 -pthread -g -gdwarf-4 -O1 -fsanitize=thread -c -isystem "$gtest/include" -I"$tests" \
  "$here/explored.cpp" -o "$work/explored.o"
i=0
for source in "$here"/../corpus.cpp "$here"/../wrong/*.cpp; do
  i=$((i + 1))
  g++-12 -std=c++20 -pthread -g -gdwarf-4 -O1 -fsanitize=thread -c -isystem "$gtest/include" -I"$tests" "$source" -o "$work/corpus$i.o"
done
g++-12 -pthread -rdynamic "$work"/*.o -Wl,--whole-archive "$build/libkit.a" -Wl,--no-whole-archive -lfmt -o "$work/explored"

for name in explored native tsan; do
  echo "measuring: $name" >&2
  TSAN_OPTIONS=halt_on_error=1:exitcode=68:report_signal_unsafe=0 "$work/$name" 2>/dev/null | grep -E '^[a-z0-9_]+ [0-9]+ [0-9.]+$' >"$work/$name.txt"
done

{
  cat <<'TEXT'
# Who finds what, and how fast

Made by `make detection`. Each wrong program of [the corpus](tests/wrong) was given to three instruments for a second of CPU time: the explorer;
running it again and again, as it is; and the same under ThreadSanitizer, g++ 12. A run counts when it fails an expectation,
crashes, hangs or reports. The numbers are findings per second of CPU time (a hang costs a stress test hardly any CPU time, but a second of
yours); 0 means that it was not found at all.

| program | explorer | native stress | TSan stress |
| --- | ---: | ---: | ---: |
TEXT
  awk '
    function rate(found, seconds) {
      if (found == 0) return "0"
      return sprintf(found / seconds < 10 ? "%.1f" : "%.0f", found / (seconds < 0.001 ? 0.001 : seconds))
    }
    FILENAME ~ /explored/ { names[++count] = $1; explored[$1] = rate($2, $3); if ($2 > 0) ++all[1] }
    FILENAME ~ /native/ { native[$1] = rate($2, $3); if ($2 > 0) ++all[2] }
    FILENAME ~ /tsan/ { tsan[$1] = rate($2, $3); if ($2 > 0) ++all[3] }
    END {
      for (i = 1; i <= count; ++i)
        printf "| %s | %s | %s | %s |\n", names[i], explored[names[i]], native[names[i]], tsan[names[i]]
      printf "| **found at all, of %d** | **%d** | **%d** | **%d** |\n", count, all[1], all[2], all[3]
    }' "$work/explored.txt" "$work/native.txt" "$work/tsan.txt"
} >"$here/../../detection.md.new"
mv "$here/../../detection.md.new" "$here/../../detection.md"
tail -n 1 "$here/../../detection.md"
