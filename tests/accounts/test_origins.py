from django.test import RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.origins import origin_of
from audit.parties import Origin
from tests.accounts.conftest import AgentMaker


def test_a_request_comes_from_an_address_and_a_browser() -> None:
    request = RequestFactory(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Mozilla/5.0").get("/")
    assert origin_of(request) == Origin("192.0.2.7", "Mozilla/5.0")


def test_a_client_cannot_choose_its_address() -> None:
    forged = RequestFactory(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.1").get("/")
    assert origin_of(forged).address == "192.0.2.7"


def test_behind_one_trusted_proxy_its_word_counts_and_no_earlier_one(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    chain = "203.0.113.1, 192.0.2.7"
    request = RequestFactory(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=chain).get("/")
    assert origin_of(request).address == "192.0.2.7"


def test_the_journal_names_a_person_the_same_before_and_after_activation(
    make_agent: AgentMaker,
) -> None:
    alice = make_agent("alice")
    assert alice.user
    assert alice.user.party == alice.party
    assert alice.party.label == "Alice Test"


def test_the_journal_names_an_account_without_an_agent_by_its_login(db: None) -> None:
    root = User.objects.create_superuser("root", "Une phrase secrète assez longue")
    assert root.party.id == f"user:{root.pk}"
    assert root.party.label == "root"
