#!/usr/bin/env bash
# The handout works for a learner and gives nothing away. `handout_test.sh TOOL WORKBOOK`
set -euo pipefail
shopt -s nullglob
tool=$1
workbook=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "handout: $*" >&2
  exit 1
}

# Lines long enough to be nobody's coincidence, without indentation.
lines_of() {
  cat "$@" | sed 's/^[ +-]*//' | awk 'length($0) >= 40' | grep -v '^#include' | sort -u
}

must_hold_nothing_hidden() {
  local handout=$1
  if find "$handout" | grep -E '/solutions(/|$)|hidden_test|/mutants|\.patch$|/\.promissory|explore_test|accepted\.toml'; then
    fail "a file that gives answers away is in it"
  fi
  # What a class may see also stands in solutions and hidden tests: signatures, docstrings, includes,
  # idioms of the tool's own code, and the last rung of a hint ladder, which is nearly the answer.
  lines_of "$workbook"/exercises/*/*.?pp "$workbook"/exercises/*/exercise.toml "$workbook"/tests/*/visible_test.cpp \
    "$workbook"/tests/support/*.?pp "$workbook"/tests/explorer/{,src/,src/interpose/}*.?pp "$workbook"/book/*.md "$workbook"/book/exercises/*.md \
    "$workbook"/grading/src/*.?pp "$workbook"/grading/src/*/*.?pp \
    "$workbook"/exercises/bug-hunt/{,*/}*.{toml,hpp} "$workbook"/tests/bug-hunt/*/{scenario,serve}_test.cpp "$workbook"/tests/bug-hunt/*/*.hpp >"$work/open"
  lines_of "$workbook"/solutions/*/*.?pp "$workbook"/tests/*/{hidden,explore}_test.cpp "$workbook"/tests/*/mutants/*.patch \
    "$workbook"/solutions/bug-hunt/*/* "$workbook"/tests/bug-hunt/*/{hidden,explore}_test.cpp "$workbook"/tests/bug-hunt/*/accepted.toml \
    "$workbook"/tests/bug-hunt/*/fakes/*.patch |
    awk 'NR == FNR { open = open "\n" $0; next } !index(open, $0)' "$work/open" - >"$work/secret"
  [ "$(wc -l <"$work/secret")" -gt 200 ] || fail "the list of secrets is too short to prove anything"
  if grep -rnFf "$work/secret" "$handout" | head -n 5 | grep .; then
    fail "these lines are from solutions, hidden tests or mutants"
  fi
}

"$tool" --workbook "$workbook" handout --out "$work/handout.tar.gz"
tar -xzf "$work/handout.tar.gz" -C "$work"
handout=$work/promissory
must_hold_nothing_hidden "$handout"

# The guard itself: one line of one solution, hidden in a comment, must be found.
mkdir "$work/spoiled"
head -n 1 "$work/secret" | sed 's/^/  \/\/ /' >"$work/spoiled/notes.txt"
if (must_hold_nothing_hidden "$work/spoiled") >/dev/null 2>&1; then fail "the search for secrets finds nothing"; fi

cd "$handout"
make >"$work/board" 2>&1 || { cat "$work/board"; fail "make does not work in it"; }
exercises=("$handout"/exercises/[0-9]*)
grep -q "0 of $((3 * ${#exercises[@]})) points" "$work/board" || { cat "$work/board"; fail "the board does not begin at nought"; }
code=0
build/promissory check 01 >"$work/check" 2>&1 || code=$?
[ "$code" -eq 1 ] && grep -q '0 of .* visible tests pass' "$work/check" || { cat "$work/check"; fail "check does not judge in it (exit $code)"; }
code=0
ctest --preset plain -L ex01 >"$work/ctest" 2>&1 || code=$?
[ "$code" -eq 8 ] && grep -q 'ex01.visible.build .*Passed' "$work/ctest" || { tail -n 40 "$work/ctest"; fail "ctest does not judge in it (exit $code)"; }

# Somebody solves the first exercise: the same three must see it.
cp "$workbook"/solutions/01-*/one_shot.hpp exercises/01-*/
build/promissory check 01 || fail "check does not accept the solution"
ctest --preset plain -L ex01 -L visible >"$work/ctest" 2>&1 || { tail -n 40 "$work/ctest"; fail "ctest does not accept the solution"; }
echo "handout: holds nothing hidden; make, check and ctest work in it"
