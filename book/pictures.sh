#!/usr/bin/env bash
# Draws the terminal pictures of the README from what the tool prints here and now, and the curves of
# the book from what is measured here and now.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=build/promissory
PROMISSORY_JOURNAL=$(mktemp -d)/journal.db
export PROMISSORY_JOURNAL
trap 'rm -rf "$(dirname "$PROMISSORY_JOURNAL")"' EXIT

draw() {
  "$tool" dev picture "book/_static/$1.svg" -- "${@:2}"
}

draw board "$tool" status
draw check "$tool" check 01
draw grade "$tool" grade 04 --from solutions
book/curves/draw.py
