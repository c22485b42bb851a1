#!/bin/sh
# Compiles the wording that changed since it was last compiled.
set -eu
cd "$(dirname "$0")/.."
for po in kiosk/translations/*/LC_MESSAGES/*.po; do
  [ -e "$po" ] || continue
  mo=${po%.po}.mo
  # shellcheck disable=SC3013 # dash, busybox and bash all know -nt
  if [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; then
    # Without a header a catalogue counts as fuzzy; single entries never are (make messages).
    # pybabel reports on standard error what it did, also when all went well.
    report=$(.venv/bin/pybabel compile --use-fuzzy --input-file "$po" --output-file "$mo" 2>&1) || {
      echo "$report" >&2
      exit 1
    }
  fi
done
