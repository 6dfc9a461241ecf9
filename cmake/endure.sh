#!/usr/bin/env bash
# Runs every test of the references N times in every flavour while the cores are kept busy, and
# names each program that is not green. `endure.sh 200`, after the references have been built;
# `endure.sh 200 ref04` for those of one exercise only.
#
# The explorer would only repeat itself: it runs the same schedules every time. It gets other seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:?how many rounds}
which=${2:-ref}
logs=$(mktemp -d)
burners=()
trap 'kill "${burners[@]}" 2>/dev/null; rm -rf "$logs"' EXIT

# Each process runs ten rounds: LeakSanitizer looks through everything that was ever freed, after
# every test, and after a hundred rounds does nothing else.
# PROGRAM NAME ROUNDS
endure() {
  local program=$1 name=$2 rounds=$3 log=$logs/${2//\//-}
  export TSAN_OPTIONS=halt_on_error=1:exitcode=68:atexit_sleep_ms=50:second_deadlock_stack=1
  export ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=1
  local processes=$(((rounds + 9) / 10)) green=0 repeat=10 how="$((processes * 10)) times"
  [[ $name == explore/* ]] && repeat=1 how="$processes other seeds"
  while [ $green -lt $processes ] &&
    PROMISSORY_EXPLORE_SEED=$((2 + green)) "$program" --gtest_repeat=$repeat --gtest_brief=1 >"$log" 2>&1; do
    green=$((green + 1))
  done
  if [ $green -eq $processes ]; then
    echo "  $name: green, $how"
  else
    tail -n 60 "$log"
    echo "  $name: NOT green" >&2
    return 1
  fi
}
export -f endure
export logs

programs=()
for flavour in plain tsan asan explore; do
  before=${#programs[@]}
  for program in build/$flavour/$which*; do
    case "$program" in
      *_visible | *_hidden | *_mine | *_explore) programs+=("$program" "$flavour/$(basename "$program")" "$rounds") ;;
    esac
  done
  if [ ${#programs[@]} -eq "$before" ]; then
    echo "endure: no reference has been built: cmake --build --preset $flavour --target references" >&2
    exit 2
  fi
done

for ((i = 0; i < $(nproc); i++)); do
  (while :; do :; done) &
  burners+=($!)
done
printf '%s\n' "${programs[@]}" | xargs -n 3 -P $((2 * $(nproc))) bash -c 'endure "$@"' endure
