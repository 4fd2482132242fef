"""A draft as a message: for the Drafts folder as it stands, however unfinished."""

import re

from django.utils import timezone

from webmail.composing.compose import Attachment, ComposedMessage, compose
from webmail.composing.compose import Draft as Letter
from webmail.models import Draft
from webmail.syntax import addresses
from webmail.syntax.addresses import Address

# What any program takes in a header; what is still being typed is not.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
FINISHED = re.compile(rf"{ATOM}(?:\.{ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def as_message(draft: Draft) -> ComposedMessage:
    """What other programs show; its files must be here. Recipients that are no addresses yet stay out."""
    letter = Letter(
        sender=Address(draft.mailbox.name, draft.sender or draft.mailbox.address),
        to=_people(draft.to),
        cc=_people(draft.cc),
        bcc=_people(draft.bcc),
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        attachments=attachments(draft),
        in_reply_to=draft.in_reply_to,
        references=tuple(draft.references.split()),
    )
    return compose(letter, timezone.now(), is_draft=True, mark=mark(draft))


def mark(draft: Draft) -> str:
    """Of this version; another program that stores the draft anew does not repeat it."""
    return f"{draft.pk}/{draft.version};"


def attachments(draft: Draft) -> tuple[Attachment, ...]:
    """Read when the message is written out."""
    return tuple(
        Attachment(file.name, file.type, file.path, file.content_id) for file in draft.files.all()
    )


def is_whole(draft: Draft) -> bool:
    """Whether its message says all that was typed."""
    typed = (draft.to, draft.cc, draft.bcc)
    return all(len(_people(text)) == len(_parsed(text)) for text in typed)


def _people(text: str) -> list[Address]:
    return [person for person in _parsed(text) if FINISHED.fullmatch(person.address)]


def _parsed(text: str) -> tuple[Address, ...]:
    return addresses.parse(text.replace("\n", ","))
