#!/bin/sh
# run-postfix-unprivileged.sh MAIL_FOLDER: Postfix for an ordinary user, in a name space where that
# user is root and the subordinate ids (package uidmap) are the other accounts. There the mail
# folder stands at /mnt: Postfix's own account need not come through a closed home folder.
set -e
here=$(dirname "$(realpath "$0")")
if [ "$2" != inside ]; then
  exec unshare --user --mount --map-root-user --map-auto "$here/run-postfix-unprivileged.sh" "$1" inside
fi
mount --bind "$1" /mnt
chown postfix /mnt/postfix/data
# In a name space Postfix's logger may not open /dev/stdout: it writes a file, which is shown here.
: >/mnt/log/postfix.log
tail --pid=$$ -n 0 -F /mnt/log/postfix.log &
# Entering the name space has undone the wish to end with the parent.
exec setpriv --pdeathsig TERM "$here/run-postfix.sh" /mnt/etc/postfix
