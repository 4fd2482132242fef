#!/bin/sh
# Renders Postfix's configuration from the environment, then becomes Postfix.
# /srv/mail is a file system in memory; only /srv/mail/postfix/spool is kept.
set -eu
root=/srv/mail
# The set-group-ID bit: rendered files, which hold a password, belong to Postfix's group.
install -d -o root -g postfix -m 2750 "$root/etc"
install -d -o postfix -g postfix -m 0700 "$root/postfix/data"
python3 -m deploy.render postfix "$root/etc/postfix"
exec sh deploy/run-postfix.sh "$root/etc/postfix"
