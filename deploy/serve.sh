#!/bin/sh
# Starts the application from this checkout: what `make run` and `make demo` do.
#   deploy/serve.sh        the centre's own database
#   deploy/serve.sh demo   twelve simulated months in a database of their own
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
export PATH

if [ "${1:-}" = demo ]; then
  DEMO=1
  DATABASE_URL=sqlite:///var/demo.db
  export DEMO DATABASE_URL
fi

deploy/translations.sh
flask --app wsgi init
if [ "${1:-}" = demo ]; then flask --app wsgi demo fill; fi
exec gunicorn --config deploy/gunicorn.conf.py wsgi:app
