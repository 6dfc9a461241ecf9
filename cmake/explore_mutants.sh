#!/usr/bin/env bash
# Every mutant whose fault is one of ordering dies under the schedule explorer, for every one of N seeds.
# `explore_mutants.sh 100`, after the explore kit has been built
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${1:?how many seeds}
build=build/explore
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

# The flags of cmake/Flavours.cmake, as the kit says them.
mapfile -t compile < <(python3 -c '
import json, sys
kit = json.load(open(sys.argv[1]))
print("\n".join(kit["launcher"] + [kit["compiler"]] + kit["compile"]))' "$build/kit.json")

judge() {
  local patch=$1 folder=$2 name=$3
  local overlay=$work/$name
  mkdir "$overlay"
  cp -r solutions "$overlay"
  git apply --unsafe-paths --directory="$overlay" "$patch"
  "${compile[@]}" -I"$overlay/solutions" -Itests -c "tests/$folder/explore_test.cpp" -o "$overlay/test.o"
  g++-12 -pthread -rdynamic "$overlay/test.o" -Wl,--whole-archive "$build/libkit.a" -Wl,--no-whole-archive \
    -lfmt -o "$overlay/test"
  for ((seed = 1; seed <= seeds; seed++)); do
    if PROMISSORY_EXPLORE_SEED=$seed "$overlay/test" --gtest_brief=1 --gtest_fail_fast >"$overlay/log" 2>&1; then
      echo "$folder, $name: survives under seed $seed" >&2
      return 1
    fi
  done
  echo "  $folder, $name: dies for each of $seeds seeds"
  rm -rf "$overlay"
}

for patch in tests/[0-9]*/mutants/*.patch; do
  grep -q '^Ordering: yes' "$patch" || continue
  folder=$(basename "$(dirname "$(dirname "$patch")")")
  judge "$PWD/$patch" "$folder" "${folder%%-*}-$(basename "$patch" .patch)"
done
