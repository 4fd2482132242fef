"""When the page says that the account is ready, the mailbox is there: on real mail servers."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from activation.journey.opening import sweep
from activation.models import Journey
from audit.models import Entry
from tests.accounts.test_recovery_races import at_once
from tests.activation.activating import (
    CHOSEN,
    OPENING,
    READY,
    TRANSFER,
    Newcomer,
    expect,
    go_on,
    newcomer,
    proved,
    where,
)
from tests.mail_programs import letter, send, signed_in, subjects, wait_for
from tests.people import PASSWORD as SIGNED_IN
from tests.people import open_account
from tests.servers import RUN

WELCOME = "Bienvenue dans votre messagerie"
NOTICE = "Votre compte académique est activé"


@pytest.fixture
def solene(ring: Path, transactional_db: None, servers: None) -> Newcomer:
    return newcomer()


def test_the_last_page_says_how_to_sign_in(solene: Newcomer) -> None:
    page = go_on(proved(solene))
    assert "Bienvenue, Solène." in page
    assert solene.login in page
    assert solene.address in page
    assert "Le NUMEN n’est pas votre identifiant" in page
    assert solene.numen not in page


def test_the_mailbox_has_its_folders_and_the_welcome(solene: Newcomer) -> None:
    go_on(proved(solene))
    program = signed_in(solene.address, CHOSEN)
    lines = b"\n".join(line for line in program.list()[1] if isinstance(line, bytes))
    for expected in (
        rb'\Drafts) "/" Brouillons',
        rb'\Sent) "/" Envoy&AOk-s',
        rb'\Archive) "/" Archives',
        rb'\Junk) "/" Ind&AOk-sirables',
        rb'\Trash) "/" Corbeille',
    ):
        assert expected in lines
    assert WELCOME in subjects(program)


def test_a_mail_program_sends_with_the_new_password_and_every_domain_receives(
    solene: Newcomer,
) -> None:
    go_on(proved(solene))
    for domain in ("ac-normandie.fr", "ac-rouen.fr", "ac-caen.fr"):
        address = f"{solene.login}@{domain}"
        message = letter(solene.address, address, f"Essai {domain}")
        assert send(solene.address, CHOSEN, message, [address]) == {}
        wait_for(signed_in(solene.address, CHOSEN), f"Essai {domain}")


def test_the_page_waits_for_the_mail_server_and_goes_on_by_itself(solene: Newcomer) -> None:
    client = proved(solene)
    with RUN.without("dovecot"):
        page = go_on(client)
        assert "Votre boîte aux lettres s’ouvre" in page
        assert "rien n’est à refaire" in page
        sweep()
        assert where(client, READY) == OPENING
    sweep()
    assert where(client, OPENING) == READY
    assert WELCOME in subjects(signed_in(solene.address, CHOSEN))


def test_opening_again_and_by_many_at_once_writes_one_welcome(solene: Newcomer) -> None:
    with RUN.without("dovecot"):
        go_on(proved(solene))
    at_once(*[swept] * 4)
    Journey.objects.update(step=Journey.Step.OPENING)  # as if the worker had died after the welcome
    sweep()
    assert subjects(signed_in(solene.address, CHOSEN)).count(WELCOME) == 1


def test_an_arrival_reads_on_the_last_page_what_stays_closed(
    ring: Path, transactional_db: None, servers: None
) -> None:
    solene = newcomer()
    expect(solene.agent)
    client = Client()
    client.post(TRANSFER, {"numen": solene.numen, "birth_date": "14/03/1986"})
    assert "moyens de secours restent fermés" in go_on(client)


def test_the_new_account_opens_the_webmail_on_its_welcome(solene: Newcomer) -> None:
    client = proved(solene)
    go_on(client)
    typed = {"login": solene.login, "password": CHOSEN}
    page = client.post("/compte/connexion/", typed, follow=True)
    assert WELCOME in page.content.decode()


def test_a_colleague_finds_the_new_account_in_the_directory(solene: Newcomer) -> None:
    colleague = Client()
    colleague.force_login(open_account("Nadia", "Benali", "nadia.benali").user)
    assert solene.address not in looked_up(colleague, solene)
    go_on(proved(solene))
    assert solene.address in looked_up(colleague, solene)


def looked_up(colleague: Client, who: Newcomer) -> str:
    typed = {"q": who.agent.usual_name}
    return colleague.post("/annuaire/", typed, follow=True).content.decode()


def test_at_the_computer_of_somebody_signed_in_their_mailbox_is_closed_first(
    solene: Newcomer,
) -> None:
    sylvie = open_account("Sylvie", "Renard", "sylvie.renard")
    client = Client()
    client.post("/compte/connexion/", {"login": sylvie.login, "password": SIGNED_IN})
    page = go_on(proved(solene, client))
    assert "Sylvie Renard est ouverte dans ce navigateur" in page
    assert 'href="/compte/deconnexion/?next=/compte/connexion/"' in page
    left = client.post("/compte/deconnexion/", {"next": "/compte/connexion/"})
    assert left["Location"] == "/compte/connexion/"


def test_of_two_browsers_that_end_with_one_letter_at_once_one_opens_the_account(
    solene: Newcomer,
) -> None:
    ends = [lambda: attempt(solene) for _ in range(4)]
    pages = at_once(*ends)
    assert sum("Votre compte est prêt" in page for page in pages) == 1
    assert User.objects.get(username=solene.login).is_active
    assert Entry.objects.filter(event="account_activated").count() == 1


def swept() -> str:
    sweep()
    return ""


def attempt(one: Newcomer) -> str:
    client = Client()
    client.post("/activation/", one.typed)
    return go_on(client)
