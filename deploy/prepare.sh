#!/bin/bash
# prepare.sh site|tests|thunderbird: what the commands of the Makefile need and this machine lacks.
#
# Debian packages, .venv from the lock with hashes, the front-end packages. What is there already
# is left alone; when nothing is missing this takes a second. Everything is logged in var/prepare.log.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."

readonly purpose=${1:?site, tests or thunderbird}
readonly log=var/prepare.log
readonly uv_version=0.13.9
packages=(
  ca-certificates util-linux dovecot-core dovecot-imapd dovecot-lmtpd dovecot-managesieved
  dovecot-sieve dovecot-sqlite dovecot-pgsql dovecot-fts-xapian postfix postfix-sqlite postfix-pgsql redis-server gettext
)
if [ "$(id -u)" != 0 ]; then packages+=(uidmap); fi
if [ "$purpose" != site ]; then packages+=(chromium postgresql cyrus-common sasl2-bin); fi
if [ "$purpose" = thunderbird ]; then packages+=(thunderbird); fi

main() {
  mkdir -p var
  : >"$log"
  install_debian_packages
  install_python_packages requirements.txt
  if [ "$purpose" != site ]; then
    install_python_packages requirements-dev.txt
    install_cyrus
  fi
  install_front_end
}

say() { echo "Pli: $*"; }

fail() {
  echo "Pli: $*" >&2
  exit 1
}

# logged WHAT COMMAND…: shows the command's words only when it fails.
logged() {
  local what=$1
  shift
  say "$what…"
  "$@" >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "$what failed; the whole story is in $log."
  }
}

install_debian_packages() {
  command -v dpkg-query >/dev/null ||
    fail "this command needs Debian 12 or a system like it. Elsewhere: docker compose up (see README)."
  local missing=()
  for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
  done
  command -v npm >/dev/null || missing+=(npm)
  if ! python=$(find_python); then missing+=(python3 python3-venv); fi
  if [ ${#missing[@]} = 0 ]; then return; fi
  logged "installing Debian packages: ${missing[*]}" \
    as_root "$PWD/deploy/install-debian-packages.sh" "${missing[@]}"
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Only root can install packages, and sudo is not there. As root, run:"
    echo "  $*"
    return 1
  fi
}

# A Python from 3.11 to 3.13 that can make virtual environments.
find_python() {
  local wanted='import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
  for candidate in python3.13 python3.12 python3.11 python3 /usr/bin/python3; do
    if "$candidate" -c "$wanted" 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

install_python_packages() {
  local requirements=$1 stamp=.venv/.installed-$1
  if [ -x .venv/bin/python ] && cmp -s "$requirements" "$stamp"; then return; fi
  install_uv
  if [ ! -x .venv/bin/python ]; then
    python=$(find_python) || fail "no Python from 3.11 to 3.13 was found (Debian: python3 python3-venv)."
    logged "making .venv with $python" var/tools/bin/uv venv --quiet --python "$python" .venv
  fi
  logged "installing $requirements into .venv" \
    env UV_NATIVE_TLS=1 UV_HTTP_TIMEOUT=180 VIRTUAL_ENV="$PWD/.venv" \
    var/tools/bin/uv pip install --require-hashes -r "$requirements"
  cp "$requirements" "$stamp"
}

# uv in an environment of its own: Debian's Python lets nothing be installed beside it.
install_uv() {
  if [ "$(var/tools/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" = "$uv_version" ]; then return; fi
  python=$(find_python) || fail "no Python from 3.11 to 3.13 was found (Debian: python3 python3-venv)."
  logged "fetching uv $uv_version" fetch_uv "$python"
}

fetch_uv() {
  rm -rf var/tools
  "$1" -m venv var/tools
  var/tools/bin/pip install --disable-pip-version-check --quiet "uv==$uv_version"
}

# After uv, which begins var/tools anew.
install_cyrus() {
  if [ -x var/tools/cyrus/usr/lib/cyrus/bin/imapd ]; then return; fi
  logged "unpacking Cyrus IMAP for the tests" deploy/unpack-cyrus.sh
}

install_front_end() {
  local stamp=node_modules/.installed-package-lock.json
  if ! cmp -s package-lock.json "$stamp"; then
    logged "fetching the front-end packages" npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json "$stamp"
  fi
  .venv/bin/python deploy/assets.py >>"$log" || fail "the front-end files could not be built."
}

main
