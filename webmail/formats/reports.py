"""Delivery reports (RFC 3464), read receipts (RFC 8098) and abuse reports (RFC 5965), as facts."""

import re
from dataclasses import dataclass
from datetime import datetime

from webmail.syntax import headers

MAX_RECIPIENTS = 1_000
BLANK_LINES = re.compile(rb"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True)
class Delivery:
    """What became of a message for one recipient. `status` is an enhanced code ("5.1.1") or ""."""

    recipient: str
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str
    diagnostic: str  # the server's own words
    retry_until: datetime | None = None

    @property
    def has_failed(self) -> bool:
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


@dataclass(frozen=True)
class Receipt:
    """A read receipt. `disposition` is displayed, deleted, denied, dispatched or processed."""

    recipient: str
    disposition: str
    is_automatic: bool
    original_message_id: str


@dataclass(frozen=True)
class Complaint:
    """A feedback report: `kind` is abuse, fraud, virus, not-spam or other."""

    kind: str
    source_ip: str
    domain: str


@dataclass(frozen=True)
class Reports:
    """What the machine-readable parts of one message say."""

    deliveries: tuple[Delivery, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @property
    def failures(self) -> tuple[Delivery, ...]:
        return tuple(delivery for delivery in self.deliveries if delivery.has_failed)


def read(parts: list[tuple[str, bytes]]) -> Reports:
    """The reports among `parts`, given as (media type, decoded content)."""
    deliveries: list[Delivery] = []
    receipts: list[Receipt] = []
    complaints: list[Complaint] = []
    for media_type, content in parts:
        if media_type.endswith("delivery-status"):
            deliveries += _deliveries(content)
        elif media_type.endswith("disposition-notification"):
            receipts.append(_receipt(headers.split(content)))
        else:
            complaints.append(_complaint(headers.split(content)))
    return Reports(tuple(deliveries), tuple(receipts), tuple(complaints))


def _deliveries(content: bytes) -> list[Delivery]:
    """The first group of fields is about the message, each other about one recipient (RFC 3464,
    2.1).
    """
    groups = [
        headers.split(group) for group in BLANK_LINES.split(content.strip())[: MAX_RECIPIENTS + 1]
    ]
    about = [group for group in groups if group.first("final-recipient") or group.first("action")]
    return [_delivery(group) for group in about]


def _delivery(fields: headers.Headers) -> Delivery:
    diagnostic = _typed(fields, "diagnostic-code")
    written = STATUS.search(fields.text("status") or "") or STATUS.search(diagnostic)
    return Delivery(
        recipient=_typed(fields, "original-recipient") or _typed(fields, "final-recipient"),
        action=_first_word(fields, "action"),
        status=written[0] if written else "",
        diagnostic=diagnostic,
        retry_until=headers.date(fields.first("will-retry-until")),
    )


def _receipt(fields: headers.Headers) -> Receipt:
    mode, _, kind = (fields.text("disposition") or "").lower().partition(";")
    found = headers.identifiers(fields.first("original-message-id"))
    return Receipt(
        recipient=_typed(fields, "original-recipient") or _typed(fields, "final-recipient"),
        disposition=kind.split("/")[0].strip(),
        is_automatic=mode.strip().startswith("automatic-action"),
        original_message_id=found[0] if found else "",
    )


def _complaint(fields: headers.Headers) -> Complaint:
    return Complaint(
        kind=_first_word(fields, "feedback-type"),
        source_ip=fields.text("source-ip") or "",
        domain=fields.text("reported-domain") or "",
    )


def _typed(fields: headers.Headers, name: str) -> str:
    """The value after its type: `rfc822; someone@example.org`."""
    value = fields.text(name) or ""
    return value.partition(";")[2].strip() if ";" in value else value


def _first_word(fields: headers.Headers, name: str) -> str:
    words = (fields.text(name) or "").lower().split()
    return words[0].strip(";,") if words else ""
