"""Who waits for a letter, and drafting letters: for many, or anew for one.

A draft has no code yet: it is drawn when the PDF is made (activation/letters/making.py).
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.roles import Permission, require
from activation.letters.making import ask_for_files
from activation.letters.states import void
from activation.models import Letter, LetterBatch
from audit import journal
from audit.events import Event
from audit.parties import Origin

ROWS_AT_A_TIME = 500


class NobodyWaits(Exception):
    """No letter is due: everyone chosen has one, or has an account, or no address is known."""


class DraftedMeanwhile(Exception):
    """Somebody else drafted letters for some of the same people at this very moment: look again."""


@dataclass(frozen=True)
class Choice:
    """Which of those who wait are meant; empty means everyone."""

    school: School | None = None
    since: date | None = None  # in post since this day or a later one

    def filter(self, agents: QuerySet[Agent]) -> QuerySet[Agent]:
        if self.school is not None:
            agents = agents.filter(school=self.school)
        if self.since is not None:
            agents = agents.filter(posted_from__gte=self.since)
        return agents


def waiting(choice: Choice) -> QuerySet[Agent]:
    """Agents without account who have no letter under way and still are, or will be, in post."""
    under_way = Letter.objects.filter(agent=OuterRef("pk"), state__in=Letter.OPEN)
    return choice.filter(may_activate()).filter(~Exists(under_way))


def without_address(agents: QuerySet[Agent]) -> QuerySet[Agent]:
    """Those to whom nothing can be posted: neither they nor their school have an address."""
    return agents.filter(city="").filter(Q(school=None) | Q(school__postal_code=""))


def draft_for_waiting(by: User, choice: Choice, origin: Origin) -> LetterBatch:
    """A batch for those of ``choice`` who wait and can be written to.

    Raises NobodyWaits, DraftedMeanwhile, and Http404 without the right.
    """
    require(by, Permission.PRINT_LETTERS)
    batch = LetterBatch(drafted_by=by, school=choice.school, since=choice.since)
    return _draft(batch, waiting(choice), origin)


def reissue(by: User, agents: QuerySet[Agent], origin: Origin) -> LetterBatch:
    """New letters for these people; their earlier ones are void at once.

    Who has an account by now gets none. Raises NobodyWaits, DraftedMeanwhile, and Http404 without
    the right.
    """
    require(by, Permission.PRINT_LETTERS)
    again = may_activate().filter(pk__in=agents.values("pk"))
    return _draft(LetterBatch(drafted_by=by, is_reissue=True), again, origin)


def may_activate() -> QuerySet[Agent]:
    """Agents whose account was never opened, and who have not left."""
    today = timezone.localdate()
    still_there = Q(posted_until=None) | Q(posted_until__gte=today)
    return Agent.objects.filter(still_there, status=Agent.Status.IMPORTED)


def _draft(batch: LetterBatch, agents: QuerySet[Agent], origin: Origin) -> LetterBatch:
    try:
        with transaction.atomic():
            return _drafted(batch, agents, origin)
    except IntegrityError as error:  # letter_one_open
        raise DraftedMeanwhile from error


def _drafted(batch: LetterBatch, agents: QuerySet[Agent], origin: Origin) -> LetterBatch:
    posted_to = agents.exclude(pk__in=without_address(agents).values("pk"))
    chosen = list(posted_to.order_by("pk").values_list("pk", flat=True))
    if not chosen:
        raise NobodyWaits
    batch.save()
    if batch.is_reissue:
        _void_earlier(chosen)
    drafts = (Letter(batch=batch, agent_id=agent) for agent in chosen)
    Letter.objects.bulk_create(drafts, batch_size=ROWS_AT_A_TIME)
    transaction.on_commit(lambda: ask_for_files(batch.pk))
    journal.record(
        Event.LETTERS_REISSUED if batch.is_reissue else Event.LETTERS_DRAFTED,
        actor=batch.drafted_by.party,
        origin=origin,
        reason=f"batch {batch.pk}: {len(chosen)} letters",
    )
    return batch


def _void_earlier(agents: list[int]) -> None:
    for start in range(0, len(agents), ROWS_AT_A_TIME):
        theirs = agents[start : start + ROWS_AT_A_TIME]
        void(Letter.objects.filter(agent__in=theirs), Letter.Void.REISSUED)
