#!/bin/sh
# The first start of the database: the site's own role and database, and the role with which the mail
# servers read the views that `manage.py migrate` lets them read. Neither is a superuser.
set -e

psql --username=postgres --dbname=postgres --no-password --quiet \
    --set=ON_ERROR_STOP=1 \
    --set=site="$(cat /run/secrets/database_password)" \
    --set=mail="$(cat /run/secrets/mail_role_password)" << 'SQL'
CREATE ROLE pli LOGIN PASSWORD :'site';
CREATE ROLE pli_mail LOGIN PASSWORD :'mail' CONNECTION LIMIT 60;
-- Sorting by code point: an index never depends on the system's version of its locales.
CREATE DATABASE pli OWNER pli TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE pli FROM PUBLIC;
GRANT CONNECT ON DATABASE pli TO pli_mail;
SQL
