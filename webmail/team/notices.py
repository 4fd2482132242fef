"""Whom somebody called to a conversation: told beside their own mailbox until they have looked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.prepared import Slot
from webmail import announcing
from webmail.access import mailboxes_of
from webmail.models import Assignment, Folder, FolderConversation, TeamNote, TeamNotice
from webmail.models.team import OfConversation
from webmail.presentation import local, short_date
from webmail.team import anchors
from webmail.team.anchors import Anchor

KEPT = timedelta(days=90)
SHOWN = 50
PUT_AWAY = (Folder.Use.TRASH, Folder.Use.JUNK)
Kind = TeamNotice.Kind


def tell_assigned(person: User, by: User, found: Iterable[Anchor]) -> None:
    _tell(TeamNotice(person=person, by=by, kind=Kind.ASSIGNED, **it.columns) for it in found)


def tell_mentioned(people: Iterable[User], note: TeamNote, anchor: Anchor) -> None:
    """Those whom a note names, but its author; each once for a note, however often it is changed."""
    known = set(TeamNotice.objects.filter(note=note).values_list("person", flat=True))
    _tell(
        TeamNotice(person=it, by=note.author, note=note, kind=Kind.MENTIONED, **anchor.columns)
        for it in people
        if it.pk not in known and it.pk != note.author_id
    )


def _tell(notices: Iterable[TeamNotice]) -> None:
    told = TeamNotice.objects.bulk_create(notices)
    for person_id in {notice.person_id for notice in told}:
        announcing.announce_call(person_id)


def withdraw_assigned(mailbox_id: int, identifiers: Collection[int]) -> None:
    """Nobody is called to what was given to somebody else."""
    TeamNotice.objects.filter(
        mailbox=mailbox_id, identifier__in=identifiers, kind=Kind.ASSIGNED, seen_at=None
    ).delete()


def seen_by(person_id: int, mailbox_id: int, conversation: int) -> int:
    """The person looks at this conversation; how many called them to it."""
    unseen = TeamNotice.objects.filter(person=person_id, seen_at=None, mailbox=mailbox_id)
    named = anchors.identifiers(mailbox_id, [conversation])
    return unseen.filter(identifier__in=named).update(seen_at=timezone.now())


def all_seen(person: User) -> None:
    TeamNotice.objects.filter(person=person, seen_at=None).update(seen_at=timezone.now())


def unseen_by(person: Slot) -> Coalesce:
    """How many await the person, beside whatever row a query asks for."""
    mine = TeamNotice.objects.filter(person=person, seen_at=None).order_by()
    counted = mine.values("person").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def forget_old() -> None:
    TeamNotice.objects.filter(told_at__lt=timezone.now() - KEPT).delete()


@dataclass(frozen=True)
class Call:
    """A conversation on the page of what somebody is called to; `url` "" when it is no longer there."""

    sentence: str
    subject: str
    mailbox: str
    url: str
    date_label: str
    date_iso: str
    is_new: bool


def calls(person: User) -> list[Call]:
    """The latest, of the mailboxes that the person may still read."""
    rows = TeamNotice.objects.filter(person=person, mailbox__in=mailboxes_of(person))
    latest = rows.select_related("mailbox", "by__agent").order_by("-told_at", "-pk")[:SHOWN]
    return _drawn(list(latest), [(_sentence(it), it.told_at, it.seen_at is None) for it in latest])


def given(person: User) -> list[Call]:
    """What the person sees to, in the mailboxes they may still use."""
    rows = Assignment.objects.filter(person=person, mailbox__in=mailboxes_of(person))
    latest = rows.select_related("mailbox").order_by("-assigned_at", "-pk")[:SHOWN]
    return _drawn(list(latest), [("", it.assigned_at, False) for it in latest])


def _sentence(notice: TeamNotice) -> str:
    name = notice.by.get_full_name() if notice.by else _("Une personne partie")
    if notice.kind == Kind.ASSIGNED:
        return _("%(name)s vous l’a attribuée") % {"name": name}
    return _("%(name)s vous mentionne dans une note") % {"name": name}


def _drawn(
    rows: Sequence[Assignment] | Sequence[TeamNotice], said: Sequence[tuple[str, datetime, bool]]
) -> list[Call]:
    places = _places(rows)
    now = local(timezone.now())
    drawn = []
    for row, (sentence, at, is_new) in zip(rows, said, strict=True):
        place, moment = places.get((row.mailbox_id, row.identifier)), local(at)
        drawn.append(
            Call(
                sentence,
                (place.subject if place else "") or _("(sans objet)"),
                row.mailbox.name,
                _url(place) if place else "",
                short_date(moment, now),
                moment.isoformat(),
                is_new,
            )
        )
    return drawn


def _url(place: FolderConversation) -> str:
    return reverse("message", args=[place.mailbox_id, place.folder_id, place.last_uid])


def _places(rows: Sequence[OfConversation]) -> dict[tuple[int, int], FolderConversation]:
    """Where each conversation is best shown: two queries for each mailbox."""
    found: dict[tuple[int, int], FolderConversation] = {}
    for mailbox_id in {row.mailbox_id for row in rows}:
        wanted = [row.identifier for row in rows if row.mailbox_id == mailbox_id]
        numbers = anchors.conversations(mailbox_id, wanted)
        shown = _shown(mailbox_id, numbers.values())
        found.update(
            ((mailbox_id, identifier), shown[number])
            for identifier, number in numbers.items()
            if number in shown
        )
    return found


def _shown(mailbox_id: int, numbers: Iterable[int]) -> dict[int, FolderConversation]:
    """In the INBOX if it is there, else where its latest message lies."""
    rows = FolderConversation.objects.filter(mailbox=mailbox_id, conversation__in=numbers)
    kept = rows.exclude(folder__special_use__in=PUT_AWAY).select_related("folder")
    best: dict[int, FolderConversation] = {}
    for row in kept.order_by("last_date"):
        known = best.get(row.conversation)
        if known is None or known.folder.special_use != Folder.Use.INBOX:
            best[row.conversation] = row
    return best
