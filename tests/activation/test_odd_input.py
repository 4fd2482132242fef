"""What no person types: every page of activation answers it with a page, and changes nothing."""

import pytest
from django.test import Client

from accounts.models import Agent, User
from activation.models import Journey
from tests.activation.activating import (
    IDENTIFIER,
    LETTER,
    OPENING,
    PASSWORD,
    QUESTIONS,
    READY,
    TEMPORARY,
    TERMS,
    TRANSFER,
    Newcomer,
    proved,
)

FIELDS: tuple[str, ...] = (
    "numen",
    "code",
    "login",
    "birth_date",
    "password",
    "number",
    "accepted",
    "q",
)
FIELDS += tuple(f"{name}_{number}" for name in ("question", "answer") for number in range(1, 5))
ODD = {
    "nothing": "",
    "a null": "a\x00b",
    "half a pair": "\ud800",
    "very long": "B1" * 50_000,
    "digits of elsewhere": "١٤/٠٣/١٩٨٦",
    "no number": "9" * 400,
    "markup": "<i>x</i>",
    "spaces": " \u00a0\u2003\t",
}
FORM = "application/x-www-form-urlencoded"
DOORS = (LETTER, IDENTIFIER, TRANSFER, TEMPORARY)
STEPS = (PASSWORD, QUESTIONS, TERMS)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_doors_stay_closed(db: None, odd: str) -> None:
    for page in DOORS:
        answer = Client().post(page, body_of(odd), content_type=FORM)
        assert answer.status_code == 200
        assert b"<i>x</i>" not in answer.content
    assert not Journey.objects.exists()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_activation_under_way_goes_no_further(solene: Newcomer, odd: str) -> None:
    client = proved(solene)
    for page in STEPS:
        answer = client.post(page, body_of(odd), content_type=FORM, follow=True)
        assert answer.status_code == 200
    assert Journey.objects.get().step == Journey.Step.PASSWORD
    assert not User.objects.get(username=solene.login).is_active


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_whom_to_call_answers(db: None, odd: str) -> None:
    client = Client()
    assert client.post("/activation/aide/", body_of(odd), content_type=FORM).status_code < 500
    assert (
        client.get("/activation/aide/", {"q": odd[:500].replace("\ud800", "?")}).status_code == 200
    )


def test_pages_of_a_journey_lead_a_stranger_to_the_start(solene: Newcomer) -> None:
    proved(solene)
    for page in (*STEPS, OPENING, READY):
        assert Client().get(page)["Location"] == LETTER
    stranger = Client().post("/activation/mot-de-passe/solidite/", {"password": "x"})
    assert stranger.status_code == 404
    assert Agent.objects.get(pk=solene.agent.pk).status == Agent.Status.IMPORTED


def body_of(odd: str) -> bytes:
    """Each field holds it, the password backwards: it may stand in no page, as the others do."""
    return b"&".join(
        name.encode() + b"=" + sent(odd[::-1] if name == "password" else odd) for name in FIELDS
    )


def sent(text: str) -> bytes:
    """What UTF-8 cannot say is sent as it is."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")).encode()
