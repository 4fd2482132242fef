"""The pages of letters: what each role sees, and what bad input changes, which is nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.roles import Role
from activation.letters.making import make_files
from activation.models import Letter, LetterBatch
from tests.accounts.conftest import AgentMaker
from tests.activation.conftest import LetterPoster, NewcomerMaker
from tests.activation.reading import pages_of
from tests.people import PASSWORD, agree_to_terms

LETTERS, PEOPLE = reverse("letters"), reverse("letter_people")
RETURNED, DRAFT = reverse("returned_letters"), reverse("letters_draft")
NUMEN = "17E9876543ABC"
State = Letter.State


def signed_in(user: User) -> Client:
    """With the password typed just now: some of these pages ask for it."""
    user.set_password(PASSWORD)
    user.save()
    agree_to_terms(user)
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def staff(make_agent: AgentMaker, role: Role, school: School | None = None) -> Client:
    agent = make_agent(f"{role}.{school.pk if school else 0}", role, school)
    assert agent.user
    return signed_in(agent.user)


def page(client: Client, address: str, **asked: str) -> str:
    return client.get(address, asked).content.decode()


def batch_page(batch: LetterBatch, name: str = "letter_batch", *more: int) -> str:
    return reverse(name, args=[batch.pk, *more])


@pytest.fixture
def boss(admin: User) -> Client:
    return signed_in(admin)


@pytest.fixture
def batch(make_newcomer: NewcomerMaker, boss: Client) -> LetterBatch:
    make_newcomer("Ana")
    make_newcomer("Bob")
    boss.post(DRAFT, {"uai": "", "since": ""})
    drafted = LetterBatch.objects.get()
    make_files(drafted.pk)
    return drafted


def returned(letter: Letter) -> str:
    Letter.objects.filter(pk=letter.pk).update(state=State.RETURNED)
    return reverse("letter_hand_over", args=[letter.pk])


def test_those_who_wait_are_counted_and_written_to(
    boss: Client, make_newcomer: NewcomerMaker, moulin: School
) -> None:
    make_newcomer()
    assert "1 personne attend une lettre." in page(boss, LETTERS)
    assert "0 personne" in page(boss, LETTERS, since="2999-01-01")
    answer = boss.post(DRAFT, {"uai": moulin.uai.lower(), "since": ""}, follow=True)
    assert "Lot n°" in answer.content.decode()
    assert "0 page faite sur 1" in answer.content.decode()
    assert "0 personne" in page(boss, LETTERS)


def test_work_that_stands_still_is_said(boss: Client, make_newcomer: NewcomerMaker) -> None:
    make_newcomer()
    boss.post(DRAFT, {"uai": "", "since": ""})
    batch = LetterBatch.objects.get()
    assert "n’avance plus" not in page(boss, batch_page(batch))
    LetterBatch.objects.update(drafted_at=timezone.now() - LetterBatch.CLAIM_LASTS)
    assert "n’avance plus" in page(boss, batch_page(batch))


@pytest.mark.parametrize("bad", [{"uai": "0769999Z"}, {"since": "hier"}])
def test_an_unknown_school_or_date_is_told_and_drafts_nothing(
    boss: Client, make_newcomer: NewcomerMaker, bad: dict[str, str]
) -> None:
    make_newcomer()
    assert boss.get(LETTERS, bad).status_code == 400
    assert boss.post(DRAFT, bad).status_code == 400
    assert not LetterBatch.objects.exists()


def test_nobody_to_write_to_is_said(boss: Client) -> None:
    answer = boss.post(DRAFT, {"uai": "", "since": ""}, follow=True)
    assert "Aucune lettre à préparer" in answer.content.decode()


@pytest.mark.parametrize(
    "role", [Role.AGENT, Role.SECRETARY, Role.HEAD, Role.HELPDESK, Role.AUDITOR]
)
def test_who_may_not_print_finds_no_page_of_batches(
    make_agent: AgentMaker, moulin: School, batch: LetterBatch, role: Role
) -> None:
    eve = staff(make_agent, role, moulin)
    pages = [LETTERS, PEOPLE, batch_page(batch), batch_page(batch, "letter_file", 1)]
    pages.append(batch_page(batch, "batch_withdraw"))
    assert {eve.get(address).status_code for address in pages} == {404}
    acts = ["batch_printed", "batch_posted", "batch_letters", "batch_withdraw"]
    posts = [DRAFT, reverse("letter_people_write"), *(batch_page(batch, act) for act in acts)]
    posts.append(batch_page(batch, "letter_file", 1))
    assert {eve.post(address, {"act": "withdraw"}).status_code for address in posts} == {404}
    assert set(batch.letters.values_list("state", flat=True)) == {"drafted"}


def test_what_does_not_exist_is_not_found(boss: Client, batch: LetterBatch) -> None:
    nowhere = [
        reverse("letter_batch", args=[0]),
        batch_page(batch, "letter_file", 9),
        reverse("letter_hand_over", args=[batch.letters.all()[0].pk]),
    ]
    assert {boss.get(address).status_code for address in nowhere} == {404}


def test_the_file_is_had_after_the_password_by_the_button_and_not_kept(
    admin: User, boss: Client, batch: LetterBatch
) -> None:
    address = batch_page(batch, "letter_file", 1)
    stale = Client()
    stale.force_login(admin)
    for answer in (stale.get(address), stale.post(address)):
        assert answer.status_code == 302
    assert "en clair" in page(boss, address)
    file = boss.post(address)
    assert file["Content-Type"] == "application/pdf"
    assert "no-store" in file["Cache-Control"]
    assert file["Content-Disposition"].startswith("attachment")
    assert len(pages_of(file.content)) == 2


def test_a_batch_is_printed_then_posted_from_its_page(boss: Client, batch: LetterBatch) -> None:
    boss.post(batch_page(batch, "batch_printed"))
    assert "Les lettres sont postées" in page(boss, batch_page(batch))
    boss.post(batch_page(batch, "batch_posted"), {"day": timezone.localdate().isoformat()})
    assert set(batch.letters.values_list("state", flat=True)) == {"posted"}


@pytest.mark.parametrize(
    ("day", "said"), [("", "obligatoire"), ("31/31/2026", "date"), ("2999-01-01", "avenir")]
)
def test_a_wrong_posting_day_is_told_and_changes_nothing(
    boss: Client, batch: LetterBatch, day: str, said: str
) -> None:
    boss.post(batch_page(batch, "batch_printed"))
    answer = boss.post(batch_page(batch, "batch_posted"), {"day": day})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert set(batch.letters.values_list("state", flat=True)) == {"printed"}


@pytest.mark.parametrize("ticked", [[], ["x"], ["9" * 30], ["0"]])
def test_nothing_ticked_or_nonsense_changes_nothing(
    boss: Client, batch: LetterBatch, ticked: list[str]
) -> None:
    asked = {"act": "withdraw", "letter": ticked}
    answer = boss.post(batch_page(batch, "batch_letters"), asked, follow=True)
    assert "Cochez d’abord" in answer.content.decode()
    answer = boss.post(reverse("letter_people_write"), {"agent": ticked, "q": "x"}, follow=True)
    assert answer.status_code == 200
    assert set(batch.letters.values_list("state", flat=True)) == {"drafted"}


def test_the_letters_of_another_batch_are_not_touched(boss: Client, batch: LetterBatch) -> None:
    other = LetterBatch.objects.create(drafted_by=batch.drafted_by)
    ticked = [letter.pk for letter in batch.letters.all()]
    boss.post(batch_page(other, "batch_letters"), {"act": "withdraw", "letter": ticked})
    assert set(batch.letters.values_list("state", flat=True)) == {"drafted"}


def test_ticked_letters_are_withdrawn_or_written_anew(boss: Client, batch: LetterBatch) -> None:
    ana, bob = batch.letters.order_by("pk")
    boss.post(batch_page(batch, "batch_letters"), {"act": "withdraw", "letter": [ana.pk]})
    boss.post(batch_page(batch, "batch_letters"), {"act": "reissue", "letter": [bob.pk]})
    assert [letter.state for letter in batch.letters.all()] == ["voided", "voided"]
    fresh = LetterBatch.objects.exclude(pk=batch.pk).get()
    assert [letter.agent.first_name for letter in fresh.letters.all()] == ["Bob"]


def test_a_batch_is_withdrawn_after_a_question(boss: Client, batch: LetterBatch) -> None:
    assert "2 lettres encore ouvertes" in page(boss, batch_page(batch, "batch_withdraw"))
    assert set(batch.letters.values_list("state", flat=True)) == {"drafted"}
    boss.post(batch_page(batch, "batch_withdraw"))
    assert set(batch.letters.values_list("state", flat=True)) == {"voided"}


def test_a_letter_is_found_by_name_and_by_the_reference_printed_on_it(
    boss: Client, batch: LetterBatch
) -> None:
    ana, bob = batch.letters.order_by("pk")
    for typed in ("ana", ana.reference):
        found = page(boss, PEOPLE, q=typed)
        assert ana.reference in found
        assert bob.reference not in found


def test_a_numen_in_the_search_goes_no_further(boss: Client) -> None:
    answer = boss.post(PEOPLE, {"q": NUMEN})
    assert answer.status_code == 400
    assert NUMEN not in answer.content.decode()


def test_somebody_found_is_written_to(boss: Client, make_newcomer: NewcomerMaker) -> None:
    julien = make_newcomer()
    boss.post(reverse("letter_people_write"), {"agent": [julien.pk], "q": "julien"})
    assert Letter.objects.get().agent == julien


def test_a_secretary_hands_over_what_came_back_to_her_school(
    make_agent: AgentMaker, moulin: School, make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    letter, _code = post_letter(make_newcomer())
    mona = staff(make_agent, Role.SECRETARY, moulin)
    assert "Revenue ici" in page(mona, RETURNED)
    mona.post(reverse("letter_returned", args=[letter.pk]))
    address = reverse("letter_hand_over", args=[letter.pk])
    assert "12 rue" not in page(mona, address)
    mona.post(address, {"document": "passport", "checked": "on"})
    letter.refresh_from_db()
    assert letter.state == State.HANDED_OVER
    assert letter.reference not in page(mona, RETURNED)


def test_a_button_pressed_twice_is_no_missing_page(
    make_agent: AgentMaker, moulin: School, make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    letter, _code = post_letter(make_newcomer())
    mona = staff(make_agent, Role.SECRETARY, moulin)
    back, over = (reverse(it, args=[letter.pk]) for it in ("letter_returned", "letter_hand_over"))
    for address in (back, back, over, over):
        shown = mona.post(address, {"document": "passport", "checked": "on"}, follow=True)
        assert shown.request["PATH_INFO"] == RETURNED
    assert "Rien n’a changé" in shown.content.decode()
    letter.refresh_from_db()
    assert letter.state == State.HANDED_OVER


def test_no_null_in_a_search_breaks_the_page(boss: Client) -> None:
    assert boss.get(PEOPLE, {"q": "Bo\x00b"}).status_code == 200


def test_a_numen_sent_along_goes_no_further(boss: Client) -> None:
    answer = boss.post(reverse("letter_people_write"), {"q": NUMEN})
    assert NUMEN not in answer["Location"]


@pytest.mark.parametrize(
    "asked", [{}, {"document": "passport"}, {"document": "x", "checked": "on"}]
)
def test_without_the_identity_check_the_letter_stays(
    make_agent: AgentMaker,
    moulin: School,
    make_newcomer: NewcomerMaker,
    post_letter: LetterPoster,
    asked: dict[str, str],
) -> None:
    letter, _code = post_letter(make_newcomer())
    address = returned(letter)
    mona = staff(make_agent, Role.SECRETARY, moulin)
    assert mona.post(address, asked).status_code == 400
    letter.refresh_from_db()
    assert letter.state == State.RETURNED


def test_another_schools_letter_is_a_missing_one(
    make_agent: AgentMaker, prevert: School, make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    letter, _code = post_letter(make_newcomer())
    otto = staff(make_agent, Role.SECRETARY, prevert)
    assert letter.agent.display_name not in page(otto, RETURNED)
    assert otto.post(reverse("letter_returned", args=[letter.pk])).status_code == 404
    address = returned(letter)
    assert otto.get(address).status_code == 404
    assert otto.post(address, {"document": "passport", "checked": "on"}).status_code == 404


def test_an_expired_letter_cannot_be_handed_over(
    boss: Client, make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    letter, _code = post_letter(make_newcomer())
    address = returned(letter)
    Letter.objects.update(expires_at=timezone.now())
    assert "Cette lettre est expirée" in page(boss, address)
    assert boss.post(address, {"document": "passport", "checked": "on"}).status_code == 404


def test_the_first_page_offers_letters_to_those_who_handle_them(
    make_agent: AgentMaker, moulin: School, boss: Client
) -> None:
    home = reverse("back_office")
    assert f'href="{LETTERS}"' in page(boss, home)
    mona = page(staff(make_agent, Role.SECRETARY, moulin), home)
    assert f'href="{RETURNED}"' in mona
    assert f'href="{LETTERS}"' not in mona


def test_who_has_an_account_gets_no_letter(boss: Client, make_newcomer: NewcomerMaker) -> None:
    julien = make_newcomer()
    Agent.objects.filter(pk=julien.pk).update(status=Agent.Status.ACTIVE)
    boss.post(reverse("letter_people_write"), {"agent": [julien.pk], "q": ""})
    assert not LetterBatch.objects.exists()
