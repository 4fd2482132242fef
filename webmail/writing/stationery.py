"""Signatures and templates come into what is written, footers into what leaves."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from html import escape, unescape

from django.db.models import Q
from django.utils.formats import date_format

from accounts.models import Agent, School, User
from mailboxes.models import Mailbox
from webmail.composing.compose import Draft as Letter
from webmail.composing.quoting import EMPTY_LINE
from webmail.drafts import Written
from webmail.models import Footer, MessageTemplate, Signature
from webmail.writing.guards import OTHERS

FIELD = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"<[^>]*>")  # of markup the sanitiser wrote
BLOCK = "pli-signature"
MARK = "-- "  # RFC 3676 §4.3


def signature_of(mailbox: Mailbox, address: str) -> Signature | None:
    """The one that comes by itself when one writes from `address`."""
    return Signature.objects.filter(mailbox=mailbox, address__address=address).first()


def signed(written: Written, signature: Signature, *, below: bool) -> Written:
    """The signature after the words of others when one writes `below` them, else before."""
    text, html = (
        f"\n\n{marked_text(signature)}\n",
        f"{EMPTY_LINE}{EMPTY_LINE}{marked_html(signature)}",
    )
    if below:
        return _with(written, f"{written.text}{text}", f"{written.html}{html}")
    return _with(written, f"{text}{written.text}", f"{html}{written.html}")


def marked_text(signature: Signature) -> str:
    return f"{MARK}\n{signature.text}"


def marked_html(signature: Signature) -> str:
    """An element of its own: the composer finds it again by its class, which never leaves."""
    html = signature.html or _first_line_bold(signature.text)
    return f'<div class="{BLOCK}">{MARK}<br>{html}</div>'


def words_of(signature: Signature) -> str:
    """Those of `marked_html` without any space: whether somebody wrote in a signature."""
    return "".join(unescape(TAG.sub("", marked_html(signature))).split())


def exchanged(
    text: str, known: Iterable[Signature], new: Signature | None, *, below: bool, must: bool = False
) -> str:
    """The plain text with `new` in place of the signature it has, if that is one of `known` as it is.

    A signature that somebody wrote in stays; `new` comes besides only when it `must`. Where there is
    none, it comes where `signed` would have put it.
    """
    ours, lines = f"{marked_text(new)}\n" if new else "", f"\n{text}\n"
    for signature in known:
        theirs = f"\n{marked_text(signature)}\n"
        if theirs in lines:
            return lines.replace(theirs, f"\n{ours}", 1)[1:-1]
    begun = OTHERS.search(text)
    if not ours or (begun and begun[0] == MARK and not must):
        return text
    at = len(text) if below or begun is None else begun.start()
    return f"{text[:at].rstrip()}\n\n{ours}{text[at:]}"


def inserted(
    written: Written, template: MessageTemplate, writer: User, mailbox: Mailbox, today: date
) -> Written:
    """The template's text before what was written; its subject where there is none."""
    known = fields(writer, mailbox, today)
    text, subject = filled(template.text, known), filled(template.subject, known)
    html = filled(template.html, {name: escape(it) for name, it in known.items()}) or as_html(text)
    both = _with(written, f"{text}\n{written.text}", f"<div>{html}</div>{written.html}")
    return both if written.subject.strip() else replace(both, subject=subject)


def _with(written: Written, text: str, html: str) -> Written:
    """In whichever of its two forms the message is written."""
    if written.html is None:
        return replace(written, text=text)
    return replace(written, html=html)


def fields(writer: User, mailbox: Mailbox, today: date) -> dict[str, str]:
    """What stands in place of {nom} and its like in what is written from this mailbox."""
    school = _school_of(writer, mailbox)
    return {
        "nom": writer.get_full_name(),
        "etablissement": school.name if school else "",
        "établissement": school.name if school else "",
        "date": date_format(today, "j F Y"),
    }


def filled(text: str, known: dict[str, str]) -> str:
    """Unknown fields stay as they are: braces are also written for their own sake."""
    return FIELD.sub(lambda found: known.get(found[1].lower(), found[0]), text)


def with_footers(letter: Letter, writer: User, mailbox: Mailbox) -> Letter:
    """The footers of the school, then of the domain the letter leaves from."""
    school = _school_of(writer, mailbox)
    wanted = Q(school=school, school__isnull=False) | Q(domain=letter.sender.domain)
    footers = sorted(Footer.objects.filter(wanted), key=lambda footer: footer.school_id is None)
    if not footers:
        return letter
    told = "\n".join(footer.text for footer in footers)
    formatted = "".join(f"<div>{footer.html or as_html(footer.text)}</div>" for footer in footers)
    html = None if letter.html is None else f"{letter.html}<hr>{formatted}"
    return replace(letter, text=f"{letter.text.rstrip()}\n\n{told}\n", html=html)


def as_html(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _first_line_bold(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"<b>{escape(first)}</b>" + (f"<br>{as_html(rest)}" if rest else "")


def _school_of(writer: User, mailbox: Mailbox) -> School | None:
    """The post's own; from a personal mailbox, where the writer works."""
    if mailbox.kind == Mailbox.Kind.FUNCTIONAL:
        return mailbox.school
    agent = Agent.objects.filter(user=writer).select_related("school").first()
    return agent.school if agent else None
