"""What the reading pane shows of a message: one assembly for the pages and for `show_message`."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from urllib.parse import urljoin, urlsplit

from webmail.message import filenames, language
from webmail.message.readable import Attachment, Body, ReadableMessage, plain_as_html
from webmail.readable import cautions, safe_html
from webmail.readable.cautions import Flags
from webmail.readable.safe_html import SafeHtml


@dataclass(frozen=True)
class Reading:
    """A message as shown.

    `body` is its safe HTML, None for a message of plain text only; `text` says the same in plain
    text, `language` is its tag (BCP 47), "" when unknown. `attachments` are in the order offered;
    those with `inline` stand in the text already. `shows_remote` says that remote pictures stand in
    `body` under our own addresses.
    """

    message: ReadableMessage
    body: SafeHtml | None
    parts: tuple[SafeHtml | str, ...]  # what `text` is made of
    attachments: tuple[Attachment, ...]
    flags: Flags
    shows_remote: bool
    language: str

    @cached_property
    def text(self) -> str:
        return "\n".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def offered(self) -> tuple[Attachment, ...]:
        """The attachments that the text does not show."""
        return tuple(attachment for attachment in self.attachments if not attachment.inline)


def prepare(
    message: ReadableMessage,
    own_domains: Collection[str],
    *,
    inline_url: Callable[[Attachment], str],
    image_url: Callable[[str], str] | None = None,
    leave_url: Callable[[str], str] | None = None,
    authentication_servers: Collection[str] = (),
    quote_label: str = "",
) -> Reading:
    """The reading of a message.

    `inline_url` gives our URL of a picture that a text shows by its Content-ID; `image_url`, once
    the reader agreed to remote pictures, our URL of each; `leave_url` that of the page before a link
    that may deceive. Quotes fold under `quote_label`, unless it is empty.
    """
    pictures = [part for part in message.attachments if _is_picture(part)]
    named = [_names(pictures, body) for body in message.bodies]
    cleaned = [
        safe_html.clean(
            body.content if body.is_html else plain_as_html(body.content),
            inline={name: inline_url(picture) for name, picture in names.items()},
            image_url=image_url,
            leave_url=leave_url,
            own_domains=own_domains,
            quote_label=quote_label,
        )
        for body, names in zip(message.bodies, named, strict=True)
        if message.is_html
    ]
    parts = _parts(message.bodies, cleaned)
    return Reading(
        message=message,
        body=_joined(cleaned) if cleaned else None,
        parts=parts,
        attachments=_marked(message.attachments, named, cleaned),
        flags=cautions.flags(message, own_domains, authentication_servers),
        shows_remote=image_url is not None,
        language=message.language
        or language.declared(message.bodies)
        or language.guessed(_beginning(parts)),
    )


def _is_picture(part: Attachment) -> bool:
    """An SVG is a document, with scripts and links: never shown in the text."""
    # Programs that do not know a picture's type name it all the same.
    named = filenames.type_for(part.name) if part.type == "application/octet-stream" else part.type
    return named.startswith("image/") and not named.startswith("image/svg")


def _joined(parts: Collection[SafeHtml]) -> SafeHtml:
    """Safe fragments after one another are a safe fragment."""
    return SafeHtml(
        html="\n".join(part.html for part in parts),
        markup="\n".join(part.markup for part in parts),
        remote_images=sum(part.remote_images for part in parts),
        warn_links=tuple(dict.fromkeys(link for part in parts for link in part.warn_links)),
        cids=frozenset().union(*(part.cids for part in parts)),
        truncated=any(part.truncated for part in parts),
    )


def _parts(bodies: Collection[Body], cleaned: Sequence[SafeHtml]) -> tuple[SafeHtml | str, ...]:
    """All texts; a plain one beside HTML as it was written."""
    safe = zip_longest(bodies, cleaned)
    return tuple(made if body.is_html and made else body.content for body, made in safe)


def _beginning(parts: Collection[SafeHtml | str]) -> str:
    """As much of the text as tells its language."""
    enough = language.ENOUGH
    return "\n".join(part if isinstance(part, str) else part.beginning(enough) for part in parts)


def _marked(
    attachments: Collection[Attachment],
    named: Sequence[Mapping[str, Attachment]],
    cleaned: Sequence[SafeHtml],
) -> tuple[Attachment, ...]:
    """The attachments, those that a text shows marked as inline."""
    shown = {
        names[name].section
        for names, safe in zip(named, cleaned, strict=False)
        for name in safe.cids & names.keys()
    }
    return tuple(dataclasses.replace(part, inline=part.section in shown) for part in attachments)


def _names(pictures: Collection[Attachment], body: Body) -> Mapping[str, Attachment]:
    """The names a text may call a picture by: Content-ID, Content-Location, and that relative to
    its own (RFC 2557).
    """
    names: dict[str, Attachment] = {}
    for picture in pictures:
        for name in (picture.content_id, *_locations(picture.content_location, body.location)):
            if name:
                names.setdefault(name, picture)
    return names


def _locations(location: str, base: str) -> tuple[str, ...]:
    if not location:
        return ()
    try:
        whole = urljoin(base, location)
        folder = urljoin(base, ".")
        path = urlsplit(whole).path
    except ValueError:
        return (location,)
    relative = whole.removeprefix(folder) if base and whole.startswith(folder) else ""
    return location, whole, relative, path if base else ""
