#!/usr/bin/env bash
# The lab of the bug hunt, walked as a hunter walks it: the leak is there before the mend and gone after. `lab_test.sh TOOL WORKBOOK`
set -euo pipefail
tool=$1
workbook=$2
cd "$workbook"

fail() {
  echo "lab: $1" >&2
  cat "$said" >&2
  exit 1
}

said=$(mktemp)
trap 'rm -f "$said"' EXIT

# What the server says of two rushes, and its threads after them.
serve() {
  printf 'load\nload\ndump\nquit\n' | "$tool" hunt lab --serve "$@" >"$said" 2>&1 || fail "it does not serve"
}

in_flight() {
  sed -n 's/^\(> \)\?price_server_requests_in_flight //p' "$said" | tr '\n' ' '
}

# 1 metric: it rises with every rush, by those for whom there was no room
serve
[ "$(in_flight)" = "8 16 " ] || fail "the gauge should rise from 8 to 16"
# 2 dump, 3 group: one group holds them all, and says which await it is
grep -q '^ *16 threads .*asleep' "$said" || fail "the dump should have a group of 16 threads"
line=$(grep -n 'pending->take()' exercises/bug-hunt/lab-price-server/price_server.hpp | cut -d: -f1)
grep -q "exercises/bug-hunt/lab-price-server/price_server.hpp:$line$" "$said" || fail "the group should stand at line $line"
# 4 producer: the promise that nobody keeps is named where it is made
"$tool" hunt lab --with promises >"$said"
grep -q 'make("the answer to a request")' "$said" || fail "the exhibit should name the promise"
# 5 mend
serve --from solutions
[ "$(in_flight)" = "0 0 " ] || fail "mended, nobody should be in flight after a rush"
if grep -q 'PriceServer::handle' "$said"; then fail "mended, no thread should wait for an answer"; fi
echo "lab: the gauge rises before the mend, and not after"
