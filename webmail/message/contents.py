"""Everything a message holds besides its header, gathered part by part."""

import dataclasses
import re
from collections.abc import Callable, Iterator

from webmail.formats import invitations, reports, tnef, unpack
from webmail.formats.invitations import Invitation
from webmail.message import filenames, shown
from webmail.message.message_bytes import MessageBytes
from webmail.message.readable import (
    LONG_TEXT,
    TOO_DEEP,
    UNREADABLE,
    Attachment,
    Body,
    Enclosed,
    ReadableMessage,
)
from webmail.message.shown import Role
from webmail.message.structure import Part
from webmail.syntax import charsets, flowed, transfer

Fetch = Callable[[str], bytes]

INSIDE = "!"  # in a section: what follows is found inside the decoded part before it
MAX_INSIDE = 5
GUESSED_BOUNDARY = re.compile(
    rb"^--([^\s\-][^\r\n]{0,200}?)[ \t]*\r?\n(?=[!-9;-~]+:|\r?\n)", re.MULTILINE
)
ENRICHED_COMMAND = re.compile(r"</?[A-Za-z0-9-]{1,60}>|(?<=<)<")  # RFC 1896


class Contents:
    """The parts of one message, taken in order: each adds a text, an attachment, or both."""

    def __init__(self, tree: Part, fetch: Fetch, *, exact: bool, depth: int = 0) -> None:
        self.plan = shown.choose(tree)
        self.fetch = fetch
        self.exact = exact
        self.depth = depth
        self.problems: set[str] = set()
        self.bodies: list[Body] = []
        self.attachments: list[Attachment] = []
        self.signed, self.encrypted = self.plan.signed, self.plan.encrypted
        if self.plan.is_cut:
            self.problems.add(TOO_DEEP)
        for role, part in self.plan.steps:
            self._take(role, part)

    def added_to(self, message: ReadableMessage) -> ReadableMessage:
        """The message, which knows only its header, with all that its parts hold."""
        return dataclasses.replace(
            message,
            bodies=tuple(self.bodies),
            attachments=tuple(self.attachments),
            enclosed=tuple(
                Enclosed(part.section, part.subject, part.size) for part in self.plan.enclosed
            ),
            reports=reports.read([(part.type, self._decoded(part)) for part in self.plan.reports]),
            invitations=tuple(invitations.told_once(self._invitations())),
            signed=self.signed,
            encrypted=self.encrypted,
            problems=frozenset(self.problems),
        )

    def _take(self, role: Role, part: Part) -> None:
        match role:
            case Role.TEXT:
                self._add_body(part)
            case Role.UNREADABLE:
                self._add_unreadable(part)
            case Role.TNEF:
                self._add_tnef(part)
            case Role.SMIME:
                self._add_smime(part)
            case Role.OFFERED:
                self._offer(part)

    def _decoded(self, part: Part) -> bytes:
        return transfer.decode(self.fetch(part.section), part.encoding)

    def _add_body(self, part: Part) -> None:
        is_html = part.type in shown.HTML_TYPES
        data = self._decoded(part)
        if len(data) > shown.MAX_SHOWN_OCTETS:
            self.problems.add(LONG_TEXT)
            self._offer(part)
            data = data[: shown.MAX_SHOWN_OCTETS]
        files: tuple[unpack.File, ...] = ()
        if not is_html:
            data, files = unpack.from_text(data)
        text = charsets.decode(data, part.charset, is_html=is_html)
        if part.type in shown.ENRICHED_TYPES:
            text = ENRICHED_COMMAND.sub("", text)
        if part.params.get("format", "").lower() == "flowed" and not is_html:
            text = flowed.unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        self.bodies.append(
            Body(part.section, _with_plain_line_ends(text), is_html, part.content_location)
        )
        self._offer_files(part, files)

    def _add_unreadable(self, part: Part) -> None:
        """A multipart whose boundary is missing or never comes: it is guessed, else the raw text is
        better than nothing.
        """
        content = self.fetch(part.section)
        whole = _inner_message(part, content)
        if whole is not None and self.depth < MAX_INSIDE:
            self._add_inner(part, whole)
        elif not _is_only_delimiters(content):
            self.problems.add(UNREADABLE)
            self.bodies.append(
                Body(part.section, _with_plain_line_ends(charsets.decode(content)), is_html=False)
            )

    def _add_tnef(self, part: Part) -> None:
        opened = tnef.read(self._decoded(part))
        if not self.bodies and (opened.html or opened.text):
            text = opened.html or _with_plain_line_ends(opened.text)
            self.bodies.append(Body(part.section, text, is_html=bool(opened.html)))
        if opened.files:
            self._offer_files(part, opened.files)
        else:
            self._offer(part)

    def _add_smime(self, part: Part) -> None:
        content = self._decoded(part)
        if unpack.is_enveloped(content):
            self.encrypted = self.encrypted or "smime"
        elif unpack.is_signed(content):
            self.signed = self.signed or "smime"
        whole = _inner_message(part, content)
        if whole is not None and self.depth < MAX_INSIDE:
            self._add_inner(part, whole)
        else:
            self._offer(part)

    def _add_inner(self, part: Part, whole: MessageBytes) -> None:
        inner = Contents(whole.tree, whole.fetch, exact=True, depth=self.depth + 1)
        prefix = part.section + INSIDE
        self.bodies += [
            dataclasses.replace(body, section=prefix + body.section) for body in inner.bodies
        ]
        for attachment in inner.attachments:
            self.attachments.append(
                dataclasses.replace(attachment, section=prefix + attachment.section)
            )
        self.signed, self.encrypted = self.signed or inner.signed, self.encrypted or inner.encrypted

    def _offer(self, part: Part) -> None:
        size = (
            len(self._decoded(part))
            if self.exact
            else transfer.estimated_size(part.size, part.encoding)
        )
        name = part.filename or (f"{part.subject}.eml" if part.is_message and part.subject else "")
        offered = self._attachment(part.section, name, part.type, size)
        self.attachments.append(
            dataclasses.replace(
                offered, content_id=part.content_id, content_location=part.content_location
            )
        )

    def _offer_files(self, part: Part, files: tuple[unpack.File, ...]) -> None:
        for number, file in enumerate(files, 1):
            section = f"{part.section}{INSIDE}{number}"
            kind = filenames.type_for(file.name)
            self.attachments.append(self._attachment(section, file.name, kind, len(file.content)))

    def _attachment(
        self, section: str, written_name: str, media_type: str, size: int
    ) -> Attachment:
        name = filenames.safe(written_name, media_type, len(self.attachments) + 1)
        return Attachment(
            section, name, media_type, size, is_dangerous=filenames.is_dangerous(name, media_type)
        )

    def _invitations(self) -> Iterator[Invitation]:
        for part in self.plan.invitations:
            text = charsets.decode(self._decoded(part), part.charset)
            invitation = invitations.read(part.section, text, part.params.get("method", ""))
            if invitation is not None:
                yield invitation


def attachment_content(tree: Part, section: str, fetch: Fetch) -> bytes | None:
    """The decoded octets of an attachment; None when there is no such section."""
    outer, _, inner = section.partition(INSIDE)
    part = tree.find(outer)
    if part is None or section.count(INSIDE) > MAX_INSIDE:
        return None
    content = transfer.decode(fetch(outer), part.encoding)
    return _inside(part, content, inner) if inner else content


def _inside(part: Part, content: bytes, inner: str) -> bytes | None:
    if tnef.is_tnef(content):
        return _numbered(tnef.read(content).files, inner)
    if part.type.startswith("text/"):
        return _numbered(unpack.from_text(content)[1], inner)
    whole = _inner_message(part, content)
    return attachment_content(whole.tree, inner, whole.fetch) if whole else None


def _numbered(files: tuple[unpack.File, ...], number: str) -> bytes | None:
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    return files[at - 1].content if 0 < at <= len(files) else None


def _inner_message(part: Part, content: bytes) -> MessageBytes | None:
    """What an S/MIME shell, an encoded message or a multipart without boundary holds."""
    if part.is_message or part.filename.lower().endswith(".eml"):
        return MessageBytes(content)
    if not part.is_multipart:
        signed = unpack.signed_content(content)
        return MessageBytes(signed) if signed is not None else None
    boundary = GUESSED_BOUNDARY.search(content)
    if boundary is None and b"--" not in content:
        # Encoded as a whole, which RFC 2045 (6.4) forbids.
        content = transfer.decode(content, "base64")
        boundary = GUESSED_BOUNDARY.search(content)
    if boundary is None:
        return None
    kind = f"Content-Type: {part.type}; boundary=".encode()
    return MessageBytes(kind + b'"' + boundary[1].replace(b'"', b"") + b'"\r\n\r\n' + content)


def _is_only_delimiters(content: bytes) -> bool:
    return all(line.startswith(b"--") or not line.strip() for line in content.splitlines())


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
