#!/bin/sh
# Makes, once, what docker-compose.yml reads as secrets: passwords, the keys of the tokens, and
# certificates of an authority of its own, to be replaced by the academy's. What exists is kept.
set -eu
cd "$(dirname "$0")/../.."

environment=${PLI_ENV_FILE:-.env}
if [ ! -f "$environment" ]; then
    cp .env.example "$environment"
    echo "$environment was made from .env.example: fill it in, then start this again."
    exit 1
fi

# of NAME: its value in the environment file, without quotes.
of() {
    sed -n "s/^$1=[\"']\{0,1\}\([^\"']*\)[\"']\{0,1\}\$/\1/p" "$environment" | tail -n 1
}

web_name=$(of PLI_HOST)
imap_name=$(of PLI_IMAP_NAME)
smtp_name=$(of PLI_SMTP_NAME)
for name in "$web_name" "$imap_name" "$smtp_name"; do
    [ -n "$name" ] || { echo "$environment must give PLI_HOST, PLI_IMAP_NAME and PLI_SMTP_NAME." >&2; exit 1; }
done

folder=$(of PLI_SECRETS)
folder=${folder:-var/secrets}
mkdir -p "$folder"
# Closed by the folder: a container's own account must be able to read the files it is given.
chmod 0700 "$folder"
cd "$folder"
umask 022

# keep NAME: stores the standard input under this name unless there is one.
keep() {
    if [ -s "$1" ]; then cat > /dev/null; else cat > "$1.new"; mv "$1.new" "$1"; echo "made $folder/$1"; fi
}

for name in secret_key answer_pepper doveadm_key mail_policy_key \
    postgres_password database_password mail_role_password; do
    openssl rand -hex 32 | keep "$name"
done
[ -s redis_password ] || printf 'requirepass %s\n' "$(openssl rand -hex 32)" | keep redis_password
printf 'current = "k1"\n[keys]\nk1 = "%s"\n' "$(openssl rand -base64 32)" | keep key_ring
sed 's|^requirepass \(.*\)$|redis://:\1@redis:6379/0|' redis_password | keep redis_url

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | keep token_private_key
openssl pkey -in token_private_key -pubout | keep token_public_key

# certify WHOM NAME…: WHOM_key and WHOM_certificate for these host names.
certify() {
    whom=$1
    shift
    [ ! -s "${whom}_certificate" ] || return 0
    names=$(printf 'DNS:%s,' "$@")
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | keep "${whom}_key"
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "${names%,}" > extensions
    openssl req -new -key "${whom}_key" -subj "/CN=$1" > request
    openssl x509 -req -in request -CA mail_authority -CAkey authority_key -CAcreateserial \
        -days 825 -sha256 -extfile extensions 2> /dev/null | keep "${whom}_certificate"
    rm -f extensions request
}

if [ ! -s mail_authority ]; then
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | keep authority_key
    openssl req -new -x509 -key authority_key -days 3650 -subj "/CN=Pli ($web_name)" \
        -addext 'keyUsage=critical,keyCertSign,cRLSign' | keep mail_authority
fi
certify web "$web_name"
certify mail "$imap_name" "$smtp_name"
