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
if [ "${1:-}" = demo ]; then
  flask --app wsgi init
  flask --app wsgi demo fill
fi
# The server brings the database up to date: loading everything twice costs a second.
export INIT_FIRST=1
exec gunicorn --config deploy/gunicorn.conf.py wsgi:app
