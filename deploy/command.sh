#!/bin/sh
# Runs a command of the application as the service does: sudo kiosk user list
# Files are written in /var/lib/kiosk unless a full path is given.
set -eu
release=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=deploy/release.sh
. "$release/deploy/release.sh"

need_root
cd "$state"
become_kiosk "$release/.venv/bin/dotenv" --file "$settings" run -- \
  "$release/.venv/bin/flask" --app "$release/wsgi.py" "$@"
