#!/bin/sh
# Puts a new release into service, from an unpacked copy of it:
#   sudo deploy/upgrade.sh           upgrade to this copy
#   sudo deploy/upgrade.sh --back    back to the release before; every answer is kept
#
# Tablets keep tapping meanwhile and send what they kept as soon as the server answers.
#
# How it goes back. Until the new release is opened, the database is put back from the copy
# made a moment before: exact, and nothing was added since. From then on answers have come
# in that this copy does not hold: the migrations go down instead, with the data.
# After a power cut in between run it again: it finishes or undoes that one first.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=deploy/release.sh
. "$source/deploy/release.sh"

copies=$state/upgrade
unfinished=$opt/upgrade-unfinished
previous=$opt/previous
stopped=false
trial=

upgrade() {
  old=$(readlink "$current")
  lay_release "$source"
  new=$release
  say "Dừng dịch vụ; máy tính bảng giữ phiếu / stopping; tablets keep their answers"
  stopped=true
  stop_service
  begin "$old"
  say "Nâng cơ sở dữ liệu / migrating"
  flask_of "$new" init
  say "Thử bản mới, chưa mở cho máy tính bảng / trying it where no tablet reaches it"
  try_out
  say "Mở bản mới / opening"
  point "$previous" "$old"
  switch_to "$new"
  start_service
  await_ready
  rm -f "$unfinished"
  tidy
  say "Xong / done: $new"
}

# By hand, days later: the migrations go down, the answers since stay.
back() {
  new=$(readlink "$current")
  old=$(readlink "$previous") || stop "Không có bản trước / there is no release before this one."
  [ "$old" != "$new" ] || stop "Đang là bản cũ rồi / this is the release before already."
  stopped=true
  stop_service
  begin "$new"
  undo
}

# begin RELEASE: copies the database with it, and writes down what is being done.
begin() {
  copy=$copies/before-$(date -u +%Y%m%d-%H%M%S).tar
  say "Sao lưu / backing up: $copy"
  # It is brought back once, aside, before it counts as made.
  if ! (become_kiosk mkdir -p "$copies") || ! flask_of "$1" backup create "$copy"; then
    stop "Chưa đổi gì, bản cũ chạy tiếp / nothing was changed."
  fi
  printf '%s\n' "old=$old" "new=$new" "copy=$copy" >"$unfinished"
  sync
}

# The new release on a port of its own: it must answer, and take an answer sheet whole.
try_out() {
  # Isolated: where root stands, somebody may have left a socket.py.
  port=$("$new/.venv/bin/python" -I -c 'import socket
with socket.socket() as s: s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  in_release "$new" env HOST=127.0.0.1 PORT="$port" WEB_CONCURRENCY=1 \
    .venv/bin/gunicorn --config deploy/gunicorn.conf.py wsgi:app >/dev/null &
  trial=$!
  "$new/.venv/bin/python" "$new/deploy/ready.py" "http://127.0.0.1:$port" 90
  flask_of "$new" canary run --url "http://127.0.0.1:$port"
  end_trial
}

end_trial() {
  [ -n "$trial" ] || return 0
  kill "$trial" 2>/dev/null || true
  wait "$trial" || true
  trial=
}

undo() {
  stop_service
  if [ "$(readlink "$current")" = "$new" ]; then
    say "Hạ cơ sở dữ liệu, giữ mọi phiếu / migrating down, keeping every answer"
    target=$(flask_of "$old" db heads | cut -d ' ' -f 1)
    [ -n "$target" ]
    flask_of "$new" db downgrade "$target"
    switch_to "$old"
  else
    say "Khôi phục bản sao vừa làm / restoring the copy made before: $copy"
    flask_of "$old" backup restore "$copy" --force
    rm -rf "$new"
  fi
  start_service
  await_ready
  rm -f "$unfinished"
  say "Bản cũ chạy lại, dữ liệu đủ / the old release serves again: $old"
}

# On every way out but the good end: a fault, Ctrl-C, a lost connection.
on_exit() {
  status=$?
  trap '' INT TERM HUP
  if [ ! -e "$unfinished" ]; then
    [ "$status" = 0 ] || ! $stopped || start_service
    exit "$status"
  fi
  say "Không xong, quay về bản cũ / it failed, going back"
  end_trial
  set +e
  (
    set -e
    undo
  )
  undone=$?
  [ "$undone" = 0 ] || stop "Chưa quay về được / could not go back. Bản sao / copy: $copy" \
    "Máy tính bảng vẫn giữ phiếu. Chạy lại lệnh này / tablets keep their answers; run this again."
  exit 1
}

# What a power cut left: opened means done, else everything goes back first.
resume() {
  say "Lần trước bị cắt giữa chừng / the last run was cut off"
  old=$(sed -n 's/^old=//p' "$unfinished")
  new=$(sed -n 's/^new=//p' "$unfinished")
  copy=$(sed -n 's/^copy=//p' "$unfinished")
  if [ "$(readlink "$current")" = "$new" ] && start_service && await_ready; then
    rm -f "$unfinished"
  else
    undo
  fi
}

# Two releases and two copies are kept.
tidy() {
  for kept in "$releases"/*; do
    [ "$kept" = "$new" ] || [ "$kept" = "$old" ] || rm -rf "$kept"
  done
  # As the service: it may have put anything there, under any name.
  # shellcheck disable=SC2016
  (become_kiosk sh -c 'find "$1" -maxdepth 1 -type f -name "before-*" -print0 |
    sort -z | head -z -n -2 | xargs -0 -r rm -f --' tidy "$copies")
}

need_root
[ -e "$current" ] || stop "Chưa cài / not installed: deploy/install.sh"
case ${1:-} in
  '') action=upgrade ;;
  --back) action=back ;;
  *) stop "$0 [--back]" ;;
esac
trap on_exit EXIT
trap 'exit 1' INT TERM HUP
[ ! -e "$unfinished" ] || resume
$action
