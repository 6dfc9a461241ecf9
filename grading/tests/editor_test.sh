#!/usr/bin/env bash
# clangd 19 understands every file of an untouched exercise: `editor_test.sh WORKBOOK`
set -euo pipefail
cd "$1"
cmake --preset check >/dev/null
cmake -P cmake/CompileCommands.cmake
count=0
for file in exercises/*/*.?pp; do
  log=$(clangd-19 --clang-tidy=0 --check="$file" 2>&1) || true
  grep -q 'All checks completed' <<<"$log" || { echo "$log" | tail -n 5; echo "clangd did not come to an end on $file" >&2; exit 1; }
  # Its self-test also tries refactorings, which may not apply or not find where to; that says nothing
  # of the code.
  if grep -E '^E\[' <<<"$log" | grep -v 'tweak:\|Failed to resolve URI'; then
    echo "clangd sees an error in $file" >&2
    exit 1
  fi
  count=$((count + 1))
done
[ "$count" -ge 10 ] || { echo "only $count files were looked at" >&2; exit 1; }
echo "clangd: $count files without an error"
