"""What happens to letters once they are drafted, each step one UPDATE of those it may concern.

drafted → printed → posted → (returned → handed over) → redeemed, or voided, or expired. The acts
on a batch are journalled once, those on single letters for each person.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission, may, require
from activation.models import Letter, LetterBatch
from audit import journal
from audit.events import Event
from audit.parties import Origin

State = Letter.State


def void(letters: QuerySet[Letter], why: Letter.Void) -> int:
    """Closes those that are open; how many. From now on their codes open nothing."""
    return letters.filter(state__in=Letter.OPEN).update(
        state=State.VOIDED, ended_at=timezone.now(), void=why
    )


def expiry(posted_on: date) -> datetime:
    """The end, in the academy's time zone, of the last day on which the code works (aware)."""
    last_day = posted_on + timedelta(days=settings.LETTER_DAYS)
    return timezone.make_aware(datetime.combine(last_day, time.max))


def check_posting_day(batch: LetterBatch, day: date) -> None:
    """Raises ValidationError for a day to come, before the letters were made, or too long ago."""
    if day > timezone.localdate():
        raise ValidationError(_("Cette date est dans l’avenir."), code="future")
    if batch.made_at is None or day < timezone.localdate(batch.made_at):
        raise ValidationError(_("Ces lettres n’étaient pas encore faites."), code="unmade")
    if expiry(day) <= timezone.now():
        raise ValidationError(
            _("Postées ce jour-là, ces lettres seraient déjà expirées."), code="expired"
        )


@transaction.atomic
def mark_printed(by: User, batch: LetterBatch, origin: Origin) -> int:
    """The batch lies on paper; how many letters. Raises Http404 without the right."""
    require(by, Permission.PRINT_LETTERS)
    made = batch.letters.filter(state=State.DRAFTED, file__isnull=False)
    changed = made.update(state=State.PRINTED, printed_at=timezone.now())
    return _told(Event.LETTERS_PRINTED, by, batch, changed, origin)


@transaction.atomic
def mark_posted(by: User, batch: LetterBatch, day: date, origin: Origin) -> int:
    """The codes work from now on, and until :func:`expiry` of ``day``; how many letters.

    Raises ValidationError, and Http404 without the right.
    """
    require(by, Permission.PRINT_LETTERS)
    check_posting_day(batch, day)
    changed = batch.letters.filter(state=State.PRINTED).update(
        state=State.POSTED, posted_on=day, expires_at=expiry(day)
    )
    return _told(Event.LETTERS_POSTED, by, batch, changed, origin)


@transaction.atomic
def withdraw_batch(by: User, batch: LetterBatch, origin: Origin) -> int:
    """Voids what is still open, files included; how many letters. Raises Http404."""
    require(by, Permission.PRINT_LETTERS)
    batch.files.all().delete()
    changed = void(batch.letters.all(), Letter.Void.WITHDRAWN)
    return _told(Event.LETTERS_WITHDRAWN, by, batch, changed, origin)


@transaction.atomic
def mark_returned(by: User, letters: QuerySet[Letter], origin: Origin) -> int:
    """The post brought them back: their codes rest until they are handed over; how many.

    Those of other schools stay as they are for somebody who works for one.
    """
    return _one_by_one(
        Event.LETTER_RETURNED,
        by,
        letters.filter(state=State.POSTED),
        origin,
        state=State.RETURNED,
        returned_at=timezone.now(),
    )


@transaction.atomic
def withdraw(by: User, letters: QuerySet[Letter], origin: Origin) -> int:
    """Voids those that are open; how many. Raises Http404 without the right."""
    require(by, Permission.PRINT_LETTERS)
    return _one_by_one(
        Event.LETTER_WITHDRAWN,
        by,
        letters.filter(state__in=Letter.OPEN),
        origin,
        state=State.VOIDED,
        ended_at=timezone.now(),
        void=Letter.Void.WITHDRAWN,
    )


@transaction.atomic
def hand_over(by: User, letter: Letter, justification: str, origin: Origin) -> None:
    """A returned letter goes to its owner, whose identity ``by`` has checked; journalled.

    The days it has left do not grow. Raises Http404 without the right, or when it has none left.
    """
    require(by, Permission.HAND_OUT_LETTERS, letter.agent.school)
    now = timezone.now()
    mine = Letter.objects.filter(pk=letter.pk, state=State.RETURNED, expires_at__gt=now)
    if mine.update(state=State.HANDED_OVER, handed_over_at=now) != 1:
        raise Http404
    journal.record(
        Event.LETTER_HANDED_OVER,
        actor=by.party,
        subject=letter.agent.party,
        origin=origin,
        justification=justification,
    )


def handles_letters_of(by: User, letter: Letter) -> bool:
    """Whether ``by`` may say what became of this letter: all of them, or their school's."""
    return may(by, Permission.PRINT_LETTERS) or may(
        by, Permission.HAND_OUT_LETTERS, letter.agent.school
    )


def _one_by_one(
    event: Event, by: User, letters: QuerySet[Letter], origin: Origin, **changes: object
) -> int:
    """Each letter changes only if it still may when it is its turn."""
    theirs = letters.select_related("agent__school").order_by("pk")
    mine = [letter for letter in theirs if handles_letters_of(by, letter)]
    changed = [letter for letter in mine if letters.filter(pk=letter.pk).update(**changes)]
    for letter in changed:  # the journal last: it is locked until the transaction ends
        journal.record(event, actor=by.party, subject=letter.agent.party, origin=origin)
    return len(changed)


def _told(event: Event, by: User, batch: LetterBatch, changed: int, origin: Origin) -> int:
    if changed:
        reason = f"batch {batch.pk}: {changed} letters"
        journal.record(event, actor=by.party, origin=origin, reason=reason)
    return changed
