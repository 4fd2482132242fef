"""The conditions of use: read by anyone, accepted at sign-in, published for good."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.credentials.new_password import change_password
from accounts.mina.data import data_of
from accounts.models import Agent, TermsAcceptance, TermsVersion, User
from accounts.roles import Role
from accounts.secrets import Password
from accounts.terms import accept, current_terms, has_accepted
from accounts.terms.publishing import Draft, VersionOvertaken, publish
from accounts.terms.text import blocks_of, changes_between
from audit.models import Entry
from audit.parties import NOWHERE, Origin
from tests.accounts.conftest import AgentMaker
from tests.people import PASSWORD, Person, open_account

LOGIN, NEW_TERMS, TERMS = (
    reverse(name) for name in ("account_login", "account_new_terms", "terms")
)
LIST, WRITE, PREVIEW, PUBLISH = (
    reverse(f"terms_{name}") for name in ("versions", "write", "preview", "publish")
)
FRENCH = "# Objet\n\nUne règle nouvelle.\n\n- un\n- deux"
ENGLISH = "# Purpose\n\nA new rule.\n\n- one\n- two"


@pytest.fixture
def camille(db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def admin(make_agent: AgentMaker) -> User:
    user = make_agent("admin", Role.ADMINISTRATOR).user
    assert user
    return user


def publish_anew(by: User, french: str = FRENCH) -> TermsVersion:
    return publish(by, Draft(french, ENGLISH, replaces=current_terms().number), NOWHERE)


def sign_in(client: Client, camille: Person) -> str:
    credentials = {"login": camille.login, "password": PASSWORD, "next": "/mina/"}
    return str(client.post(LOGIN, credentials)["Location"])


def typed(**changes: str) -> dict[str, str]:
    number = str(current_terms().number)
    return {"french": FRENCH, "english": ENGLISH, "replaces": number, "sure": "on"} | changes


def test_anyone_reads_the_text_in_force_with_its_date(client: Client, db: None) -> None:
    page = client.get(TERMS).content.decode()
    assert "Version 1, publiée le" in page
    assert "<h2" in page
    assert TERMS in client.get(LOGIN).content.decode()


def test_in_english_the_page_says_that_the_french_text_counts(client: Client, db: None) -> None:
    page = client.get(TERMS, headers={"Accept-Language": "en"}).content.decode()
    assert "Functional mailboxes are shared by delegation" in page
    assert "Les boîtes fonctionnelles" not in page


def test_an_earlier_version_can_still_be_read_and_says_so(client: Client, admin: User) -> None:
    publish_anew(admin)
    assert "Une règle nouvelle." in client.get(TERMS).content.decode()
    earlier = client.get(reverse("terms_version", args=[1])).content.decode()
    assert "n’est plus en vigueur" in earlier
    assert "Les boîtes fonctionnelles" in earlier
    assert client.get(reverse("terms_version", args=[9])).status_code == 404


def test_a_new_version_is_accepted_once_at_sign_in(
    client: Client, camille: Person, admin: User
) -> None:
    publish_anew(admin)
    assert sign_in(client, camille) == NEW_TERMS
    page = client.get(NEW_TERMS).content.decode()
    assert "Elles ont changé" in page
    assert "Une règle nouvelle." in page
    accepted = {"number": "2", "agrees": "on"}
    assert client.post(NEW_TERMS, accepted, REMOTE_ADDR="192.0.2.9")["Location"] == "/mina/"
    kept = TermsAcceptance.objects.get(version__number=2)
    assert (kept.user, kept.address) == (camille.user, "192.0.2.9")
    assert Entry.objects.get(event="terms_accepted").reason == "version 2"
    client.post(reverse("account_logout"))
    assert sign_in(client, camille) == "/mina/"


def test_a_new_password_ends_a_sign_in_that_waits_at_the_new_version(
    client: Client, camille: Person, admin: User
) -> None:
    publish_anew(admin)
    sign_in(client, camille)
    change_password(camille.user, Password("une baleine range quatre parapluies"), NOWHERE)
    assert client.post(NEW_TERMS, {"number": "2", "agrees": "on"})["Location"] == LOGIN
    assert not TermsAcceptance.objects.filter(version__number=2).exists()
    assert "Votre compte a changé" in client.get(LOGIN).content.decode()


def test_without_agreeing_nothing_opens(client: Client, camille: Person, admin: User) -> None:
    publish_anew(admin)
    sign_in(client, camille)
    page = client.post(NEW_TERMS, {"number": "2"}).content.decode()
    assert "Cochez la case pour continuer." in page
    assert client.get(reverse("mina_data")).status_code == 302
    assert not has_accepted(camille.user)


def test_a_version_published_while_one_reads_is_shown_not_accepted_unread(
    client: Client, camille: Person, admin: User
) -> None:
    publish_anew(admin)
    sign_in(client, camille)
    publish_anew(admin, "Encore une autre.")
    page = client.post(NEW_TERMS, {"number": "2", "agrees": "on"}).content.decode()
    assert "pendant votre lecture" in page
    assert "Encore une autre." in page
    assert not has_accepted(camille.user)


def test_the_step_is_closed_to_who_is_not_signing_in(client: Client, db: None) -> None:
    assert client.get(NEW_TERMS)["Location"] == LOGIN
    assert client.post(NEW_TERMS, {"number": "1", "agrees": "on"})["Location"] == LOGIN


def test_accepting_twice_keeps_the_first_date(camille: Person, admin: User) -> None:
    version = publish_anew(admin)
    accept(camille.user, version, Origin("192.0.2.1"))
    accept(camille.user, version, Origin("192.0.2.2"))
    assert TermsAcceptance.objects.get(version=version).address == "192.0.2.1"
    assert Entry.objects.filter(event="terms_accepted").count() == 1


def test_what_was_accepted_is_in_ones_own_data(camille: Person) -> None:
    kept = data_of(camille.user)["terms_accepted"]
    assert [acceptance["version__number"] for acceptance in kept] == [1]


def test_an_administrator_reads_over_and_publishes(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert "Conditions d’utilisation" in client.get(reverse("back_office")).content.decode()
    assert "Les boîtes fonctionnelles" in client.get(WRITE).content.decode()
    preview = client.post(PREVIEW, typed()).content.decode()
    assert "<ins>Une règle nouvelle.</ins>" in preview
    assert "<del>- Les boîtes fonctionnelles" in preview
    assert current_terms().number == 1
    assert client.post(PUBLISH, typed())["Location"] == LIST
    assert (current_terms().french, current_terms().published_by) == (FRENCH, admin)
    assert "par Admin Test" in client.get(LIST).content.decode()
    assert Entry.objects.get(event="terms_published").reason == "version 2"


def test_the_text_comes_back_from_the_preview_to_be_reworked(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert "Une règle nouvelle." in client.post(WRITE, typed()).content.decode()
    assert current_terms().number == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sure": ""}, "Cochez la case pour publier."),
        ({"replaces": "x"}, "Relire avant de publier"),
        ({"english": ""}, "Ce champ est obligatoire"),
        ({"french": "x" * 60_001}, "60000"),
    ],
)
def test_what_is_missing_or_odd_publishes_nothing(
    client: Client, admin: User, change: dict[str, str], sentence: str
) -> None:
    client.force_login(admin)
    page = client.post(PUBLISH, typed(**change)).content.decode()
    assert sentence in page.replace("\u202f", "").replace("60\u00a0000", "60000")
    assert current_terms().number == 1


def test_the_same_text_is_no_new_version(client: Client, admin: User) -> None:
    client.force_login(admin)
    same = typed(french=current_terms().french.replace("\n", "\r\n"))
    assert "celui de la version en vigueur" in client.post(PUBLISH, same).content.decode()
    assert current_terms().number == 1


def test_of_two_who_publish_the_second_reads_over_again(client: Client, admin: User) -> None:
    client.force_login(admin)
    stale = typed(french="Autre chose.")
    publish_anew(admin)
    page = client.post(PUBLISH, stale).content.decode()
    assert "Une autre version vient d’être publiée" in page
    assert "<del>Une règle nouvelle.</del>" in page
    assert current_terms().number == 2
    with pytest.raises(VersionOvertaken):
        publish(admin, Draft("Autre chose.", ENGLISH, replaces=1), NOWHERE)


def test_a_published_text_and_an_acceptance_never_change(camille: Person) -> None:
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        TermsVersion.objects.update(french="autre chose")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        camille.user.terms_acceptances.update(address="192.0.2.66")


@pytest.mark.parametrize("role", sorted(set(Agent.Role) - {Agent.Role.ADMINISTRATOR}))
def test_nobody_else_may_publish(client: Client, make_agent: AgentMaker, role: Role) -> None:
    eve = make_agent("eve", role).user
    assert eve
    client.force_login(eve)
    for address in (LIST, WRITE):
        assert client.get(address).status_code == 404
    for address in (WRITE, PREVIEW, PUBLISH):
        assert client.post(address, typed()).status_code == 404
    assert current_terms().number == 1


def test_what_is_written_is_text_not_markup(client: Client, admin: User) -> None:
    publish_anew(admin, "<script>alert(1)</script>")
    assert "<script>alert" not in client.get(TERMS).content.decode()
    assert "&lt;script&gt;alert" in client.get(TERMS).content.decode()


def test_headings_lists_and_paragraphs_are_told_apart() -> None:
    kinds = [
        (block.kind, block.lines) for block in blocks_of(f"{FRENCH}\r\n\r\n\r\ndeux\nlignes \n- et")
    ]
    assert kinds == [
        ("heading", ("Objet",)),
        ("paragraph", ("Une règle nouvelle.",)),
        ("list", ("un", "deux")),
        ("paragraph", ("deux lignes",)),
        ("list", ("et",)),
    ]


def test_a_heading_ends_with_its_line(client: Client, db: None) -> None:
    assert [block.kind for block in blocks_of("# Objet\nCes conditions")] == [
        "heading",
        "paragraph",
    ]
    assert '<h2 class="h-sec">Objet</h2>' in client.get(TERMS).content.decode()


def test_a_text_that_only_differs_in_line_ends_has_not_changed() -> None:
    assert changes_between(FRENCH, FRENCH.replace("\n", "\r\n") + "  ") == []
    assert [change.kind for change in changes_between("a\n\nb", "a\n\nc")] == [
        "kept",
        "removed",
        "added",
    ]
