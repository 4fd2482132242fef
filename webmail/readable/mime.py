"""A message ready to be read: bytes or IMAP sections in, `ReadableMessage` out. Pure; broken mail
never raises.

    read_bytes(raw)                      a message in memory
    read_message(header, tree, fetch)    a message on a server, of which only the text is fetched

`tree` comes from `structure_from_imap`; `shown.choose(tree).sections` names beforehand all that
`fetch` will ask for.
"""

import dataclasses
import re

from webmail.message import structure
from webmail.message.contents import INSIDE, Contents, Fetch, attachment_content
from webmail.message.message_bytes import MessageBytes
from webmail.message.readable import TOO_DEEP, TOO_LONG, ReadableMessage, Unsubscribe
from webmail.message.structure import Part
from webmail.syntax import addresses, headers
from webmail.syntax.addresses import Address

UNSUBSCRIBE = re.compile(r"<((?:https?|mailto):[^<>]+)>", re.IGNORECASE)


def read_bytes(raw: bytes) -> ReadableMessage:
    """A whole message, with exact attachment sizes."""
    whole = MessageBytes(raw)
    message = read_message(whole.fetch("HEADER"), whole.tree, whole.fetch, exact=True)
    return _with_problem(message, TOO_DEEP) if whole.cut else message


def read_message(
    header: bytes, tree: Part, fetch: Fetch, *, exact: bool = False
) -> ReadableMessage:
    """A message from its header, its tree of parts, and `fetch` of a section's transferred octets.

    With `exact`, attachments are fetched too, for their exact size.
    """
    fields = headers.split(header)
    contents = Contents(tree, fetch, exact=exact)
    message = contents.added_to(_with_headers(fields))
    return _with_problem(message, TOO_LONG) if fields.cut else message


def _with_problem(message: ReadableMessage, problem: str) -> ReadableMessage:
    return dataclasses.replace(message, problems=message.problems | {problem})


def read_enclosed(tree: Part, section: str, fetch: Fetch) -> ReadableMessage | None:
    """The message enclosed at `section`, whatever the mail says it is; None when there is no part."""
    part = tree.find(section)
    if part is not None and part.is_message and part.children:
        return read_message(fetch(structure.header_section(section)), part.children[0], fetch)
    # A file, or encoded, which no standard allows: opened here, its parts are not known to the server.
    content = attachment_content(tree, section, fetch)
    return None if content is None else _inside(section, read_bytes(content))


def _inside(section: str, message: ReadableMessage) -> ReadableMessage:
    return dataclasses.replace(
        message,
        attachments=tuple(
            dataclasses.replace(part, section=f"{section}{INSIDE}{part.section}")
            for part in message.attachments
        ),
    )


def _with_headers(fields: headers.Headers) -> ReadableMessage:
    message_ids = headers.identifiers(fields.first("message-id"))
    return ReadableMessage(
        subject=fields.text("subject"),
        from_=_people(fields, "from"),
        sender=_people(fields, "sender"),
        reply_to=_people(fields, "reply-to"),
        to=_people(fields, "to"),
        cc=_people(fields, "cc"),
        bcc=_people(fields, "bcc"),
        date=headers.date(fields.first("date")),
        message_id=message_ids[0] if message_ids else "",
        in_reply_to=headers.identifiers(fields.first("in-reply-to")),
        references=headers.identifiers(fields.first("references")),
        language=_language(fields.text("content-language") or ""),
        list_id=_list_id(fields.text("list-id")),
        unsubscribe=_unsubscribe(fields),
        auto_submitted=_auto_submitted(fields.text("auto-submitted")),
        receipt_to=_people(fields, "disposition-notification-to")
        or _people(fields, "return-receipt-to"),
        original_recipient=headers.one_line(fields.text("original-recipient") or ""),
        authentication_results=tuple(map(headers.text, fields.all("authentication-results"))),
    )


def _people(fields: headers.Headers, name: str) -> tuple[Address, ...]:
    return addresses.parse(b", ".join(fields.all(name)))


def _language(written: str) -> str:
    found = re.match(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", written)
    return found[0] if found else ""


def _list_id(written: str | None) -> str:
    """The identifier alone (RFC 2919), or whatever stands in its place."""
    if not written:
        return ""
    return re.sub(r"^.*<([^<>]*)>.*$", r"\1", written).strip() or written


def _unsubscribe(fields: headers.Headers) -> Unsubscribe:
    # Long addresses are folded in the middle.
    found = UNSUBSCRIBE.findall("".join((fields.text("list-unsubscribe") or "").split()))
    https = next((url for url in found if url.lower().startswith("https:")), "")
    mailto = next((url for url in found if url.lower().startswith("mailto:")), "")
    posted = (fields.text("list-unsubscribe-post") or "").replace(" ", "").lower()
    return Unsubscribe(
        https, mailto, is_one_click=bool(https) and posted == "list-unsubscribe=one-click"
    )


def _auto_submitted(written: str | None) -> str:
    keyword = re.split(r"[\s;(]", (written or "").lower().strip(), maxsplit=1)[0]
    return "" if keyword == "no" else keyword
