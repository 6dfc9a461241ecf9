#!/usr/bin/env bash
# Runs every test of the references N times in every flavour while both cores are kept busy, and
# names the first that is not green. `endure.sh 200`
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:?how many rounds}
jobs=$(nproc)

burners=()
for ((i = 0; i < jobs; i++)); do
  (while :; do :; done) &
  burners+=($!)
done
trap 'kill "${burners[@]}" 2>/dev/null' EXIT

for flavour in plain tsan asan; do
  for program in build/$flavour/ref*_visible build/$flavour/ref*_hidden build/$flavour/ref*_mine; do
    case "$flavour" in
      tsan) options="TSAN_OPTIONS=exitcode=68:atexit_sleep_ms=50:second_deadlock_stack=1" ;;
      asan) options="ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=1" ;;
      *) options="FLAVOUR=plain" ;;
    esac
    log=$(mktemp)
    if ! env "$options" "$program" --gtest_repeat="$rounds" --gtest_brief=1 --gtest_throw_on_failure=0 >"$log" 2>&1; then
      tail -n 60 "$log"
      echo "$program is not green $rounds times in a row ($flavour)" >&2
      exit 1
    fi
    rm -f "$log"
    echo "  $(basename "$program") × $rounds, $flavour: green"
  done
done
