"""Remote pictures of a mail: blocked, shown once, shown always, and nobody else's."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import Academy, Person
from tests.webmail.conversations.picture_host import PIXEL, PictureHost, picture_host
from tests.webmail.test_first_mail import browser_of, letter, open_message, put
from webmail.models import PictureSender

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = re.compile(r'<img src="(/[^"]+/image/distante/[^"]+)"')


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with picture_host() as running:
        yield running


def picture_letter(author: Person, reader: Person, url: str, subject: str = "Album") -> None:
    message = letter(author, reader, subject)
    message.add_alternative(f'<p>Voyez :</p><img src="{url}" alt="">', subtype="html")
    put(reader, message)


def shown(client: Client, url: str) -> str:
    """The frame of the message at `url`."""
    frame = client.get(url).context["reading"].body.frame_url
    return client.get(frame).content.decode()


def consent(client: Client, url: str, **fields: str) -> None:
    assert client.post(f"{url}images/", fields).status_code == 302


def test_nothing_is_fetched_before_the_reader_agrees(academy: Academy, host: PictureHost) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    assert "1 image distante bloquée" in client.get(url).content.decode()
    assert PICTURE.search(shown(client, url)) is None
    assert host.paths == []


def test_pictures_show_once_through_the_site(academy: Academy, host: PictureHost) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    consent(client, url)
    assert "image distante bloquée" not in client.get(url).content.decode()
    link = PICTURE.search(shown(client, url))
    assert link
    answer = client.get(link[1])
    assert (answer.content, answer["Content-Type"]) == (PIXEL, "image/gif")
    assert host.paths == ["/pixel.gif"]


def test_pictures_of_a_message_inside_a_message_show_once_through_the_site(
    academy: Academy, host: PictureHost
) -> None:
    inner = letter(academy.bastien, academy.nadia, "Album")
    inner.add_alternative(f'<p>Voyez :</p><img src="{host.url("/pixel.gif")}">', subtype="html")
    outer = letter(academy.nadia, academy.camille, "Pour information")
    outer.add_attachment(inner)
    put(academy.camille, outer)
    client, other = browser_of(academy.camille), browser_of(academy.camille)
    url = f"{open_message(client, academy.camille, 'Pour information')}joint/2/"
    assert "1 image distante bloquée" in client.get(url).content.decode()
    assert PICTURE.search(client.get(f"{url}corps/").content.decode()) is None
    assert client.post(f"{url}images/").url == url  # type: ignore[attr-defined]
    page = client.get(url)
    assert "image distante bloquée" not in page.content.decode()
    frame = client.get(page.context["page"].body.frame_url)
    link = PICTURE.search(frame.content.decode())
    assert link
    assert "image/" in frame["Content-Security-Policy"]
    assert client.get(link[1]).content == PIXEL
    assert host.paths == ["/pixel.gif"]
    assert PICTURE.search(other.get(f"{url}corps/").content.decode()) is None


def test_once_is_for_that_message_and_that_session(academy: Academy, host: PictureHost) -> None:
    for subject in ("Album", "Suite"):
        picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"), subject)
    client, other = browser_of(academy.camille), browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    consent(client, url)
    assert PICTURE.search(shown(client, open_message(client, academy.camille, "Suite"))) is None
    assert PICTURE.search(shown(other, url)) is None


def test_always_is_for_every_message_of_that_sender(academy: Academy, host: PictureHost) -> None:
    for author, subject in (
        (academy.nadia, "Un"),
        (academy.nadia, "Deux"),
        (academy.bastien, "Autre"),
    ):
        picture_letter(author, academy.camille, host.url("/pixel.gif"), subject)
    client = browser_of(academy.camille)
    consent(client, open_message(client, academy.camille, "Un"), toujours="oui")
    again = browser_of(academy.camille)
    assert PICTURE.search(shown(again, open_message(again, academy.camille, "Deux")))
    assert PICTURE.search(shown(again, open_message(again, academy.camille, "Autre"))) is None


def test_asking_the_frame_for_pictures_is_no_consent(academy: Academy, host: PictureHost) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    assert PICTURE.search(client.get(f"{url}corps/?images=oui").content.decode()) is None


def test_a_doubtful_sender_shows_nothing_by_a_name(academy: Academy, host: PictureHost) -> None:
    PictureSender.objects.create(person=academy.camille.user, address="nadia@ac-norrnandie.fr")
    message = letter(academy.nadia, academy.camille, "Imité")
    message.replace_header("From", "Nadia <nadia@ac-norrnandie.fr>")
    message.add_alternative(f'<img src="{host.url("/pixel.gif")}">', subtype="html")
    put(academy.camille, message)
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Imité")
    assert PICTURE.search(shown(client, url)) is None
    assert "Toujours pour cet expéditeur" not in client.get(url).content.decode()


def test_a_link_is_of_no_use_to_another_session_or_message(
    academy: Academy, host: PictureHost
) -> None:
    for subject in ("Album", "Suite"):
        picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"), subject)
    client, other = browser_of(academy.camille), browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    consent(client, url)
    link = PICTURE.search(shown(client, url))
    assert link
    assert other.get(link[1]).status_code == 404
    elsewhere = link[1].replace(url, open_message(client, academy.camille, "Suite"))
    assert client.get(elsewhere).status_code == 404
    assert client.get(link[1][:-3] + "abc").status_code == 404
    assert host.paths == []


def test_somebody_elses_message_answers_as_a_missing_one(
    academy: Academy, host: PictureHost
) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    client, stranger = browser_of(academy.camille), browser_of(academy.bastien)
    url = open_message(client, academy.camille, "Album")
    consent(client, url)
    link = PICTURE.search(shown(client, url))
    assert link
    assert stranger.get(link[1]).status_code == 404
    assert stranger.post(f"{url}images/").status_code == 404


def test_what_is_no_picture_is_a_missing_one(academy: Academy, host: PictureHost) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/svg"))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Album")
    consent(client, url)
    link = PICTURE.search(shown(client, url))
    assert link
    assert client.get(link[1]).status_code == 404


def test_a_picture_is_fetched_once_for_everybody(academy: Academy, host: PictureHost) -> None:
    for reader in (academy.camille, academy.bastien):
        picture_letter(academy.nadia, reader, host.url("/pixel.gif"))
        client = browser_of(reader)
        url = open_message(client, reader, "Album")
        consent(client, url)
        link = PICTURE.search(shown(client, url))
        assert link
        assert client.get(link[1]).content == PIXEL
    assert host.paths == ["/pixel.gif"]


def test_the_settings_lead_to_the_senders(academy: Academy) -> None:
    page = browser_of(academy.camille).get(reverse("preferences")).content.decode()
    assert f'href="{reverse("picture_senders")}"' in page


def test_an_agreement_is_taken_back(academy: Academy) -> None:
    mine = PictureSender.objects.create(person=academy.camille.user, address="a@b.example")
    others = PictureSender.objects.create(person=academy.nadia.user, address="c@d.example")
    client = browser_of(academy.camille)
    page = client.get(reverse("picture_senders")).content.decode()
    assert "a@b.example" in page
    assert "c@d.example" not in page
    assert client.post(reverse("picture_senders"), {"retirer": others.pk}).status_code == 404
    assert client.post(reverse("picture_senders"), {"retirer": "x"}).status_code == 404
    client.post(reverse("picture_senders"), {"retirer": mine.pk})
    assert list(PictureSender.objects.values_list("address", flat=True)) == ["c@d.example"]
