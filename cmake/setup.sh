#!/usr/bin/env bash
# Installs the Debian packages that are missing. Says what and why; does nothing when all are there.
#   cmake/setup.sh           install what is missing
#   cmake/setup.sh --list    only say what is missing; exit 1 when something is
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

missing=()
reasons=
while read -r package why; do
  case "$package" in ''|'#'*) continue ;; esac
  if ! command -v dpkg-query >/dev/null || ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed'; then
    missing+=("$package")
    reasons+="    $(printf '%-28s' "$package") $why"$'\n'
  fi
done < "$here/packages.txt"

[ ${#missing[@]} -eq 0 ] && exit 0

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

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "promissory: no sudo here. As root, say: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
  echo "  sudo will ask for your password to install them."
fi
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "  installing …"
# A machine whose package lists are old or absent needs them first.
if ! install; then
  "${as_root[@]}" apt-get update -q >>"$log" 2>&1 || true
  if ! install; then
    echo "promissory: apt-get could not install them: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")" >&2
    echo "  is there a network? Once they are installed, everything works offline." >&2
    exit 1
  fi
fi
echo "  installed."
