"""Signatures and templates come into what is written, footers into what leaves."""

import re
from dataclasses import replace
from datetime import date
from html import escape

from django.db.models import Q
from django.utils.formats import date_format

from accounts.models import Agent, School, User
from mailboxes.models import Mailbox
from webmail.compose import Draft as Letter
from webmail.drafts import Written
from webmail.models import Footer, MessageTemplate, Signature

FIELD = re.compile(r"\{(\w+)\}")
MARK = "-- "  # RFC 3676 §4.3


def signature_of(mailbox: Mailbox, address: str) -> Signature | None:
    """The one that comes by itself when one writes from `address`."""
    return Signature.objects.filter(mailbox=mailbox, address__address=address).first()


def signed(written: Written, signature: Signature, *, below: bool) -> Written:
    """The signature after the words of others when one writes `below` them, else before."""
    text = f"\n\n{MARK}\n{signature.text}\n"
    html = f"<div><br></div><div><br></div><div>{MARK}<br>{_first_line_bold(signature.text)}</div>"
    if below:
        return _with(written, f"{written.text}{text}", f"{written.html}{html}")
    return _with(written, f"{text}{written.text}", f"{html}{written.html}")


def inserted(written: Written, template: MessageTemplate, writer: User, today: date) -> Written:
    """The template's text before what was written; its subject where there is none."""
    known = fields(writer, today)
    text, subject = filled(template.text, known), filled(template.subject, known)
    both = _with(written, f"{text}\n{written.text}", f"<div>{as_html(text)}</div>{written.html}")
    return both if written.subject.strip() else replace(both, subject=subject)


def _with(written: Written, text: str, html: str) -> Written:
    """In whichever of its two forms the message is written."""
    if written.html is None:
        return replace(written, text=text)
    return replace(written, html=html)


def fields(writer: User, today: date) -> dict[str, str]:
    """What stands in place of {nom} and its like."""
    school = _school_of(writer)
    return {
        "nom": writer.get_full_name(),
        "etablissement": school.name if school else "",
        "établissement": school.name if school else "",
        "date": date_format(today, "j F Y"),
    }


def filled(text: str, known: dict[str, str]) -> str:
    """Unknown fields stay as they are: braces are also written for their own sake."""
    return FIELD.sub(lambda found: known.get(found[1].lower(), found[0]), text)


def with_footers(letter: Letter, writer: User) -> Letter:
    """The footers of the writer's school, then of the domain the letter leaves from."""
    domain = letter.sender.domain
    wanted = Q(school=_school_of(writer), school__isnull=False) | Q(domain=domain)
    footers = sorted(Footer.objects.filter(wanted), key=lambda footer: footer.school_id is None)
    if not footers:
        return letter
    told = "\n".join(footer.text for footer in footers)
    html = None if letter.html is None else f"{letter.html}<hr><div>{as_html(told)}</div>"
    return replace(letter, text=f"{letter.text.rstrip()}\n\n{told}\n", html=html)


def as_html(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _first_line_bold(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"<b>{escape(first)}</b>" + (f"<br>{as_html(rest)}" if rest else "")


def _school_of(writer: User) -> School | None:
    agent = Agent.objects.filter(user=writer).select_related("school").first()
    return agent.school if agent else None
