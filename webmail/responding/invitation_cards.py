"""An invitation as the card above a message; see templates/webmail/_invitation.html."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.read_only import unless_read_only
from mailboxes.models import Mailbox
from webmail.formats.invitations import Attendee, Invitation
from webmail.models import KnownEvent
from webmail.opening.opened import Opened
from webmail.presentation import full_date, full_day, local
from webmail.responding import recurrence
from webmail.syntax.addresses import Address

MOST_GUESTS = 30  # named on the card
MOST_DAYS = 6
HEADINGS = {
    "REQUEST": gettext_lazy("Invitation"),
    "CANCEL": gettext_lazy("Événement annulé"),
    "REPLY": gettext_lazy("Réponse à une invitation"),
    "COUNTER": gettext_lazy("Autre date proposée"),
    "DECLINECOUNTER": gettext_lazy("Autre date refusée"),
}
ANSWERS = {
    "ACCEPTED": (gettext_lazy("a accepté"), "check"),
    "DECLINED": (gettext_lazy("a refusé"), "x"),
    "TENTATIVE": (gettext_lazy("viendra peut-être"), "circle-question-mark"),
    "DELEGATED": (gettext_lazy("a délégué"), "forward"),
}
GIVEN = {
    KnownEvent.Answer.ACCEPTED: gettext_lazy("Vous avez accepté."),
    KnownEvent.Answer.TENTATIVE: gettext_lazy("Vous avez répondu peut-être."),
    KnownEvent.Answer.DECLINED: gettext_lazy("Vous avez refusé."),
}
# Only these are the organiser's word on how the event stands.
STATES = {"REQUEST", "CANCEL"}


@dataclass(frozen=True)
class Guest:
    name: str
    answer: str  # in words; "" for none yet
    icon: str
    is_optional: bool


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    current: bool


@dataclass(frozen=True)
class InvitationCard:
    """`answer_url` is "" when there is nothing to answer; `token` makes a double click one answer."""

    kind: str
    heading: str
    title: str
    month: str
    day: str
    when: str
    recurrence: str
    place: str
    organizer: str
    guests: list[Guest]
    more_guests: int
    notes: list[str]
    given: str
    choices: list[Choice]
    answer_url: str
    token: str


def cards_of(mailbox: Mailbox, opened: Opened, *, may_answer: bool) -> list[InvitationCard]:
    """No query for a message without invitations."""
    found = opened.shown.message.invitations
    shown = [it for it in found if it.start or it.summary or it.uid]
    return [_card(mailbox, opened, it, may_answer=may_answer) for it in shown]


def _card(
    mailbox: Mailbox, opened: Opened, invitation: Invitation, *, may_answer: bool
) -> InvitationCard:
    known = known_event(mailbox, opened, invitation)
    start, _end = _moments(invitation)
    guests = [_guest(it) for it in invitation.attendees[:MOST_GUESTS]]
    is_answerable = may_answer and can_answer(mailbox, invitation, known)
    return InvitationCard(
        kind=invitation.method.lower(),
        heading=_heading(invitation, known),
        title=invitation.summary or _("(sans titre)"),
        month=formats.date_format(start, "M") if start else "",
        day=str(start.day) if start else "",
        when=when_of(invitation),
        recurrence=recurrence_of(invitation),
        place=invitation.location,
        organizer=_name(invitation.organizer),
        guests=guests,
        more_guests=len(invitation.attendees) - len(guests),
        notes=_notes(invitation, known),
        given=str(GIVEN[KnownEvent.Answer(known.answer)]) if _is_current(invitation, known) else "",
        choices=[
            Choice(value, str(label), value == known.answer and _is_current(invitation, known))
            for value, label in KnownEvent.Answer.choices
        ],
        answer_url=reverse("answer_invitation", args=[*opened.place, invitation.section])
        if is_answerable
        else "",
        token=str(uuid4()),
    )


def _guest(attendee: Attendee) -> Guest:
    words, icon = ANSWERS.get(attendee.answer, ("", ""))
    return Guest(_name(attendee.who), str(words), icon, attendee.is_optional)


def _name(person: Address | None) -> str:
    return (person.name or person.address) if person else ""


def _heading(invitation: Invitation, known: KnownEvent) -> str:
    is_news = invitation.method == "REQUEST" and invitation.sequence > 0
    if is_news and not _is_overtaken(invitation, known):
        return _("Invitation modifiée")
    return str(HEADINGS.get(invitation.method, _("Événement")))


def _notes(invitation: Invitation, known: KnownEvent) -> list[str]:
    notes = []
    if known.is_cancelled and invitation.method == "REQUEST":
        notes.append(_("Cet événement a été annulé depuis."))
    elif _is_overtaken(invitation, known):
        notes.append(_("Une version plus récente de cette invitation est arrivée depuis."))
    elif known.answer and not _is_current(invitation, known) and invitation.method == "REQUEST":
        notes.append(_("L’événement a changé depuis votre réponse : répondez de nouveau."))
    if invitation.others:
        others = ngettext(
            "Ce calendrier contient aussi %(n)s autre événement.",
            "Ce calendrier contient aussi %(n)s autres événements.",
            invitation.others,
        )
        notes.append(others % {"n": invitation.others})
    return notes


def recurrence_of(invitation: Invitation) -> str:
    """How it comes back, and when it does not, or otherwise."""
    said = [recurrence.in_words(invitation.recurrence)]
    if invitation.dropped:
        said.append(_("sauf : %(days)s") % {"days": _listed_days(invitation, invitation.dropped)})
    if invitation.moved:
        said.append(
            _("dates changées : %(days)s") % {"days": _listed_days(invitation, invitation.moved)}
        )
    return " ; ".join(words for words in said if words)


def _listed_days(invitation: Invitation, moments: tuple[datetime, ...]) -> str:
    is_here = invitation.is_all_day or invitation.is_floating
    days = [full_day((it if is_here else local(it)).date()) for it in moments[:MOST_DAYS]]
    return ", ".join(days) + ("…" if len(moments) > MOST_DAYS else "")


def _is_overtaken(invitation: Invitation, known: KnownEvent) -> bool:
    return invitation.method in STATES and invitation.sequence < known.sequence


def _is_current(invitation: Invitation, known: KnownEvent) -> bool:
    """Whether what was answered was this version."""
    return bool(known.answer) and known.answered_sequence == invitation.sequence


def _moments(invitation: Invitation) -> tuple[datetime | None, datetime | None]:
    """Start and end where the reader is; days and floating hours are the same everywhere."""
    start, end = invitation.start, invitation.end
    if invitation.is_all_day or invitation.is_floating:
        return start, end
    return local(start) if start else None, local(end) if end else None


def when_of(invitation: Invitation) -> str:
    """Where the reader is: "jeudi 3 décembre 2026, 17:00 – 18:30"."""
    start, end = _moments(invitation)
    if start is None:
        return _("Date non précisée")
    if invitation.is_all_day:
        return _days(start, end)
    if end is None or end <= start:
        return full_date(start)
    if end.date() == start.date():
        return f"{full_date(start)} – {end:%H:%M}"
    return _("du %(start)s au %(end)s") % {
        "start": full_date(start),
        "end": full_date(end),
    }


def _days(start: datetime, end: datetime | None) -> str:
    """DTEND is the day after the last one (RFC 5545 §3.6.1)."""
    last = max(start, end - timedelta(days=1)) if end else start
    if last.date() == start.date():
        return _("%(day)s, toute la journée") % {"day": full_day(start, weekday=True)}
    return _("du %(start)s au %(end)s") % {
        "start": full_day(start, weekday=True),
        "end": full_day(last, weekday=True),
    }


def can_answer(mailbox: Mailbox, invitation: Invitation, known: KnownEvent) -> bool:
    """Only who is invited answers, and only the newest word on an event that still takes place."""
    return (
        invitation.method == "REQUEST"
        and _is_reachable(invitation.organizer)
        and not known.is_cancelled
        and not _is_overtaken(invitation, known)
        and own_attendee(mailbox, invitation) is not None
    )


def _is_reachable(organizer: Address | None) -> bool:
    try:
        validate_email(organizer.address if organizer else "")
    except ValidationError:
        return False
    return organizer is not None and organizer.address.isascii()


def own_attendee(mailbox: Mailbox, invitation: Invitation) -> Attendee | None:
    """The attendee who is this mailbox, by any of its addresses."""
    invited = {it.who.address.lower(): it for it in invitation.attendees}
    own = mailbox.addresses.filter(address__in=invited, is_active=True).values_list(
        "address", flat=True
    )
    organizer = invitation.organizer.address.lower() if invitation.organizer else ""
    return next((invited[address] for address in own if address != organizer), None)


def known_event(mailbox: Mailbox, opened: Opened, invitation: Invitation) -> KnownEvent:
    """What is known of the event, this invitation counted in; kept when it brings news."""
    key = _key(invitation)
    known = KnownEvent.objects.filter(mailbox=mailbox, event=key).first()
    known = known or KnownEvent(mailbox=mailbox, event=key)
    is_newer = known.pk is None or invitation.sequence > known.sequence
    cancels = invitation.method == "CANCEL" and invitation.sequence >= known.sequence
    if not _is_organizers_word(opened, invitation) or not (
        is_newer or cancels > known.is_cancelled
    ):
        return known
    known.sequence = max(known.sequence, invitation.sequence)
    known.is_cancelled = cancels
    with unless_read_only():
        KnownEvent.objects.update_or_create(
            mailbox=mailbox,
            event=key,
            defaults={"sequence": known.sequence, "is_cancelled": known.is_cancelled},
        )
    return known


def _is_organizers_word(opened: Opened, invitation: Invitation) -> bool:
    """Anyone can write a calendar: how an event stands is only the organiser's to say (RFC 6047 §3)."""
    if invitation.method not in STATES or invitation.organizer is None or not invitation.uid:
        return False
    authors = {it.address.lower() for it in opened.shown.message.from_}
    return invitation.organizer.address.lower() in authors and not (
        opened.shown.flags.authentication_failed
    )


def _key(invitation: Invitation) -> str:
    instance = invitation.recurrence_id.isoformat() if invitation.recurrence_id else ""
    organizer = invitation.organizer.address.lower() if invitation.organizer else ""
    said = f"{invitation.uid}\n{organizer}\n{instance}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
