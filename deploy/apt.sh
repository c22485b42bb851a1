# shellcheck shell=sh
# Sourced: apt_install PACKAGE… installs what is missing where that is allowed.
# Fails when there is no apt-get, or no way to be root without being asked.

apt_install() {
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" = 0 ]; then
    as_root="env"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo env"
  else
    return 1
  fi
  echo "Cài gói hệ thống / installing system packages: $*"
  (
    # A package with a service would start it at once: on a port that may be taken, for
    # a machine that only wants the program. Debian asks this file first.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap '$as_root rm -f "$policy"' EXIT
      trap 'exit 1' INT TERM HUP
      printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
      $as_root chmod 755 "$policy"
    fi
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null &&
      $as_root DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "$@" >/dev/null
  )
}
