#!/bin/sh
# Renders Dovecot's configuration from the environment, then becomes Dovecot.
# /srv/mail is a file system in memory; only /srv/mail/store is kept.
set -eu
umask 077
root=/srv/mail
install -d -m 0755 "$root/run/dovecot"
mkdir -p "$root/etc" "$root/state/dovecot" "$root/token-keys/pli/ES256"
cp /run/secrets/token_public_key "$root/token-keys/pli/ES256/${PLI_TOKEN_KEY_ID:-k1}"
PLI_SITE_NETWORKS=${PLI_SITE_NETWORKS:-$(python3 -m deploy.docker.networks)}
export PLI_SITE_NETWORKS
python3 -m deploy.render dovecot "$root/etc/dovecot"
exec dovecot -F -c "$root/etc/dovecot/dovecot.conf"
