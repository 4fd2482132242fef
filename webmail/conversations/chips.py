"""The files of a message, as the chips above its text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from webmail.files import previews
from webmail.files.previews import Kind
from webmail.message.readable import Attachment
from webmail.presentation import size_label, type_label
from webmail.readable.reading import Reading


@dataclass(frozen=True)
class Chip:
    name: str
    type_label: str
    size_label: str
    url: str  # where it is looked at, or warned of; empty for what can only be downloaded
    download_url: str
    icon: str
    dangerous: bool
    card_url: str  # of a visiting card: where it is offered to the contacts; else empty


@dataclass(frozen=True)
class Files:
    """See templates/webmail/_files.html."""

    chips: list[Chip]
    size_label: str  # of all together
    all_url: str  # one archive of them; empty for a single file


def files_of(place: Sequence[int], shown: Reading, *, section: str = "") -> Files:
    """`place` is the message's mailbox, folder and UID; `section` that of the message inside it."""
    offered = shown.offered
    within = [section] if section else []
    all_url = reverse(
        "enclosed_attachments" if section else "all_attachments", args=[*place, *within]
    )
    return Files(
        [_chip(place, attachment) for attachment in offered],
        size_label(sum(attachment.size for attachment in offered)),
        all_url if len(offered) > 1 else "",
    )


def _chip(place: Sequence[int], attachment: Attachment) -> Chip:
    name = attachment.name
    media_type = previews.media_type(name, attachment.type)
    label, icon = type_label(name, media_type)
    where: list[object] = [*place, attachment.section, name]
    kind = previews.kind_of(name, attachment.type)
    can_be_seen = attachment.is_dangerous or kind
    url = reverse("preview", args=where) if can_be_seen else ""
    return Chip(
        name=name,
        type_label=label,
        size_label=size_label(attachment.size),
        url=url,
        download_url=reverse("attachment", args=where),
        icon=icon,
        dangerous=attachment.is_dangerous,
        card_url=f"{url}#contacts" if kind is Kind.CARD else "",
    )
