"""Nothing that was written is lost, and nobody's words replace another's unasked."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests import mail_programs
from tests.people import Academy, Person
from tests.webmail.test_first_mail import browser_of, letter, open_message, put
from webmail.drafts import (
    Written,
    come_back,
    discard,
    end,
    filing,
    leave,
    open_draft,
    save,
    sweeping,
)
from webmail.imap import session
from webmail.models import Draft, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)


class OpenPage:
    """A page of the composer with its script, as far as the site can see."""

    def __init__(self, person: Person, token: UUID | None = None, version: int = 0) -> None:
        self.client = browser_of(person)
        self.mailbox = person.mailbox.pk
        self.token, self.version, self.page = token or uuid4(), version, uuid4()

    def url(self, name: str, *more: UUID) -> str:
        return reverse(name, args=[self.mailbox, self.token, *more])

    def save(self, **fields: str) -> int:
        """The answer's status; the page goes on from there."""
        known = {"token": str(self.token), "version": str(self.version), "page": str(self.page)}
        answer = self.client.post(self.url("draft_save"), {**known, **fields})
        self.answer = answer.json() if answer.status_code != 404 else {}
        if answer.status_code == 200:
            self.token, self.version = UUID(self.answer["id"]), self.answer["version"]
        return answer.status_code


def drafts_of(person: Person) -> list[str]:
    """Subjects in the Drafts folder, as a mail program sees them."""
    program = mail_programs.signed_in(person.address, person.password)
    return mail_programs.subjects(program, "Brouillons")


def test_the_first_save_makes_the_draft_and_the_page_finds_it_again(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    assert page.save(subject="Rentrée", body="Chers collègues") == 200
    assert "Brouillon enregistré à" in page.answer["label"]
    again = page.client.get(page.url("draft"))
    assert again.context["form"]["body"].value() == "Chers collègues"


def test_a_save_whose_answer_was_lost_is_no_other_writer(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(body="un")
    page.save(body="deux")
    page.version = 1  # the second answer never came
    assert page.save(body="trois") == 200
    assert Draft.objects.get().text == "trois"


def test_the_later_save_of_two_pages_is_refused_and_shows_the_other_text(academy: Academy) -> None:
    first = OpenPage(academy.camille)
    first.save(body="ensemble")
    second = OpenPage(academy.camille, first.token, first.version)
    first.save(body="le premier")
    assert second.save(body="le second") == 409
    assert second.answer["text"] == "le premier"
    assert Draft.objects.get().text == "le premier"
    second.version = second.answer["version"]  # "garder mon texte"
    assert second.save(body="le second") == 200
    assert Draft.objects.get().text == "le second"


def test_both_texts_can_be_kept_apart(academy: Academy) -> None:
    first = OpenPage(academy.camille)
    first.save(body="ensemble")
    second = OpenPage(academy.camille, first.token, first.version)
    first.save(body="le premier")
    assert second.save(body="le second", apart="1") == 200
    assert set(Draft.objects.values_list("text", flat=True)) == {"le premier", "le second"}


def test_without_a_script_the_choice_stands_on_the_page(academy: Academy) -> None:
    first = OpenPage(academy.camille)
    first.save(body="ensemble")
    page = first.client.get(first.url("draft"))
    fields = {
        name: str(page.context["form"][name].value()) for name in ("token", "version", "page")
    }
    first.save(body="le premier")
    asked = first.client.post(
        first.url("draft"), {**fields, "body": "le second", "action": "draft"}
    )
    assert asked.status_code == 409
    for words in ("le premier", "le second", "Garder les deux", "Garder mon texte"):
        assert words in asked.content.decode()


def test_somebody_elses_draft_is_a_missing_one(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(body="confidentiel")
    thief = OpenPage(academy.nadia, page.token, page.version)
    assert thief.save(body="volé") == 404
    for name in ("draft",):
        assert thief.client.get(thief.url(name)).status_code == 404
        assert browser_of(academy.nadia).get(page.url(name)).status_code == 404
    thief.client.post(thief.url("draft_discard"))
    assert Draft.objects.get().text == "confidentiel"


def test_a_session_that_ended_says_so_and_changes_nothing(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(body="avant")
    page.client = Client()
    assert page.save(body="après") == 401
    assert Draft.objects.get().text == "avant"


def test_what_is_typed_after_the_message_has_left_is_a_draft_of_its_own(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(to=academy.nadia.address, subject="Parti", body="x")
    other = OpenPage(academy.camille, page.token, page.version)
    known = {"token": str(page.token), "version": str(page.version), "page": str(page.page)}
    fields = {**known, "to": academy.nadia.address, "subject": "Parti", "body": "x"}
    sender = {"sender": academy.camille.address, "action": "send"}
    assert page.client.post(page.url("draft"), {**fields, **sender}).status_code == 302
    assert OutgoingMessage.objects.count() == 1
    assert other.save(to=academy.nadia.address, subject="Parti", body="x, et aussi y") == 200
    assert other.answer["left"]
    assert other.token != page.token


def test_a_draft_that_rests_is_in_the_drafts_folder_once(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Premier jet")
    filing.file(page.token)
    filing.file(page.token)
    assert drafts_of(academy.camille) == ["Premier jet"]
    page.save(subject="Second jet")
    filing.file(page.token)
    assert drafts_of(academy.camille) == ["Second jet"]


def test_a_copy_stored_by_a_worker_that_died_is_found_again(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Interrompu")
    filing.file(page.token)
    # As if it had died between APPEND and its note.
    draft = Draft.objects.get()
    lost = {"filed_uid": None, "filed_version": 0, "due_at": draft.changed_at, "claimed_at": None}
    Draft.objects.update(**lost)
    filing.file(page.token)
    assert drafts_of(academy.camille) == ["Interrompu"]
    page.save(subject="Repris")
    Draft.objects.update(filed_uid=None, filed_version=0)
    filing.file(page.token)
    assert drafts_of(academy.camille) == ["Repris"]


def test_what_another_program_wrote_on_is_never_taken_away(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="De Pli")
    filing.file(page.token)
    put(academy.camille, letter(academy.camille, academy.nadia, "De Thunderbird"), "Brouillons")
    page.save(subject="De Pli, encore")
    filing.file(page.token)
    assert sorted(drafts_of(academy.camille)) == ["De Pli, encore", "De Thunderbird"]


def test_a_draft_of_another_program_opens_and_stays_until_it_is_saved(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    program = mail_programs.signed_in(academy.camille.address, academy.camille.password)
    message = letter(academy.camille, academy.nadia, "De Thunderbird", "Commencé ailleurs.\n")
    program.append("Brouillons", "\\Draft", "", message.as_bytes())
    folder = academy.camille.mailbox.folders.get(special_use="drafts")
    url = f"{reverse('compose', args=[academy.camille.mailbox.pk])}?mode=draft&dossier={folder.pk}&uid=1"
    opened = client.get(url)
    assert opened.context["form"]["body"].value().startswith("Commencé ailleurs.")
    assert not Draft.objects.exists()
    fields = {
        name: str(opened.context["form"][name].value()) for name in ("token", "version", "page")
    }
    sealed = {"origin": opened.context["origin"], "subject": "Fini ici", "action": "draft"}
    client.post(url, {**fields, **sealed})
    assert drafts_of(academy.camille) == ["Fini ici"]


def test_the_copy_of_a_draft_leads_back_to_the_draft(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    page = OpenPage(academy.camille)
    page.save(subject="Le même", to="à moitié tapé")
    filing.file(page.token)
    draft = Draft.objects.get()
    folder = academy.camille.mailbox.folders.get(special_use="drafts")
    resumed = client.get(
        reverse("compose", args=[academy.camille.mailbox.pk]),
        {"mode": "draft", "dossier": str(folder.pk), "uid": str(draft.filed_uid)},
        follow=True,
    )
    assert resumed.context["form"]["to"].value() == "à moitié tapé"


def test_a_draft_thrown_away_leaves_nothing_behind(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="À jeter")
    filing.file(page.token)
    page.client.post(page.url("draft_discard"))
    filing.file(page.token)
    assert drafts_of(academy.camille) == []
    assert page.client.get(page.url("draft")).status_code == 404


def test_an_unsaved_change_waits_for_the_mailbox_to_come_back(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Attend")
    academy.camille.user.is_active = False
    academy.camille.user.save(update_fields=["is_active"])
    assert filing.file(page.token) == filing.Outcome.LATER
    assert Draft.objects.get().subject == "Attend"


def test_a_draft_that_cannot_be_filed_yet_is_found_over_the_list(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.client.get("/", follow=True)
    page.save(subject="Introuvable ailleurs")
    folder = academy.camille.mailbox.folders.get(special_use="drafts")
    url = reverse("folder", args=[academy.camille.mailbox.pk, folder.pk])
    assert page.url("draft") in page.client.get(url).content.decode()
    filing.file(page.token)
    assert page.url("draft") not in page.client.get(url).content.decode()


def test_a_saved_row_that_rests_for_a_month_goes_but_its_copy_stays(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Vieux", to=academy.nadia.address)
    filing.file(page.token)
    other = OpenPage(academy.camille)
    other.save(subject="Pas encore une adresse", to="nadia ben")
    filing.file(other.token)
    month_ago = Draft.objects.first().changed_at - sweeping.RESTING_KEPT * 2  # type: ignore[union-attr]
    Draft.objects.update(changed_at=month_ago)
    sweeping.tidy()
    assert [draft.subject for draft in Draft.objects.all()] == ["Pas encore une adresse"]
    assert "Vieux" in drafts_of(academy.camille)


def test_an_answer_kept_as_a_draft_still_answers(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Question"))
    client = browser_of(academy.camille)
    url = client.get(open_message(client, academy.camille, "Question")).context["reading"].reply_url
    opened = client.get(url).context
    fields = {
        name: str(opened["form"][name].value()) for name in ("token", "version", "page", "to")
    }
    client.post(url, {**fields, "origin": opened["origin"], "action": "draft", "subject": "Re"})
    draft = Draft.objects.get()
    assert draft.in_reply_to
    assert draft.source_uid == 1


def test_nul_characters_and_endless_fields_are_no_error(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    assert page.save(subject="a\0b\r\nBcc: x@y.fr" + "é" * 2000, sender="x" * 500) == 200
    assert "\n" not in Draft.objects.get().subject
    nobody = browser_of(academy.camille).post(
        reverse("compose", args=[academy.camille.mailbox.pk]),
        {"token": "pas un numéro", "version": "²", "page": "", "action": "send", "body": "gardé"},
    )
    assert "gardé" in nobody.content.decode()


def test_a_text_that_is_too_long_is_refused_rather_than_cut(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(body="court")
    assert page.save(body="x" * 2_000_001) == 413
    assert Draft.objects.get().text == "court"


def test_a_draft_handed_over_can_be_given_back(academy: Academy) -> None:
    row = save(
        academy.camille.mailbox, academy.camille.user, uuid4(), Written(text="reviens"),
        expected=0, page=uuid4(),
    )  # fmt: skip
    assert leave(row, "x")
    assert not leave(row, "x")
    assert come_back(row.pk) is not None
    assert open_draft(academy.camille.mailbox, row.pk).text == "reviens"
    assert leave(Draft.objects.get(), "x")
    end(row.pk)
    end(row.pk)
    assert come_back(row.pk) is None
    assert Draft.objects.get().text == ""
    assert not discard(Draft.objects.get())


def test_the_drafts_folder_has_what_other_programs_need(academy: Academy) -> None:
    page = OpenPage(academy.camille)
    page.save(
        subject="Été", to=f"Nadia <{academy.nadia.address}>, pas fini", bcc="a@x.fr", body="é"
    )
    filing.file(page.token)
    with session(academy.camille.address, academy.camille.address) as mail:
        mail.select("Brouillons")
        raw = mail.section(1, "")
        assert "\\Draft" in mail.message(1).flags
    assert b"Bcc: a@x.fr" in raw
    assert academy.nadia.address.encode() in raw
