#!/bin/sh
# install.sh PACKAGE…: trusts the authorities of deploy/docker/ca, installs Debian packages and
# leaves no lists behind. Every image is built with it.
set -eu
export DEBIAN_FRONTEND=noninteractive

trust() {
    ! command -v update-ca-certificates > /dev/null || update-ca-certificates > /dev/null
}

mkdir -p /usr/local/share/ca-certificates
cp /build/ca/*.crt /usr/local/share/ca-certificates/ 2> /dev/null || true
# Before the packages where the base image can: their mirror may be behind such an authority.
trust
apt-get update -qq
apt-get install --yes -qq --no-install-recommends ca-certificates "$@" > /dev/null
trust
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
