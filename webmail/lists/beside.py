"""The mailboxes a person may open, beside each other: in the folder pane, and as one list of all."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.avatars import hue
from accounts.models import User
from config.links import link
from config.prepared import Prepared
from mailboxes.delegating import standing
from mailboxes.gate import NOW, PERSON
from mailboxes.models import Delegation, Mailbox
from mailboxes.models.mailboxes import with_address
from webmail.access import Right, mailboxes_beside_each_other
from webmail.models import Folder

LAST = 32_767  # where a mailbox stands that nobody put elsewhere
SEEN_NOTED_EVERY = timedelta(minutes=1)  # a page that is looked at writes no row each time
MOST_TOGETHER = 100  # mailboxes in one list


@dataclass(frozen=True)
class Beside:
    """A mailbox that a person may open, with what the folder pane and the list of all say of it."""

    id: int
    name: str
    address: str
    kind: str
    right: Right
    is_own: bool
    is_shown: bool
    is_together: bool
    inbox_id: int  # 0: no page ever showed the mailbox
    unread: int
    changes: int  # of its index
    is_told: bool  # the mail server tells of its mail
    seen_at: datetime | None  # when a page last showed it

    @property
    def may_write(self) -> bool:
        return self.right >= Right.WRITE

    @property
    def was_seen_long_ago(self) -> bool:
        return self.seen_at is None or self.seen_at < timezone.now() - SEEN_NOTED_EVERY

    @property
    def label(self) -> str:
        return _("Ma boîte") if self.is_own else self.name

    @property
    def icon(self) -> str:
        return "user" if self.kind == Mailbox.Kind.PERSONAL else "school"

    @property
    def hue(self) -> int:
        return hue(self.address)

    @property
    def about(self) -> str:
        """« ce.0760001n · lecture »"""
        local_part = self.address.partition("@")[0]
        return f"{local_part} · {_('lecture')}" if self.right == Right.READ else local_part


@dataclass(frozen=True)
class TogetherLink:
    """To the list of all mailboxes."""

    url: str
    unread: int
    current: bool


@dataclass(frozen=True)
class MailboxLink:
    url: str
    name: str
    about: str
    icon: str
    hue: int
    unread: int
    current: bool


def _beside() -> QuerySet[Mailbox]:
    """One's own first, then as the person put them, then by name."""
    inbox = Folder.objects.filter(mailbox=OuterRef("pk"), special_use=Folder.Use.INBOX)
    mine = Q(places__person=PERSON)
    rows = with_address(mailboxes_beside_each_other())
    rows = rows.alias(place=FilteredRelation("places", condition=mine))
    return (
        rows.annotate(
            level=standing.level_in_outer_mailbox(PERSON, at=NOW),
            inbox_id=Subquery(inbox.values("pk")[:1]),
            unread=Subquery(inbox.values("unseen")[:1]),
            changes=F("mail_index__changes"),
            is_told=F("mail_index__is_told"),
            seen_at=F("mail_index__seen_at"),
            is_shown=Coalesce(F("place__is_shown"), Value(value=True), output_field=BooleanField()),
            is_together=Coalesce(
                F("place__is_together"), Value(value=True), output_field=BooleanField()
            ),
            is_other=Case(
                When(owner=PERSON, then=Value(0)), default=Value(1), output_field=IntegerField()
            ),
            position=Coalesce(F("place__position"), Value(LAST), output_field=IntegerField()),
        )
        .order_by("is_other", "position", "name", "pk")
        .only("pk", "name", "kind")
    )


BESIDE = Prepared(_beside)


def beside(user: User) -> list[Beside]:
    """Every mailbox of this person in their order, those they hide too; one query."""
    return [_read(row.__dict__) for row in BESIDE.rows(person=user.pk, now=timezone.now())]


def _read(row: dict[str, Any]) -> Beside:
    is_own = row["is_other"] == 0
    return Beside(
        id=row["id"],
        name=row["name"],
        address=row["primary_address"],
        kind=row["kind"],
        right=Right.MANAGE if is_own else Right(row["level"]),
        is_own=is_own,
        is_shown=is_own or bool(row["is_shown"]),
        is_together=bool(row["is_together"]),
        inbox_id=row["inbox_id"] or 0,
        unread=row["unread"] or 0,
        changes=row["changes"] or 0,
        is_told=bool(row["is_told"]),
        seen_at=row["seen_at"],
    )


def together(boxes: Iterable[Beside]) -> list[Beside]:
    """Those whose mail is one list."""
    return [box for box in boxes if box.is_together][:MOST_TOGETHER]


def standing_mark(boxes: Iterable[Beside]) -> str:
    """Another one when a right is given, changed or taken back: an open page then draws its pane anew."""
    return mark_of((box.id, box.right) for box in boxes if not box.is_own)


def version(changes: int, mark: str) -> str:
    """What an open page shows: how often its mailbox changed, and who it was drawn for."""
    return f"{changes}-{mark}"


def present_mark(user: User) -> str:
    """The mark of this person's rights now."""
    mine = Delegation.objects.filter(standing.in_effect(), person=user, mailbox__is_active=True)
    return mark_of(mine.values_list("mailbox", "level"))


def mark_of(rights: Iterable[tuple[int, int]]) -> str:
    told = ",".join(f"{mailbox}:{level:d}" for mailbox, level in sorted(rights))
    return f"{zlib.crc32(told.encode()):x}"


def links(boxes: Sequence[Beside], current: Mailbox | None) -> list[MailboxLink]:
    """What the folder pane shows: the mailbox one is in too, when it is one of those that are hidden."""
    here = current.pk if current else 0
    return [
        MailboxLink(
            link("mailbox", box.id),
            box.label,
            box.about,
            box.icon,
            box.hue,
            box.unread,
            box.id == here,
        )
        for box in boxes
        if box.is_shown or box.id == here
    ]


def together_link(boxes: Sequence[Beside], *, current: bool) -> TogetherLink | None:
    """None for who has but one to read."""
    read = together(boxes)
    if len(read) < 2 and not current:
        return None
    return TogetherLink(link("all_mail"), sum(box.unread for box in read), current)
