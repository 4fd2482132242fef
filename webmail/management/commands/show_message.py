"""`manage.py show_message`: what the reading pane would show of message files, one JSON object a
line.
"""

import json
from argparse import ArgumentParser
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from webmail.conversations.caution_notes import cautions
from webmail.files import previews
from webmail.message.readable import Attachment, ReadableMessage
from webmail.readable import explanations, mime, plain_text, reading
from webmail.readable.safe_html import SafeHtml
from webmail.syntax.addresses import Address

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
MAX_FILE_OCTETS = 256 << 20


class Command(BaseCommand):
    """Reads files and writes to the standard output: no database, no network."""

    help = "Prints one JSON object a line per message file: what the reading pane would show."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE.eml", type=Path)
        parser.add_argument("--own-domain", action="append", dest="own_domains", metavar="DOMAIN")

    def handle(self, *_args: Any, **options: Any) -> None:
        own_domains = options["own_domains"] or settings.DOMAINS
        for file in options["files"]:
            self.stdout.write(json.dumps(shown(file, own_domains)))


def shown(file: Path, own_domains: Collection[str]) -> dict[str, Any]:
    """What the pane would show of `file`; "error" says what could not be read, and is null for
    nothing.
    """
    try:
        if file.stat().st_size > MAX_FILE_OCTETS:
            return _described(ReadableMessage(), own_domains, _("fichier trop grand"))
        raw = file.read_bytes()
    except (OSError, ValueError) as error:
        return _described(ReadableMessage(), own_domains, _unreadable(error))
    message = mime.read_bytes(raw)
    return _described(message, own_domains, explanations.problems(message) or None)


def _unreadable(error: OSError | ValueError) -> str:
    return _("fichier illisible : %(reason)s") % {"reason": error}


def _described(
    message: ReadableMessage, own_domains: Collection[str], error: str | None
) -> dict[str, Any]:
    shown_as = reading.prepare(
        message,
        own_domains,
        inline_url=_cid,
        authentication_servers=settings.AUTHENTICATION_SERVERS,
        quote_label=_("Texte cité"),
    )
    body = shown_as.body
    return {
        "subject": message.subject,
        "from": _people(message.from_),
        "reply_to": _people(message.reply_to),
        "to": _people(message.to),
        "cc": _people(message.cc),
        "date": message.date.strftime(MOMENT) if message.date else None,
        "text": shown_as.text,
        "html": body.html if body else None,
        "remote_images": body.remote_images if body else 0,
        "attachments": [_attachment(attachment) for attachment in shown_as.attachments],
        "flags": asdict(shown_as.flags),
        "warn_links": list((body or _plain(shown_as.text, own_domains)).warn_links),
        "notices": explanations.notices(message),
        "cautions": [asdict(caution) for caution in cautions(shown_as)],
        "language": shown_as.language,
        "error": error,
    } | _facts(message)


def _facts(message: ReadableMessage) -> dict[str, Any]:
    """What the pane shows elsewhere than above or in the text, or leads to."""
    return {
        "sender": _people(message.sender),
        "bcc": _people(message.bcc),
        "receipt_to": _people(message.receipt_to),
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "list_id": message.list_id,
        "unsubscribe": asdict(message.unsubscribe),
        "enclosed": [asdict(enclosed) for enclosed in message.enclosed],
        "invitations": [_plain_values(asdict(event)) for event in message.invitations],
    }


def _plain_values(values: dict[str, Any]) -> dict[str, Any]:
    """Moments as JSON has them."""
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(one) for one in value]
    return value.strftime(MOMENT) if isinstance(value, datetime) else value


def _plain(text: str, own_domains: Collection[str]) -> SafeHtml:
    return plain_text.render(text, own_domains=own_domains)


def _cid(attachment: Attachment) -> str:
    """A picture's place in the HTML; without a server there is no URL to fetch it from."""
    return f"cid:{attachment.content_id or attachment.section}"


def _people(people: tuple[Address, ...]) -> list[dict[str, str]]:
    return [asdict(person) for person in people]


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "inline": attachment.inline,
        "section": attachment.section,
        "dangerous": attachment.is_dangerous,
        "preview": previews.kind_of(attachment.name, attachment.type),
    }
