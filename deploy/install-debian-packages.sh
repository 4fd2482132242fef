#!/bin/sh
# install-debian-packages.sh PACKAGE…: as root. Installs Debian packages without a question asked and
# without a service started: Pli runs servers of its own beside the machine's.
set -e
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi

new_services=
for pair in postfix:postfix dovecot-core:dovecot redis-server:redis-server postgresql:postgresql cyrus-common:cyrus-imapd sasl2-bin:saslauthd; do
  case " $* " in *" ${pair%%:*} "*) new_services="$new_services ${pair#*:}" ;; esac
done

if command -v debconf-set-selections >/dev/null; then
  echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
fi
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"

# Nor at the next start of the machine: only services that were not there before.
if command -v systemctl >/dev/null; then
  for service in $new_services; do
    systemctl disable --quiet "$service" || true
  done
fi
