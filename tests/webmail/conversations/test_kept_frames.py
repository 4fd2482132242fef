"""The frame of a message that was just opened: no second look at the mail server, no way around the gate."""

import pytest
from django.core.cache import cache

from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, letter, open_message, put
from webmail.models import Folder
from webmail.opening import sealed_cache

pytestmark = pytest.mark.django_db(transaction=True)


def html_letter(author: Person, reader: Person, subject: str) -> None:
    message = letter(author, reader, subject)
    message.add_alternative("<p>Le secret de la cantine</p>", subtype="html")
    put(reader, message)


def frame_place(folder: Folder) -> str:
    """Where the cache keeps the frame of the first message of this folder."""
    return sealed_cache.place(f"frame:{folder.mailbox_id}:{folder.pk}:{folder.uid_validity}:1:fr")


def test_the_frame_of_an_opened_message_needs_no_mail_server(academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Cantine")
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Cantine")
    client.get(url)
    with RUN.without("dovecot"):
        assert "Le secret de la cantine" in client.get(f"{url}corps/").content.decode()


def test_what_is_kept_is_not_readable_in_the_cache(academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Cantine")
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Cantine")
    client.get(url)
    folder = Folder.objects.get(mailbox=academy.camille.mailbox, special_use="inbox")
    sealed = cache.get(frame_place(folder))
    assert sealed
    assert b"cantine" not in sealed


def test_a_kept_frame_is_missing_for_everybody_else(academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Cantine")
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Cantine")
    client.get(url)
    assert browser_of(academy.bastien).get(f"{url}corps/").status_code == 404


def test_a_lost_or_damaged_copy_is_made_again(academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Cantine")
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Cantine")
    client.get(url)
    folder = Folder.objects.get(mailbox=academy.camille.mailbox, special_use="inbox")
    cache.set(frame_place(folder), b"x" * 100)
    assert "Le secret de la cantine" in client.get(f"{url}corps/").content.decode()
    with RUN.without("redis"):
        assert "Le secret de la cantine" in client.get(f"{url}corps/").content.decode()
