#!/bin/sh
# Renders Postfix's configuration from the environment, then becomes Postfix.
# /srv/mail is a file system in memory; only /srv/mail/postfix/spool is kept.
set -eu
umask 027
root=/srv/mail
install -d -o postfix -g postfix -m 0700 "$root/postfix/data"
python3 -m deploy.render postfix "$root/etc/postfix"
# It holds the password of the database's role, for root and for Postfix's own account alone.
chgrp -R postfix "$root/etc"
exec sh deploy/run-postfix.sh "$root/etc/postfix"
