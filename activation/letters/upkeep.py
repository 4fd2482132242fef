"""What ends by itself: letters expire, their hashes and their PDF files are erased."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from activation.letters.states import void
from activation.models import Letter, LetterFile

State = Letter.State
HASH_KEPT = timedelta(days=30)  # IDENTITY rules, "Retention": after use or expiry


@transaction.atomic
def tidy() -> None:
    """Once a day; doing it twice changes nothing."""
    _expire()
    _delete_files()
    _forget_hashes()


def _expire() -> None:
    over = Letter.objects.filter(
        state__in=(State.POSTED, State.RETURNED, State.HANDED_OVER), expires_at__lte=timezone.now()
    )
    over.update(state=State.EXPIRED, ended_at=timezone.now())


def _delete_files() -> None:
    """Some days after printing; or, never printed, when the date on the letters has passed."""
    now = timezone.now()
    printed_before = now - timedelta(days=settings.LETTER_PDF_DAYS)
    made_before = now - timedelta(days=settings.LETTER_DAYS)
    unprinted = Letter.objects.filter(file__isnull=False, state=State.DRAFTED)
    void(unprinted.filter(file__made_at__lte=made_before), Letter.Void.NEVER_PRINTED)
    still_needed = Q(letters__state=State.DRAFTED) | Q(letters__printed_at__gt=printed_before)
    LetterFile.objects.exclude(pk__in=LetterFile.objects.filter(still_needed).values("pk")).delete()


def _forget_hashes() -> None:
    ended = Letter.objects.filter(ended_at__lte=timezone.now() - HASH_KEPT)
    ended.exclude(code_hash="").update(code_hash="")
