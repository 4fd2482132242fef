"""The composer in a page, in a corner of the list page, and in a window of its own."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

IN_A_FRAME = {"Sec-Fetch-Dest": "iframe"}


def framing(response: Any) -> tuple[str, str]:
    """Who may show this page in a frame, by both headers."""
    directives = response["Content-Security-Policy"].split("; ")
    (ancestors,) = [it for it in directives if it.startswith("frame-ancestors")]
    return response["X-Frame-Options"], ancestors


def composer(client: Client, academy: Academy) -> str:
    return compose_page(client, academy.camille)[0]


def test_only_the_corner_may_stand_in_a_frame_and_only_in_ours(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = composer(client, academy)
    page, corner = client.get(url), client.get(url, headers=IN_A_FRAME)
    assert framing(page) == ("DENY", "frame-ancestors 'none'")
    assert framing(corner) == ("SAMEORIGIN", "frame-ancestors 'self'")
    assert "Sec-Fetch-Dest" in corner["Vary"]


def test_a_corner_and_a_window_show_the_composer_alone(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = composer(client, academy)
    assert 'class="top"' in client.get(url).content.decode()
    for alone in (client.get(url, headers=IN_A_FRAME), client.get(f"{url}?seul")):
        assert 'class="top"' not in alone.content.decode()
        assert "data-compose=" in alone.content.decode()


@pytest.mark.parametrize("in_a_window", [False, True])
def test_a_message_that_left_a_corner_leaves_the_list_in_place(
    academy: Academy, in_a_window: bool
) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Bonjour", action="send")
    if in_a_window:
        done = client.post(f"{url}?seul", fields)
    else:
        done = client.post(url, fields, headers=IN_A_FRAME)
        assert framing(done) == ("SAMEORIGIN", "frame-ancestors 'self'")
    assert "C’est fait" in done.content.decode()
    assert OutgoingMessage.objects.get().subject == "Bonjour"


def test_what_cannot_leave_a_corner_is_said_there(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    refused = client.post(url, filled(form, to="paul", action="send"), headers=IN_A_FRAME)
    assert "n’est pas une adresse" in refused.content.decode()
    assert framing(refused) == ("SAMEORIGIN", "frame-ancestors 'self'")


def test_a_draft_is_thrown_away_in_its_corner(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = composer(client, academy)
    page = client.get(url)
    discard = f"{page.context['draft_url']}supprimer/"
    assert "C’est fait" in client.post(discard, headers=IN_A_FRAME).content.decode()
    assert client.post(discard).status_code == 302


def test_the_editor_may_run_our_scripts_and_reach_nobody(academy: Academy) -> None:
    policy = browser_of(academy.camille).get(reverse("editor"))["Content-Security-Policy"]
    directives = dict(it.split(" ", 1) for it in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'self'"
    assert "connect-src" not in directives
    assert "http" not in directives["img-src"]


def test_the_editor_is_for_those_who_are_signed_in() -> None:
    assert Client().get(reverse("editor")).status_code == 302
