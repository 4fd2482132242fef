"""Fill in the mail servers' configuration templates.

``python -m deploy.render dovecot /srv/mail/etc/dovecot`` renders ``deploy/dovecot`` with values of
the environment (``@{imap_port}`` is ``PLI_IMAP_PORT``, or the content of the file that
``PLI_IMAP_PORT_FILE`` names). A placeholder without a value stops everything: no server starts on
half a configuration.
"""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent
PLACEHOLDER = re.compile(r"@\{([a-z_]+)\}")
SERVERS = ("dovecot", "postfix", "redis")
# What an image or a volume decides, not the operator.
IN_A_CONTAINER = {
    "instance": "pli",
    "root": "/srv/mail",
    "postfix_root": "/srv/mail",
    "postfix_meta": "/etc/postfix",
    "privileges": "user",
    "mail_user": "vmail",  # Dovecot runs wholly as this one
    "mail_group": "vmail",
    "postfix_user": "postfix",
    "postfix_group": "postfix",
    "listen": "0.0.0.0",  # noqa: S104  (the container's own network)
    "imap_port": "10993",
    "sieve_port": "14190",
    "smtp_port": "10025",
    "submission_port": "10465",
    "lmtp_port": "10024",
    "sasl_port": "10026",
    "doveadm_port": "10080",
    "mail_policy_url": "http://web:8000/interne/programmes-de-courriel/",
    "push_driver": (
        "ox:url=http://pli:@{mail_policy_key}@web:8000/interne/nouveau-courriel/"
        " user_from_metadata timeout_msecs=1000 max_retries=0"
    ),
    "acts_url": "http://pli:@{mail_policy_key}@web:8000/interne/actes/",
    "acts_driver": "lua:file=@{root}/etc/dovecot/acts.lua",
    "acts_transport": "http-post",
    "lmtp_path": "inet:dovecot:10024",
    "sasl_path": "inet:dovecot:10026",
    "redis_port": "6379",
    "dovecot_log": "/dev/stderr",
    "postfix_log": "/dev/stdout",
    "mail_fsync": "optimized",
    "auth_failure_delay": "2 secs",
    "outbound": "smtp",
    "relay_host": "",
    "message_bytes": "41943040",
    "tls_certificate": "/run/secrets/mail_certificate",
    "tls_key": "/run/secrets/mail_key",
    "postfix_tls_certificate": "/run/secrets/mail_certificate",
    "postfix_tls_key": "/run/secrets/mail_key",
    "database": "pgsql",
    "database_port": "5432",
    "lookup_connection": (
        "host=@{database_host} port=@{database_port} dbname=@{database_name}"
        " user=@{mail_role} password=@{mail_role_password}"
    ),
    "lookup_source": (
        "hosts = inet:@{database_host}:@{database_port}\ndbname = @{database_name}\n"
        "user = @{mail_role}\npassword = @{mail_role_password}"
    ),
}


class MissingValue(Exception):
    """A template asks for a value that nobody gave."""


Values = Callable[[str], str]  # raises KeyError


def from_environment(name: str) -> str:
    """The value that a placeholder has in a container."""
    variable = f"PLI_{name.upper()}"
    if (path := os.environ.get(f"{variable}_FILE")) is not None:
        return Path(path).read_text(encoding="utf-8").strip()
    if variable in os.environ:
        return os.environ[variable]
    return PLACEHOLDER.sub(lambda match: from_environment(match[1]), IN_A_CONTAINER[name])


def render(text: str, values: Values, source: Path) -> str:
    def value_of(match: re.Match[str]) -> str:
        try:
            return values(match[1])
        except KeyError:
            raise MissingValue(f"{source}: @{{{match[1]}}} has no value") from None

    return PLACEHOLDER.sub(value_of, text)


def render_server(server: str, destination: Path, values: Values, mode: int = 0o640) -> None:
    """Write each file of ``deploy/<server>`` into ``destination``.

    Some hold the password of the database's role: ``mode`` lets only owner and group read them.
    Raises ``MissingValue`` and ``OSError``.
    """
    destination.mkdir(parents=True, exist_ok=True)
    for template in sorted((TEMPLATES / server).iterdir()):
        text = render(template.read_text(encoding="utf-8"), values, template)
        rendered = destination / template.name
        rendered.touch(mode=mode)
        rendered.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> str | None:
    if len(arguments) != 2 or arguments[0] not in SERVERS:
        return f"usage: python -m deploy.render {{{'|'.join(SERVERS)}}} DESTINATION"
    try:
        render_server(arguments[0], Path(arguments[1]), from_environment)
    except (MissingValue, OSError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
