#!/usr/bin/env bash
# Runs a step silently: `quietly.sh "what it does" COMMAND …`. Its output is shown only when it fails.
# On a terminal one line says what is being done.
set -u
what=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -t 2 ] && printf '\r\033[K  … %s' "$what" >&2
"$@" >"$log" 2>&1 </dev/null
code=$?
[ -t 2 ] && printf '\r\033[K' >&2
if [ $code -ne 0 ]; then
  cat "$log" >&2
  echo "promissory: $what failed; \`make doctor\` says whether something is missing." >&2
fi
exit $code
