#!/usr/bin/env bash
# Installs the Debian packages that are missing. Says what and why; does nothing when all are there.
#   cmake/setup.sh           install what is missing
#   cmake/setup.sh --again   also what could not be installed before and only some exercises need
#   cmake/setup.sh --list    only say what is missing; exit 1 when something is
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
given_up=$here/../build/.not-installed

needed=()
optional=()
reasons=
while read -r package why; do
  case "$package" in ''|'#'*) continue ;; esac
  name=${package#\?}
  if ! command -v dpkg-query >/dev/null || ! dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q '^install ok installed'; then
    if [ "$name" = "$package" ]; then needed+=("$name"); else optional+=("$name"); fi
    reasons+="    $(printf '%-28s' "$name") $why"$'\n'
  fi
done < "$here/packages.txt"
missing=("${needed[@]}" "${optional[@]}")

[ ${#missing[@]} -eq 0 ] && exit 0
# Once is enough: nobody wants to hear of it with every make.
if [ $# -eq 0 ] && [ ${#needed[@]} -eq 0 ] && [ -e "$given_up" ] && [ "$(cat "$given_up")" = "${optional[*]}" ]; then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "promissory: this is not a Debian system. Install what these Debian 12 packages hold, then say make again:" >&2
  printf '%s' "$reasons" >&2
  exit 1
fi
echo "promissory: ${#missing[@]} Debian packages are missing:"
printf '%s' "$reasons"
if [ "${1:-}" = --list ]; then
  echo "  make setup installs them"
  exit 1
fi

# Without a package that only some exercises need, the others work.
go_on_without() {
  mkdir -p "$(dirname "$given_up")"
  echo "${optional[*]}" >"$given_up"
  echo "  going on without ${optional[*]}: what needs them is not judged. make setup tries again."
  exit 0
}

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "promissory: no sudo here. As root, say: apt-get install --no-install-recommends ${missing[*]}" >&2
    [ ${#needed[@]} -eq 0 ] && go_on_without
    exit 1
  fi
  as_root=(sudo)
  echo "  sudo will ask for your password to install them."
fi
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "  installing …"
# A machine whose package lists are old or absent needs them first.
if ! install "${missing[@]}"; then
  "${as_root[@]}" apt-get update -q >>"$log" 2>&1 || true
  if ! install "${missing[@]}"; then
    echo "promissory: apt-get could not install them: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")" >&2
    echo "  is there a network? Once they are installed, everything works offline." >&2
    if [ ${#optional[@]} -gt 0 ] && { [ ${#needed[@]} -eq 0 ] || install "${needed[@]}"; }; then go_on_without; fi
    exit 1
  fi
fi
rm -f "$given_up"
echo "  installed."
