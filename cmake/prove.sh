#!/usr/bin/env bash
# Proves the workbook itself; `make test` calls it. Each part is one ctest run or one command of the
# tool, and the first that fails ends it.
#   prove.sh          everything that must hold before a change lands
#   prove.sh --full   that, and what takes too long for every day
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
began=$SECONDS

part() {
  printf '\n== %s  (%d s)\n' "$1" $((SECONDS - began))
}

build() {
  local preset=$1
  shift
  cmake/quietly.sh "configuring $preset" cmake --preset "$preset"
  cmake/quietly.sh "building $preset" cmake --build --preset "$preset" --target "$@"
}

part "the tool and the kits"
build tool all
build check all references
for flavour in plain tsan asan; do build $flavour all support_test; done
build explore all explorer_test

# The tool runs the references in every flavour, below; here one flavour shows that ctest does too.
part "the references by ctest, test support and the explorer"
ctest --preset prove-check -j "$jobs" --progress
for flavour in plain tsan asan explore; do
  ctest --preset prove-$flavour -LE '^reference$' -j "$jobs" --progress
done

part "the workbook: starters fail, solutions score 3, mutants die"
build/promissory dev check --quick --seeds 3

part "the tool, the book, the handout"
ctest --preset tool -j "$jobs" --progress

if [ "${1:-}" = --full ]; then
  part "the references by ctest in the other flavours, every mutant in the flavour that it names"
  for flavour in plain tsan asan explore; do
    build $flavour references
    ctest --preset prove-$flavour -L '^reference$' -j "$jobs" --progress
  done
  build/promissory dev check --seeds 100
  part "the bug hunt: every program 50 times under every instrument, every mend 50 times in every flavour"
  build/promissory dev evidence --check
  part "the distributed future: a thousand rounds of eight processes, and a death in each"
  PROMISSORY_ROUNDS=1000 PROMISSORY_WATCHDOG_MS=3600000 \
    build/plain/ref14_hidden --gtest_filter='*EightProcesses*' --gtest_brief=1
  part "the durable promise: five hundred deaths by SIGKILL on each storage, with a disk that is synced"
  PROMISSORY_KILLS=500 build/plain/ref15_hidden --gtest_filter='*.NothingIsLostInManyDeaths*' --gtest_brief=1
  part "leased promises: two thousand of them, six writers, and a death every hundred milliseconds"
  PROMISSORY_LEASED_PROMISES=2000 \
    build/plain/refs3_hidden --gtest_filter='*HoweverManyDie*' --gtest_brief=1
  part "the references two hundred times in every flavour, both cores loaded"
  cmake/endure.sh 200
  part "the explorer: 200,000 schedules of right programs, a hundred seeds for wrong ones"
  PROMISSORY_CORPUS_SCHEDULES=2200 PROMISSORY_CORPUS_SEEDS=100 \
    build/explore/tests/explorer/tests/explorer_test --gtest_filter='Corpus.*' --gtest_brief=1
fi

printf '\npromissory: everything holds (%d s)\n' $((SECONDS - began))
