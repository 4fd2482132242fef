"""The files of a message, as the chips above its text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from webmail.message.readable import Attachment
from webmail.presentation import size_label, type_label
from webmail.reading import Reading


@dataclass(frozen=True)
class Chip:
    name: str
    type_label: str
    size_label: str
    url: str
    icon: str
    dangerous: bool


@dataclass(frozen=True)
class Files:
    """See templates/webmail/_files.html."""

    chips: list[Chip]
    size_label: str  # of all together


def files_of(place: Sequence[int], shown: Reading) -> Files:
    """`place` is the message's mailbox, folder and UID."""
    return Files(
        [_chip(place, attachment) for attachment in shown.offered],
        size_label(sum(attachment.size for attachment in shown.offered)),
    )


def _chip(place: Sequence[int], attachment: Attachment) -> Chip:
    label, icon = type_label(attachment.name, attachment.type)
    return Chip(
        name=attachment.name,
        type_label=label,
        size_label=size_label(attachment.size),
        url=reverse("attachment", args=[*place, attachment.section, attachment.name]),
        icon=icon,
        dangerous=attachment.is_dangerous,
    )
