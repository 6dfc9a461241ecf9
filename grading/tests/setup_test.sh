#!/usr/bin/env bash
# What set-up says where packages are missing, with stand-ins for the system's programs:
# `setup_test.sh WORKBOOK`
set -euo pipefail
work=$(mktemp -d)
mkdir "$work/workbook"
cp -r "$1/cmake" "$work/workbook"
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
setup=$work/workbook/cmake/setup.sh
for program in bash dirname mkdir grep env mktemp rm tail cat printf; do ln -s "$(command -v $program)" "$work/bin/"; done

fail() {
  echo "setup: $*" >&2
  cat "$work/out" >&2
  exit 1
}
stand_in() {
  printf '#!%s\n%s\n' "$(command -v bash)" "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}
try() {
  code=0
  PATH=$work/bin bash "$setup" "$@" >"$work/out" 2>&1 || code=$?
}
says() { grep -q -- "$1" "$work/out" || fail "does not say: $1"; }

# Not a Debian system: the list of what is needed, and no attempt to install.
stand_in id 'echo 1000'
try
[ "$code" -eq 1 ] || fail "exit $code where nothing could be done"
says 'not a Debian system'
says 'googletest .*the test framework'

# Debian, everything there: silent, nothing called.
stand_in dpkg-query 'echo "install ok installed"'
stand_in apt-get 'echo called; exit 1'
try
[ "$code" -eq 0 ] && [ ! -s "$work/out" ] || fail "not silent when all is there"

# Debian, one package missing, no sudo: says the command that root needs.
stand_in dpkg-query 'for last; do :; done; [ "$last" = mold ] && exit 1; echo "install ok installed"'
try
[ "$code" -eq 1 ] || fail "exit $code without sudo"
says '1 Debian packages are missing'
says 'apt-get install --no-install-recommends mold'

# The same with sudo: says why, asks sudo, installs.
stand_in sudo '"$@"'
stand_in apt-get 'echo "$*" >>"'"$work"'/calls"'
try
[ "$code" -eq 0 ] || fail "exit $code with sudo"
says 'mold .*fast linking'
grep -q 'install .*mold' "$work/calls" || fail "apt-get was not asked for mold"

# No network: one line that says so.
stand_in apt-get 'echo "E: Unable to fetch some archives" >&2; exit 100'
try
[ "$code" -eq 1 ] || fail "exit $code without a network"
says 'Unable to fetch'
# What only some exercises need is asked for once; then everything goes on without it.
stand_in dpkg-query 'for last; do :; done; [ "$last" = redis-server ] && exit 1; echo "install ok installed"'
try
[ "$code" -eq 0 ] || fail "exit $code without what only some exercises need"
says 'redis-server .*exercise 14'
says 'going on without redis-server: what needs them is not judged'
try
[ "$code" -eq 0 ] && [ ! -s "$work/out" ] || fail "asks again with every make"
try --list
[ "$code" -eq 1 ] || fail "--list says that nothing is missing"
try --again
says 'Unable to fetch'
rm "$work/bin/sudo"
try --again
[ "$code" -eq 0 ] || fail "exit $code without sudo and without what only some exercises need"

# The rest is installed without it.
stand_in id 'echo 0'
stand_in dpkg-query 'for last; do :; done; case $last in redis-server|mold) exit 1 ;; esac; echo "install ok installed"'
stand_in apt-get 'case "$*" in *redis*) echo "E: no redis" >&2; exit 100 ;; esac; echo "$*" >>"'"$work"'/calls"'
rm "$work/calls"
try
[ "$code" -eq 0 ] || fail "exit $code although all that everything needs could be installed"
says 'no redis'
grep -q 'install .*mold' "$work/calls" || fail "mold was not installed"

# And when it is there again, nothing is remembered.
stand_in apt-get 'exit 0'
try --again
says 'installed'
[ ! -e "$work/workbook/build/.not-installed" ] || fail "remembers what has been installed"
echo "setup: says what is missing and why, installs it with sudo, and complains in words"
