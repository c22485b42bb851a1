# shellcheck shell=sh
# Sourced by install.sh, upgrade.sh, command.sh: where things lie, how a release gets there.
#
#   /opt/kiosk/releases/<moment>   one release each: code and its own .venv, root's
#   /opt/kiosk/current             the one that serves
#   /etc/kiosk/kiosk.env           settings
#   /var/lib/kiosk                 data; nobody else reads it
#
# KIOSK_ROOT puts all of it below another directory: for packagers and for the tests.

root=${KIOSK_ROOT:-}
opt=$root/opt/kiosk
releases=$opt/releases
current=$opt/current
settings=$root/etc/kiosk/kiosk.env
state=$root/var/lib/kiosk
units=$root/etc/systemd/system

say() { printf '%s\n' "$*"; }
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || stop "Cần quyền root / must be root: sudo $0"
}

# Replaces this shell: call it in a subshell, in the background, or last.
become_kiosk() {
  umask 077
  exec setpriv --reuid kiosk --regid kiosk --init-groups -- env HOME="$state" "$@"
}

# in_release RELEASE COMMAND…: as the service runs it, with its settings. Replaces too.
in_release() {
  cd "$1" || exit
  shift
  become_kiosk .venv/bin/dotenv --file "$settings" run -- "$@"
}

flask_of() {
  (
    of=$1
    shift
    in_release "$of" .venv/bin/flask --app wsgi "$@"
  )
}

own_address() {
  port=$(sed -n 's/^PORT=//p' "$settings" | tail -n 1)
  printf 'http://127.0.0.1:%s' "${port:-8000}"
}

# lay_release SOURCE: copies the code, makes its .venv, compiles; sets $release.
lay_release() {
  release=$releases/$(date -u +%Y%m%d-%H%M%S)
  [ ! -e "$release" ] || stop "$release đã có / is there already: chờ một giây / wait a second."
  say "Chép mã và cài thư viện vào / laying $release"
  mkdir -p "$release"
  if ! (
    umask 022
    tar -C "$1" -cf - --exclude=./.git --exclude=./.venv --exclude=./node_modules \
      --exclude=./var --exclude=./.cache --exclude=./.env --exclude='*.pyc' . |
      tar -C "$release" -xf - --no-same-owner &&
      chmod -R u+rwX,go+rX,go-w "$release" &&
      cd "$release" &&
      deploy/venv.sh requirements.txt &&
      deploy/translations.sh &&
      compile
  ); then
    rm -rf "$release"
    stop "Chưa cài được bản này, bản đang chạy không đổi / not laid; what runs is unchanged."
  fi
}

# The service may not write beside its code: else every start would compile everything.
# Some packages carry templates that are no Python; they do not stop it.
compile() {
  .venv/bin/python -m compileall -q kiosk analytics migrations wsgi.py
  .venv/bin/python -m compileall -q .venv/lib >var/compile.log 2>&1 || true
}

# point LINK RELEASE: in one step; a power cut leaves the old link or the new one.
point() {
  ln -sfn "$2" "$opt/next"
  mv -T "$opt/next" "$1"
}

# switch_to RELEASE: from here on this is what starts, also after a power cut.
switch_to() {
  point "$current" "$1"
  install -m 644 "$1"/deploy/systemd/*.service "$1"/deploy/systemd/*.timer "$units"
  sync
  systemctl daemon-reload
}

start_service() { systemctl start kiosk.service kiosk-tick.timer; }
stop_service() { systemctl stop kiosk-tick.timer kiosk-tick.service kiosk.service; }

# Waits until the release in service answers and its database takes writes.
await_ready() {
  "$current/.venv/bin/python" "$current/deploy/ready.py" "$(own_address)" 90
}
