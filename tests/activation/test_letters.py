"""Letters from the draft to the post: who gets one, what the file holds, what a step allows."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.http import Http404
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Agent, LoginName, School, User
from accounts.roles import Role
from accounts.sealed.keyring import SealBroken
from activation.codes import read_code
from activation.letters.drafting import (
    Choice,
    DraftedMeanwhile,
    NobodyWaits,
    draft_for_waiting,
    reissue,
    waiting,
    without_address,
)
from activation.letters.files import download
from activation.letters.making import (
    claim_batch,
    file_after_file,
    make_files,
    sweep,
)
from activation.letters.redeeming import is_code_of, letter_by_login, redeem
from activation.letters.states import (
    hand_over,
    mark_posted,
    mark_printed,
    mark_returned,
    withdraw,
    withdraw_batch,
)
from activation.letters.upkeep import tidy
from activation.models import Letter, LetterBatch, LetterFile
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.conftest import AgentMaker, RingWriter
from tests.activation.conftest import NewcomerMaker
from tests.activation.reading import Page, pages_of

State = Letter.State
EVERYONE = Choice()
WHY = "Carte nationale d’identité"


def made(by: User, choice: Choice = EVERYONE) -> LetterBatch:
    batch = draft_for_waiting(by, choice, NOWHERE)
    make_files(batch.pk)
    batch.refresh_from_db()
    return batch


def posted(by: User) -> LetterBatch:
    batch = made(by)
    mark_printed(by, batch, NOWHERE)
    mark_posted(by, batch, timezone.localdate(), NOWHERE)
    return batch


def printed_pages(by: User, batch: LetterBatch) -> list[Page]:
    files = batch.files.order_by("number")
    return [page for file in files for page in pages_of(download(by, file, NOWHERE))]


def states(batch: LetterBatch) -> list[str]:
    return list(batch.letters.order_by("pk").values_list("state", flat=True))


def account(agent: Agent) -> User:
    assert agent.user
    return agent.user


def test_those_who_wait_are_chosen_by_school_and_by_day(
    make_newcomer: NewcomerMaker, prevert: School, moulin: School
) -> None:
    today = timezone.localdate()
    new = make_newcomer("Nora", posted_from=today, school=prevert)
    old = make_newcomer("Odile", posted_from=today - timedelta(days=400))
    gone = make_newcomer("Gaël", posted_until=today - timedelta(days=1))
    Agent.objects.create(first_name="A", usual_name="B", civil_name="B", status="active")
    assert set(waiting(EVERYONE)) == {new, old}
    assert set(waiting(Choice(since=today))) == {new}
    assert set(waiting(Choice(school=moulin))) == {old}
    assert gone not in waiting(EVERYONE)


def test_a_letter_goes_home_or_to_the_school_and_to_nobody_without_address(
    make_newcomer: NewcomerMaker, moulin: School, admin: User
) -> None:
    no_home = {"street": "", "postal_code": "", "city": ""}
    lost = make_newcomer("Lou", **no_home)
    make_newcomer("Hana")
    assert list(without_address(waiting(EVERYONE))) == [lost]
    batch = made(admin)
    assert [letter.agent.first_name for letter in batch.letters.all()] == ["Hana"]
    School.objects.filter(pk=moulin.pk).update(street="1, rue Haute", postal_code="76100")
    text = printed_pages(admin, made(admin))[0].text
    assert "Lou Morel\ns/c Collège Jean Moulin\n1 RUE HAUTE\n76100 ROUEN" in text


def test_who_has_a_letter_under_way_waits_no_longer(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    made(admin)
    with pytest.raises(NobodyWaits):
        draft_for_waiting(admin, EVERYONE, NOWHERE)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.HEAD, Role.HELPDESK, Role.AUDITOR])
def test_only_who_may_print_drafts_downloads_and_posts(
    make_newcomer: NewcomerMaker, make_agent: AgentMaker, admin: User, moulin: School, role: Role
) -> None:
    make_newcomer()
    eve = account(make_agent("eve", role, moulin))
    with pytest.raises(Http404):
        draft_for_waiting(eve, EVERYONE, NOWHERE)
    batch = made(admin)
    file = batch.files.get()
    acts: list[Callable[[], object]] = [
        lambda: download(eve, file, NOWHERE),
        lambda: mark_printed(eve, batch, NOWHERE),
        lambda: mark_posted(eve, batch, timezone.localdate(), NOWHERE),
        lambda: withdraw_batch(eve, batch, NOWHERE),
        lambda: withdraw(eve, batch.letters.all(), NOWHERE),
        lambda: reissue(eve, Agent.objects.all(), NOWHERE),
    ]
    for act in acts:
        with pytest.raises(Http404):
            act()
    assert states(batch) == ["drafted"]


def test_the_letter_says_who_what_and_until_when(
    make_newcomer: NewcomerMaker, moulin: School, admin: User
) -> None:
    School.objects.filter(pk=moulin.pk).update(phone="02 35 00 00 00", email="ce@ac-normandie.fr")
    School.objects.create(
        uai="0760999A",
        name="DSDEN de la Seine-Maritime",
        city="Rouen",
        kind=School.Kind.DSDEN,
        phone="02 32 08 97 00",
    )
    julien = make_newcomer("Julien", "Léger")
    page = printed_pages(admin, made(admin))[0]
    for said in (
        "Julien Léger, activez votre compte",
        "12 RUE DES LILAS\n76000 ROUEN",
        "julien.leger",
        "Collège Jean Moulin, Rouen\n02 35 00 00 00\nce@ac-normandie.fr",
        "DSDEN de la Seine-Maritime, Rouen\n02 32 08 97 00",
    ):
        assert said in page.text
    assert LoginName.objects.get(agent=julien).login == "julien.leger"
    last_day = timezone.localdate() + timedelta(days=30)
    assert f"{last_day.day}" in page.text.split("valable jusqu’au")[1].split(",")[0]


def test_the_code_of_page_37_is_read_from_text_and_square_and_redeems(
    make_newcomer: NewcomerMaker, admin: User, settings: Settings
) -> None:
    settings.LETTERS_A_FILE = 40
    for _ in range(45):
        make_newcomer()
    batch = posted(admin)
    pages = printed_pages(admin, batch)
    assert len(pages) == 45
    page = pages[36]
    address, _, fragment = page.qr_text.partition("#")
    assert address == f"{settings.BASE_URL}/activation/"
    assert read_code(page.code) == read_code(fragment)
    letter = letter_by_login(page.login)
    assert letter is not None
    assert letter.page == 37
    assert page.login == "julien.morel36"
    assert is_code_of(letter, read_code(page.code))
    assert redeem(letter.pk)


def test_codes_and_numen_are_in_clear_in_the_file_and_nowhere_else(
    make_newcomer: NewcomerMaker, admin: User, caplog: pytest.LogCaptureFixture
) -> None:
    make_newcomer()
    batch = made(admin)
    page = printed_pages(admin, batch)[0]
    code, numen = read_code(page.code).reveal(), page.numen
    kept = [bytes(file.sealed) for file in LetterFile.objects.all()]
    rows = repr([list(model.objects.values()) for model in (Letter, LetterBatch, Agent, Entry)])
    for secret in (code, page.code, numen, numen.replace(" ", "")):
        assert secret not in rows
        assert secret not in caplog.text
        assert all(secret.encode() not in sealed for sealed in kept)
    assert all(not sealed.startswith(b"%PDF") for sealed in kept)


def test_a_sealed_file_opens_in_its_own_row_only(make_newcomer: NewcomerMaker, admin: User) -> None:
    make_newcomer()
    file = made(admin).files.get()
    stolen = LetterFile.objects.create(batch=file.batch, number=9, sealed=file.sealed, key=file.key)
    with pytest.raises(SealBroken):
        download(admin, stolen, NOWHERE)


def test_the_key_of_a_file_stays_in_the_ring_until_the_file_goes(
    make_newcomer: NewcomerMaker, admin: User, write_ring: RingWriter
) -> None:
    make_newcomer()
    batch = made(admin)
    write_ring("k1", "k2", current="k2")
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    assert "key k1 (old): 0 NUMEN, 0 second factors, 1 files" in said.getvalue()
    assert "can leave" not in said.getvalue()
    assert len(printed_pages(admin, batch)) == 1
    batch.files.all().delete()
    call_command("rotate_keys", stdout=said)
    assert "Key k1 can leave" in said.getvalue()


def test_a_letter_cannot_be_used_before_it_is_posted(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    batch = made(admin)
    letter = batch.letters.get()
    assert not redeem(letter.pk)
    mark_printed(admin, batch, NOWHERE)
    assert not redeem(letter.pk)
    mark_posted(admin, batch, timezone.localdate(), NOWHERE)
    assert redeem(letter.pk)


@pytest.mark.parametrize("days", [-1, 1])
def test_letters_are_not_posted_before_they_exist_nor_tomorrow(
    make_newcomer: NewcomerMaker, admin: User, days: int
) -> None:
    make_newcomer()
    batch = made(admin)
    mark_printed(admin, batch, NOWHERE)
    with pytest.raises(ValidationError):
        mark_posted(admin, batch, timezone.localdate() + timedelta(days=days), NOWHERE)
    assert states(batch) == ["printed"]


def test_a_reissue_voids_the_letter_before_at_once(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    julien = make_newcomer()
    first = posted(admin).letters.get()
    second = reissue(admin, Agent.objects.filter(pk=julien.pk), NOWHERE)
    assert not redeem(first.pk)
    first.refresh_from_db()
    assert (first.state, first.void) == (State.VOIDED, Letter.Void.REISSUED)
    make_files(second.pk)
    assert printed_pages(admin, second)[0].login == "julien.morel"


def test_a_returned_letter_rests_until_it_is_handed_over(
    make_newcomer: NewcomerMaker, make_agent: AgentMaker, moulin: School, admin: User
) -> None:
    make_newcomer()
    letters = posted(admin).letters
    assert mark_returned(admin, letters.all(), NOWHERE) == 1
    letter = letters.get()
    assert not redeem(letter.pk)
    mona = account(make_agent("mona", Role.SECRETARY, moulin))
    hand_over(mona, letter, WHY, NOWHERE)
    entry = Entry.objects.get(event="letter_handed_over")
    assert (entry.actor_id, entry.subject_id) == (mona.party.id, letter.agent.party.id)
    assert entry.justification == WHY
    assert redeem(letter.pk)


def test_a_secretary_handles_the_letters_of_her_school_only(
    make_newcomer: NewcomerMaker, make_agent: AgentMaker, prevert: School, admin: User
) -> None:
    make_newcomer()
    letters = posted(admin).letters
    otto = account(make_agent("otto", Role.SECRETARY, prevert))
    assert mark_returned(otto, letters.all(), NOWHERE) == 0
    mark_returned(admin, letters.all(), NOWHERE)
    with pytest.raises(Http404):
        hand_over(otto, letters.get(), WHY, NOWHERE)


def test_an_expired_letter_is_not_handed_over(make_newcomer: NewcomerMaker, admin: User) -> None:
    make_newcomer()
    letters = posted(admin).letters
    mark_returned(admin, letters.all(), NOWHERE)
    letters.update(expires_at=timezone.now())
    with pytest.raises(Http404):
        hand_over(admin, letters.get(), WHY, NOWHERE)


def test_a_batch_that_was_made_is_not_made_again(make_newcomer: NewcomerMaker, admin: User) -> None:
    make_newcomer()
    batch = made(admin)
    before = batch.letters.get().code_hash
    assert make_files(batch.pk) == 0
    sweep()
    assert batch.letters.get().code_hash == before
    assert batch.files.count() == 1


def test_a_worker_that_died_is_followed_by_another_after_a_while(
    make_newcomer: NewcomerMaker, admin: User, settings: Settings
) -> None:
    settings.LETTERS_A_FILE = 2
    for _ in range(5):
        make_newcomer()
    batch = draft_for_waiting(admin, EVERYONE, NOWHERE)
    dies_after_one_file(batch)
    kept = list(batch.letters.exclude(code_hash="").values_list("code_hash", flat=True))
    assert len(kept) == 2
    sweep()  # it may only be slow
    assert batch.files.count() == 1
    LetterBatch.objects.update(claimed_at=timezone.now() - LetterBatch.CLAIM_LASTS)
    sweep()
    assert sorted(batch.files.values_list("number", flat=True)) == [1, 2, 3]
    assert set(kept) < set(batch.letters.values_list("code_hash", flat=True))
    assert len({page.code for page in printed_pages(admin, batch)}) == 5


def dies_after_one_file(batch: LetterBatch) -> None:
    """What a killed worker leaves: a claim, one file, and letters without a page."""
    claim = claim_batch(batch.pk)
    assert claim
    next(file_after_file(batch.pk, claim))


def test_a_letter_withdrawn_while_its_file_is_made_opens_nothing(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer("Ana")
    make_newcomer("Bob")
    batch = draft_for_waiting(admin, EVERYONE, NOWHERE)
    withdraw(admin, batch.letters.filter(agent__first_name="Ana"), NOWHERE)
    make_files(batch.pk)
    assert [page.login for page in printed_pages(admin, batch)] == ["bob.morel"]


def test_an_agent_whose_numen_cannot_be_read_does_not_stop_the_others(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    ana, _bob = make_newcomer("Ana"), make_newcomer("Bob")
    Agent.objects.filter(pk=ana.pk).update(numen_sealed=b"damaged by somebody")
    batch = made(admin)
    assert (
        batch.letters.get(agent=ana).get_void_display()
        == "NUMEN illisible : réimporter la personne"
    )
    assert [page.login for page in printed_pages(admin, batch)] == ["bob.morel"]


def test_somebody_without_numen_proves_themselves_by_the_identifier(
    make_newcomer: NewcomerMaker, admin: User, settings: Settings
) -> None:
    Agent.objects.filter(pk=make_newcomer().pk).update(
        numen_sealed=None, numen_key=None, numen_index=None
    )
    page = printed_pages(admin, made(admin))[0]
    assert "Votre NUMEN" not in page.text
    assert "Recopiez votre identifiant INA" in page.text
    assert page.qr_text.startswith(f"{settings.BASE_URL}/activation/identifiant/#")


def test_files_go_a_week_after_printing_and_letters_when_they_expire(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    batch = posted(admin)
    tidy()
    assert batch.files.count() == 1
    batch.letters.update(printed_at=timezone.now() - timedelta(days=8))
    tidy()
    assert batch.files.count() == 0
    assert states(batch) == ["posted"]
    batch.letters.update(expires_at=timezone.now())
    tidy()
    assert states(batch) == ["expired"]
    assert batch.letters.exclude(code_hash="").count() == 1
    batch.letters.update(ended_at=timezone.now() - timedelta(days=31))
    tidy()
    assert batch.letters.exclude(code_hash="").count() == 0


def test_letters_never_printed_end_with_their_file(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    batch = made(admin)
    LetterFile.objects.update(made_at=timezone.now() - timedelta(days=31))
    tidy()
    assert states(batch) == ["voided"]
    assert batch.files.count() == 0


def test_a_withdrawn_batch_leaves_no_file_and_no_code(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    batch = posted(admin)
    letter = batch.letters.get()
    assert withdraw_batch(admin, batch, NOWHERE) == 1
    assert batch.files.count() == 0
    assert not redeem(letter.pk)


def test_each_step_is_in_the_journal_with_who_took_it(
    make_newcomer: NewcomerMaker, admin: User
) -> None:
    make_newcomer()
    batch = posted(admin)
    printed_pages(admin, batch)
    mark_returned(admin, batch.letters.all(), NOWHERE)
    told = Entry.objects.filter(actor_id=admin.party.id).order_by("number")
    assert list(told.values_list("event", flat=True)) == [
        "letters_drafted",
        "letters_printed",
        "letters_posted",
        "letters_downloaded",
        "letter_returned",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_draft_for_everyone_at_once_one_does(
    transactional_db: None, make_newcomer: NewcomerMaker, admin: User, ring: Path
) -> None:
    for _ in range(3):
        make_newcomer()
    start = Barrier(2)

    def draft(_: int) -> str:
        start.wait()
        try:
            draft_for_waiting(admin, EVERYONE, NOWHERE)
        except (NobodyWaits, DraftedMeanwhile) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "drafted"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(draft, range(2)))
    assert outcomes.count("drafted") == 1
    assert LetterBatch.objects.count() == 1
    assert Letter.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_make_the_same_batch(
    transactional_db: None, make_newcomer: NewcomerMaker, admin: User, ring: Path
) -> None:
    for _ in range(3):
        make_newcomer()
    batch = draft_for_waiting(admin, EVERYONE, NOWHERE)
    start = Barrier(2)

    def make(_: int) -> int:
        start.wait()
        try:
            return make_files(batch.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, range(2))) == [0, 3]
    assert batch.files.count() == 1
