#!/bin/sh
# unpack-cyrus.sh: Cyrus IMAP's server program for the tests, in var/tools/cyrus.
#
# Debian's package cyrus-imapd excludes dovecot-imapd, which Pli needs, so it is unpacked and not
# installed. What it needs to run comes with cyrus-common, which excludes nobody.
set -e
cd "$(dirname "$(realpath "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -q cyrus-imapd)
mkdir -p var/tools/cyrus
dpkg-deb -x "$work"/cyrus-imapd_*.deb var/tools/cyrus
