#!/bin/sh
# Brings what the tests need beside Python: PostgreSQL, Chromium, pdftoppm (it prints
# posters to pictures that are read back) and the node tools.
# A tool that cannot be had stops the run: nothing is skipped in silence.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=deploy/apt.sh
. deploy/apt.sh

has_chromium() { command -v chromium >/dev/null; }
has_postgresql() {
  for initdb in "${TEST_PG_BIN:-/usr/lib/postgresql}"/initdb /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$initdb" ] && return 0
  done
  return 1
}
has_pdftoppm() { command -v pdftoppm >/dev/null; }

missing=
has_chromium || missing="$missing chromium"
has_postgresql || missing="$missing postgresql"
has_pdftoppm || missing="$missing poppler-utils"
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086 # one word a package
  apt_install $missing || true
fi
has_chromium || { echo "Chromium is missing: install the package chromium." >&2; exit 1; }
has_postgresql || {
  echo "PostgreSQL is missing: install the package postgresql, or set TEST_PG_BIN." >&2
  exit 1
}
has_pdftoppm || {
  echo "pdftoppm is missing: install the package poppler-utils." >&2
  exit 1
}

# node_modules matches the lock file, or is made anew.
if ! cmp -s package-lock.json node_modules/.installed-package-lock.json; then
  deploy/node.sh npm ci --ignore-scripts --no-audit --no-fund --silent
  cp package-lock.json node_modules/.installed-package-lock.json
fi
