#!/usr/bin/env bash
# Measures who sees which bug, and writes table.json and table.md: every program 50 times under every instrument, with all cores
# loaded, because that is when luck shows. `make evidence`, or for some of them `evidence.sh hunt04 hunt11`
set -euo pipefail
cd "$(dirname "$0")/../../.."
load=()
trap 'kill "${load[@]}"' EXIT
for _ in $(seq "$(nproc)"); do
  yes >/dev/null &
  load+=($!)
done
build/promissory dev evidence "$@"
