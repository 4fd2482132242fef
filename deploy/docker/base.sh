#!/bin/sh
# base.sh [NAME]: makes a base image of Debian 12 from Debian's own mirror (debootstrap, as root),
# for networks where no image can be pulled:  PLI_BASE_IMAGE=pli-base:bookworm
set -eu
name=${1:-pli-base:bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
security=${DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$folder" "$mirror"
cat > "$folder/etc/apt/sources.list" << LIST
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $security bookworm-security main
LIST
rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
tar --directory="$folder" --numeric-owner --create . | docker import --change 'CMD ["bash"]' - "$name"
