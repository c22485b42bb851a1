#!/bin/sh
# Brings what the tests need beside Python: PostgreSQL, Chromium, pdftoppm (it prints
# posters to pictures that are read back), the programs that a server is deployed with
# (nginx, Caddy, systemd), shellcheck, and the node tools.
# A tool that cannot be had stops the run: nothing is skipped in silence.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=deploy/apt.sh
. deploy/apt.sh
PATH=$PATH:/usr/sbin:/sbin

has_postgresql() {
  for initdb in "${TEST_PG_BIN:-/usr/lib/postgresql}"/initdb /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$initdb" ] && return 0
  done
  return 1
}
# has PROGRAM: PostgreSQL keeps its own outside PATH.
has() {
  if [ "$1" = initdb ]; then has_postgresql; else command -v "$1" >/dev/null; fi
}

# program:package, one pair a word
tools="chromium:chromium initdb:postgresql pdftoppm:poppler-utils nginx:nginx caddy:caddy
  systemd-analyze:systemd systemd-sysusers:systemd systemd-tmpfiles:systemd
  shellcheck:shellcheck"
missing=
for tool in $tools; do
  has "${tool%:*}" || missing="$missing ${tool#*:}"
done
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086 # one word a package
  apt_install $missing || true
fi
for tool in $tools; do
  has "${tool%:*}" || {
    echo "${tool%:*} is missing: install the package ${tool#*:} (PostgreSQL: or set TEST_PG_BIN)." >&2
    exit 1
  }
done
# Wanted as programs: at the next start of this machine they serve nothing either.
for unit in nginx caddy; do
  case " $missing " in
    *" $unit "*) ${as_root:-env} systemctl disable --quiet "$unit.service" || true ;;
  esac
done

# node_modules matches the lock file, or is made anew.
if ! cmp -s package-lock.json node_modules/.installed-package-lock.json; then
  deploy/node.sh npm ci --ignore-scripts --no-audit --no-fund --silent
  cp package-lock.json node_modules/.installed-package-lock.json
fi
