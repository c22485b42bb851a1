#!/bin/sh
# Installs the service on a Debian machine, from an unpacked copy of this project:
#   sudo deploy/install.sh           install; again: mend what is missing, change no data
#   deploy/install.sh --check        only say what it would do
# New code for a machine that has the service already: deploy/upgrade.sh.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=deploy/release.sh
. "$source/deploy/release.sh"

check=false
case ${1:-} in
  '') ;;
  --check) check=true ;;
  *) stop "$0 [--check]" ;;
esac

# step SENTENCE COMMAND…: does it, or with --check only says it.
step() {
  say "- $1"
  shift
  $check || "$@"
}

missing() {
  for tool in systemctl systemd-sysusers systemd-tmpfiles setpriv tar; do
    command -v "$tool" >/dev/null || printf ' %s' "$tool"
  done
  command -v "${PYTHON:-python3}" >/dev/null || printf ' python3'
}

lacks() { ! cmp -s "$1" "$2"; }

make_account() {
  install -D -m 644 "$source/deploy/systemd/kiosk.sysusers.conf" "$root/etc/sysusers.d/kiosk.conf"
  systemd-sysusers --root="$root/" kiosk.conf
}

write_settings() {
  install -D -m 640 "$source/deploy/systemd/kiosk.env" "$settings"
}

make_places() {
  install -d -m 755 "$units"
  install -D -m 644 "$source/deploy/systemd/kiosk.tmpfiles.conf" "$root/etc/tmpfiles.d/kiosk.conf"
  systemd-tmpfiles --root="$root/" --create kiosk.conf
}

lay_first_release() {
  lay_release "$source"
  point "$current" "$release"
}

link_command() {
  install -d -m 755 "$root/usr/local/bin"
  ln -sfn "$current/deploy/command.sh" "$root/usr/local/bin/kiosk"
}

start() {
  systemctl enable kiosk.service kiosk-tick.timer
  start_service
  await_ready
}

lacking=$(missing)
[ -z "$lacking" ] || stop "Thiếu / missing:$lacking. Cần Debian 12 trở lên / Debian 12 or later is needed."
$check || need_root

if lacks "$source/deploy/systemd/kiosk.sysusers.conf" "$root/etc/sysusers.d/kiosk.conf"; then
  step "Tạo người dùng / make the account: kiosk" make_account
fi
[ -e "$settings" ] || step "Ghi tệp cài đặt / write the settings: $settings" write_settings
step "Tạo thư mục, chỉnh quyền / make directories, mend rights: $state" make_places
if [ ! -e "$current" ]; then
  step "Chép mã, cài thư viện / lay the code and its libraries: $releases" lay_first_release
else
  say "- Đã có bản / there is a release: $(readlink -f "$current"); bản mới / a new one: deploy/upgrade.sh"
fi
step "Chép dịch vụ / lay the units: $units" switch_to "$(readlink -f "$current")"
step "Đặt lệnh / link the command: $root/usr/local/bin/kiosk" link_command
step "Bật và chạy / enable and start: kiosk.service, kiosk-tick.timer" start
$check && exit 0

cat <<END

Đang chạy ở / serving at $(own_address) (chỉ máy này mở được / for this machine only).
1. Sửa BASE_URL / set BASE_URL:  $settings  → systemctl restart kiosk
2. Tài khoản đầu tiên / first account:  sudo kiosk user create --email EMAIL --role admin
3. HTTPS:  deploy/caddy, deploy/nginx → docs/huong-dan/cai-dat.md
END
