"""What the index of a mailbox tells of its weeks: what came and left, how soon it was answered, what waits.

A few aggregated queries; messages that were removed for good are not counted.
"""

from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import BooleanField, Case, Count, IntegerField, Min, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.week_chart import Chart, Series, chart_of
from mailboxes.models import Mailbox
from webmail.models import Folder, FolderConversation, IndexedMessage, Label
from webmail.models.states import KEYWORDS, LABELS, State

WEEKS = 26
HOUR = 3600
# Neither came as mail nor left as mail.
NOT_MAIL = (Folder.Use.DRAFTS, Folder.Use.JUNK)


@dataclass(frozen=True)
class Week:
    """`answered` conversations that began in this week; half of them within `hours`, None without any."""

    start: date
    received: int
    sent: int
    answered: int
    hours: float | None


@dataclass(frozen=True)
class Kept:
    """Conversations of the inbox that have a state or a label."""

    name: str
    conversations: int
    share: int  # of 100, of those in the inbox


@dataclass(frozen=True)
class Figures:
    weeks: list[Week]
    traffic: Chart
    answers: Chart
    inbox: int
    unread: int
    labels: list[Kept]  # the states of the work, then labels


def figures_of(mailbox: Mailbox) -> Figures:
    """Five queries."""
    starts = _starts()
    folders = list(Folder.objects.filter(mailbox=mailbox))
    weeks = _weeks(mailbox, folders, starts)
    inbox, unread, labels = _inbox(mailbox, folders)
    return Figures(
        weeks=weeks,
        traffic=chart_of(
            starts,
            Series("first", [week.received for week in weeks]),
            Series("second", [week.sent for week in weeks]),
        ),
        answers=chart_of(starts, Series("second", [week.hours for week in weeks])),
        inbox=inbox,
        unread=unread,
        labels=labels,
    )


def _starts() -> list[date]:
    """The Mondays of the last half year, this week's included."""
    today = timezone.localdate()
    this_week = today - timedelta(days=today.weekday())
    return [this_week - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _weeks(mailbox: Mailbox, folders: list[Folder], starts: list[date]) -> list[Week]:
    traffic = _traffic(mailbox, folders, starts)
    answers = _answers(mailbox, folders, starts)
    return [
        Week(
            start,
            received=traffic.get((place, False), 0),
            sent=traffic.get((place, True), 0),
            answered=len(answers[place]),
            hours=round(median(answers[place]), 1) if answers[place] else None,
        )
        for place, start in enumerate(starts)
    ]


def _traffic(
    mailbox: Mailbox, folders: list[Folder], starts: list[date]
) -> dict[tuple[int, bool], int]:
    """How many by week and by whether they left."""
    rows = _mail(mailbox, folders).filter(received_at__gte=_moment(starts[0]))
    newest_first = reversed(list(enumerate(starts)))
    cases = [When(received_at__gte=_moment(start), then=place) for place, start in newest_first]
    counted = (
        rows.annotate(week=Case(*cases, output_field=IntegerField()), out=_is_out(folders))
        .values("week", "out")
        .annotate(number=Count("*"))
        .order_by()
    )
    return {(it["week"], bool(it["out"])): it["number"] for it in counted}


def _mail(mailbox: Mailbox, folders: list[Folder]) -> QuerySet[IndexedMessage]:
    counted = [it.pk for it in folders if it.special_use not in NOT_MAIL]
    return IndexedMessage.objects.filter(mailbox=mailbox, folder__in=counted)


def _sent(folders: list[Folder]) -> Q:
    return Q(folder__in=[it.pk for it in folders if it.special_use == Folder.Use.SENT])


def _is_out(folders: list[Folder]) -> Case:
    return Case(
        When(_sent(folders), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def _answers(mailbox: Mailbox, folders: list[Folder], starts: list[date]) -> list[list[float]]:
    """Of each week, the hours until the first answer of conversations that somebody else began in it."""
    moments, out = [_moment(start) for start in starts], _sent(folders)
    since = moments[0]
    mail = _mail(mailbox, folders)
    answered = mail.filter(out, received_at__gte=since).values("conversation")
    both = (
        mail.filter(conversation__in=answered)
        .values("conversation")
        .annotate(began=Min("received_at", filter=~out), answered=Min("received_at", filter=out))
        .order_by()
    )
    hours: list[list[float]] = [[] for _ in starts]
    for began, first in both.values_list("began", "answered"):
        if began is not None and since <= began <= first:
            hours[bisect(moments, began) - 1].append((first - began).total_seconds() / HOUR)
    return hours


def _inbox(mailbox: Mailbox, folders: list[Folder]) -> tuple[int, int, list[Kept]]:
    """Conversations of the inbox: all, unread ones, and by state and label."""
    inbox = [it.pk for it in folders if it.special_use == Folder.Use.INBOX]
    named = [(KEYWORDS[state], str(LABELS[state])) for state in State]
    labels = Label.objects.filter(mailbox=mailbox).order_by("name")
    named += labels.values_list("keyword", "name")
    counts = {
        f"kept_{place}": Count("conversation", filter=Q(keywords__contains=f" {keyword} "))
        for place, (keyword, _name) in enumerate(named)
    }
    rows = FolderConversation.objects.filter(mailbox=mailbox, folder__in=inbox)
    found = rows.aggregate(
        all=Count("conversation"), unread=Count("conversation", filter=Q(unread__gt=0)), **counts
    )
    kept = [
        Kept(name, found[f"kept_{place}"], _share(found[f"kept_{place}"], found["all"]))
        for place, (_keyword, name) in enumerate(named)
    ]
    return found["all"], found["unread"], kept


def _share(number: int, of: int) -> int:
    return round(100 * number / of) if of else 0
