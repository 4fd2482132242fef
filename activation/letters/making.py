"""Making the PDF files of a batch in the background: logins reserved, codes drawn, pages set.

A file holds some hundred letters and is kept, with the hashes of its codes, in one transaction:
a worker that dies loses the file in hand, whose codes nobody saw, and the next one goes on after
the last file kept. Two workers never make the same batch, and a batch that is made stays as it is.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation

from accounts.naming.logins import reserve_login
from accounts.sealed.keyring import KeyUnknown, SealBroken
from accounts.secrets import Code
from activation.codes import hash_of, new_code
from activation.letters.content import Offices, letter_text, letterhead
from activation.letters.files import keep_file
from activation.letters.pdf import LetterText, pdf_of
from activation.letters.states import void
from activation.models import Letter, LetterBatch
from config.hints import hint

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another worker makes this batch now, or it was withdrawn: leave it."""


@dataclass(frozen=True)
class Page:
    """A letter about to be printed."""

    letter: Letter
    login: str
    code: Code
    text: LetterText


def ask_for_files(batch_id: int) -> None:
    """Asks a worker to make them now; without Redis the scheduled sweep does it later."""
    hint("activation.tasks.make_letters", batch_id)


def sweep() -> None:
    """What a hint lost, or a worker that died left behind."""
    for batch_id in _unmade().values_list("pk", flat=True):
        make_files(batch_id)


def make_files(batch_id: int) -> int:
    """Makes what is missing of the batch, if nobody else is at it; returns how many letters."""
    if (claim := claim_batch(batch_id)) is None:
        return 0
    try:
        with translation.override(settings.LANGUAGE_CODE):
            return sum(file_after_file(batch_id, claim))
    except ClaimLost:
        log.warning("letters: batch %s went to somebody else", batch_id)
        return 0


def _unmade() -> QuerySet[LetterBatch]:
    pageless = Letter.objects.filter(
        batch=OuterRef("pk"), state=Letter.State.DRAFTED, file__isnull=True
    )
    dead = timezone.now() - LetterBatch.CLAIM_LASTS
    free = Q(claimed_at=None) | Q(claimed_at__lt=dead)
    return LetterBatch.objects.filter(free, Exists(pageless))


def claim_batch(batch_id: int) -> UUID | None:
    """The right to make its files, unless there is nothing to make or somebody is at it."""
    claim = uuid4()
    mine = _unmade().filter(pk=batch_id).update(claim=claim, claimed_at=timezone.now())
    return claim if mine == 1 else None


def file_after_file(batch_id: int, claim: UUID) -> Iterator[int]:
    """Makes what is missing; yields how many letters each file holds. Raises ClaimLost."""
    batch = LetterBatch.objects.get(pk=batch_id)
    offices = Offices()
    while letters := list(_pageless(batch)[: settings.LETTERS_A_FILE]):
        yield _make_file(batch, claim, letters, offices)
    mine = LetterBatch.objects.filter(pk=batch_id, claim=claim)
    mine.update(claim=None, claimed_at=None, made_at=timezone.now())


def _pageless(batch: LetterBatch) -> QuerySet[Letter]:
    drafts = batch.letters.filter(state=Letter.State.DRAFTED, file__isnull=True)
    return drafts.select_related("agent__school").order_by("pk")


def _make_file(batch: LetterBatch, claim: UUID, letters: list[Letter], offices: Offices) -> int:
    pages = list(_pages(letters, offices))
    if not pages:
        return 0
    number = batch.files.count() + 1
    # Argon2 and the typesetter leave Python's lock: both processors work.
    with ThreadPoolExecutor() as pool:
        pdf = pool.submit(pdf_of, letterhead(batch, number, offices), [p.text for p in pages])
        hashes = list(pool.map(_hash, pages))
    _keep(batch, claim, number, pages, hashes, pdf.result())
    return len(pages)


def _pages(letters: list[Letter], offices: Offices) -> Iterator[Page]:
    for letter in letters:
        login, code = reserve_login(letter.agent), new_code()
        try:
            text = letter_text(letter, login, code, offices)
        except (KeyUnknown, SealBroken) as error:
            log.warning("letters: letter %s cannot be written: %s", letter.pk, type(error).__name__)
            void(Letter.objects.filter(pk=letter.pk), Letter.Void.UNREADABLE)
            continue
        yield Page(letter, login, code, text)


def _hash(page: Page) -> str:
    return hash_of(page.code, page.letter.pk)


@transaction.atomic
def _keep(
    batch: LetterBatch, claim: UUID, number: int, pages: list[Page], hashes: list[str], pdf: bytes
) -> None:
    """The file and its hashes together. A letter voided meanwhile stays so: its page opens nothing.

    Raises ClaimLost.
    """
    mine = LetterBatch.objects.filter(pk=batch.pk, claim=claim)
    if mine.update(claimed_at=timezone.now()) != 1:
        raise ClaimLost
    file = keep_file(batch, number, pdf)
    for place, (page, code_hash) in enumerate(zip(pages, hashes, strict=True), start=1):
        Letter.objects.filter(pk=page.letter.pk, state=Letter.State.DRAFTED).update(
            login=page.login, code_hash=code_hash, file=file, page=place
        )
