#!/bin/sh
# Makes .venv hold exactly a locked list: deploy/venv.sh requirements.txt
# Nothing happens when it does already, so that every start may call this.
set -eu
cd "$(dirname "$0")/.."

list=$1
# The development list contains the run-time list, pin for pin
# (tests/repo/test_requirements.py), so either copy proves the run-time list.
copy=.venv/installed-$list
develop=.venv/installed-requirements-dev.txt
current() { [ -x .venv/bin/python ] && cmp -s "$1" "$2"; }
if current "$list" "$copy"; then exit 0; fi
if [ "$list" = requirements.txt ] && current requirements-dev.txt "$develop"; then exit 0; fi

stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || stop "Không thấy / not found: $python. Cần Python ≥ 3.11 / Python ≥ 3.11 is needed."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "$("$python" --version): cần Python ≥ 3.11 / Python ≥ 3.11 is needed (make PYTHON=python3.11 …)."

# A venv whose Python was removed, or one left half made, is made anew.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian keeps ensurepip in a package of its own.
    # shellcheck source=deploy/apt.sh
    . deploy/apt.sh
    apt_install python3-venv || stop \
      "Thiếu mô-đun venv của Python / Python's venv module is missing." \
      "Cài gói python3-venv / install the package python3-venv, e.g.: sudo apt-get install python3-venv"
  fi
  "$python" -m venv .venv
fi

echo "Cài thư viện / installing libraries: $list"
rm -f .venv/installed-*
mkdir -p var
log=var/install.log
# Python compiles what is imported, when it is imported: half the time of compiling all.
if ! .venv/bin/python -m pip install --quiet --no-input --no-compile --require-hashes \
  -r "$list" >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  stop "Không cài được thư viện / libraries could not be installed (var/install.log)."
fi
cp "$list" "$copy"
