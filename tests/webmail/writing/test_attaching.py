"""Another message, or files of it, chosen to go along with a draft."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.test import Client

from tests.people import Academy
from tests.webmail.test_first_mail import (
    browser_of,
    compose_page,
    filled,
    inbox_url,
    letter,
    put,
)
from tests.webmail.writing.outgoing import bytes_of
from webmail.models import Draft, DraftFile, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = b"%PDF-1.7 report" * 9


def with_report(academy: Academy, subject: str = "Bilan") -> EmailMessage:
    message = letter(academy.nadia, academy.camille, subject)
    message.add_attachment(REPORT, "application", "pdf", filename="bilan.pdf")
    message.add_attachment(b"a;b\n", "text", "csv", filename="notes.csv")
    return message


def choosing(academy: Academy, **fields: str) -> tuple[Client, str]:
    """Someone who wrote the beginning of a message and pressed the button, and where that led."""
    client = browser_of(academy.camille)
    client.get(inbox_url(client, academy.camille))  # what came is known
    url, form = compose_page(client, academy.camille)
    wanted = {"to": academy.nadia.address, "subject": "Le bilan", "body": "Voici.", **fields}
    answer = client.post(url, {**filled(form, **wanted), "action": "", "choisir": "1"})
    assert answer.status_code == 303
    return client, answer.headers["Location"]


def files_on_their_way() -> list[EmailMessage]:
    raw = bytes_of(OutgoingMessage.objects.get())
    message = message_from_bytes(raw, policy=default)
    return list(message.iter_attachments())


def places(client: Client, url: str) -> list[str]:
    return [line.place for line in client.get(url).context["lines"]]


def test_a_chosen_message_arrives_as_it_was_and_the_text_stays(academy: Academy) -> None:
    put(academy.camille, with_report(academy))
    client, url = choosing(academy)
    (place,) = places(client, url)
    back = client.post(url, {"message": place})
    assert back.status_code == 303
    form = client.get(back.headers["Location"]).context["form"]
    assert form["body"].value() == "Voici."
    client.post(back.headers["Location"], filled(form))
    (file,) = files_on_their_way()
    assert (file.get_filename(), file.get_content_type()) == ("Bilan.eml", "message/rfc822")
    (inner,) = file.iter_parts()
    assert inner["Subject"] == "Bilan"


def test_one_file_of_a_message_arrives_whole_without_being_downloaded(academy: Academy) -> None:
    put(academy.camille, with_report(academy))
    client, url = choosing(academy)
    (place,) = places(client, url)
    (line,) = client.get(url, {"ouvert": place}).context["lines"]
    files = {file.name: file.place for file in line.files}
    assert list(files) == ["bilan.pdf", "notes.csv"]
    back = client.post(url, {"piece": files["bilan.pdf"]}).headers["Location"]
    assert [file.name for file in DraftFile.objects.all()] == ["bilan.pdf"]
    client.post(back, filled(client.get(back).context["form"]))
    (file,) = files_on_their_way()
    assert (file.get_filename(), file.get_content_type()) == ("bilan.pdf", "application/pdf")
    assert file.get_content() == REPORT


def test_the_messages_are_sought_by_words(academy: Academy) -> None:
    put(academy.camille, with_report(academy, "Bilan"))
    put(academy.camille, letter(academy.nadia, academy.camille, "Cantine"))
    client, url = choosing(academy)
    assert len(places(client, url)) == 2
    (line,) = client.get(url, {"q": "cant"}).context["lines"]
    assert (line.subject, line.has_files) == ("Cantine", False)
    page = client.get(url, {"q": "introuvable"}).content.decode()
    assert "Aucun message ne correspond" in page


def test_what_is_not_chosen_well_is_told_and_adds_nothing(academy: Academy) -> None:
    put(academy.camille, with_report(academy))
    client, url = choosing(academy)
    (place,) = places(client, url)
    assert "Cochez au moins" in client.post(url, {}).content.decode()
    assert "Au plus 20" in client.post(url, {"message": [place] * 21}).content.decode()
    for odd in ("x", "1", "1-x", f"{place}-77", "999999-1"):
        assert client.post(url, {"piece": odd}).status_code == 404
    gone = client.post(url, {"message": f"{place.partition('-')[0]}-4000000"})
    assert "ne répond pas" in gone.content.decode() or gone.status_code == 404
    assert not DraftFile.objects.exists()


def test_nobody_attaches_mail_of_somebody_else(academy: Academy) -> None:
    put(academy.camille, with_report(academy))
    client, url = choosing(academy)
    (theirs,) = places(client, url)
    intruder = browser_of(academy.nadia)
    assert intruder.get(url).status_code == 404
    intruder.get(inbox_url(intruder, academy.nadia))
    compose, form = compose_page(intruder, academy.nadia)
    answer = intruder.post(compose, {**filled(form), "action": "", "choisir": "1"})
    own = answer.headers["Location"]
    assert intruder.post(own, {"message": theirs}).status_code == 404
    assert intruder.get(own, {"ouvert": theirs}).status_code == 404
    assert not DraftFile.objects.exists()


def test_what_is_too_large_together_is_refused_in_words(academy: Academy) -> None:
    put(academy.camille, with_report(academy))
    client, url = choosing(academy)
    row = Draft.objects.get()
    DraftFile.objects.create(draft=row, name="x", type="x/y", size=40 << 20, sha256="x")
    page = client.post(url, {"message": places(client, url)[0]})
    assert page.status_code == 200
    assert page.context["problem"]
    assert DraftFile.objects.count() == 1


def test_in_a_window_of_its_own_the_composer_stays_there(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    answer = client.post(f"{url}?seul", {**filled(form), "action": "", "choisir": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/joindre/?seul")
    page = client.get(answer.headers["Location"])
    assert page.context["draft_url"].endswith("?seul")
