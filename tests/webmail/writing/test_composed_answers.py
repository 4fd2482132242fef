"""What an answer, a forward and a message written anew carry along, whatever the browser can do."""

import pytest
from django.test import Client

from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, filled, letter, open_message, put
from tests.webmail.writing.outgoing import bytes_of
from webmail.message.readable import ReadableMessage
from webmail.models import Draft, OutgoingMessage
from webmail.readable import mime

pytestmark = pytest.mark.django_db(transaction=True)

HTML = '<p>Réservé</p><table bgcolor="#eeeeee"><tr><td>17 h</td></tr></table><img src="cid:plan@x">'
PIXEL = b"\x89PNG\r\n\x1a\n plan"


@pytest.fixture
def client(academy: Academy) -> Client:
    """Camille's browser; her INBOX holds « Théâtre », with a table and a picture in its text."""
    message = letter(academy.nadia, academy.camille, "Théâtre", "Confirmation.\n")
    message.add_alternative(HTML, subtype="html", cte="quoted-printable")
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(PIXEL, "image", "png", cid="<plan@x>", filename="plan.png")  # type: ignore[union-attr]
    put(academy.camille, message)
    return browser_of(academy.camille)


def sent(client: Client, academy: Academy, mode: str, **fields: str) -> ReadableMessage:
    """« Théâtre » answered in this mode, as it leaves."""
    reading = client.get(open_message(client, academy.camille, "Théâtre")).context["reading"]
    url = reading.reply_url.replace("mode=reply", f"mode={mode}")
    page = client.get(url)
    known = filled(page.context["form"], origin=page.context["origin"], to=academy.nadia.address)
    if fields.get("html") == "as shown":
        fields["html"] = page.context["form"]["html"].value()
    client.post(url, {**known, **fields})
    return mime.read_bytes(bytes_of(OutgoingMessage.objects.get()))


def test_an_answer_carries_the_picture_it_quotes(client: Client, academy: Academy) -> None:
    message = sent(client, academy, "reply", html="as shown")
    assert "<td>17 h</td>" in (message.html or "")
    assert [(file.content_id, file.name) for file in message.attachments] == [
        ("plan@x", "plan.png")
    ]
    assert message.in_reply_to


def test_without_javascript_an_answer_is_plain_and_carries_nothing(
    client: Client, academy: Academy
) -> None:
    message = sent(client, academy, "reply", body="Merci.\n> Réservé")
    assert not message.is_html
    assert message.text == "Merci.\n> Réservé\n"
    assert message.attachments == ()


def test_a_message_is_forwarded_as_an_attachment_as_it_came(
    client: Client, academy: Academy
) -> None:
    message = sent(client, academy, "enclose", body="Pour information.")
    (file,) = message.attachments
    assert (file.name, file.type) == ("Théâtre.eml", "message/rfc822")
    assert message.subject == "Tr: Théâtre"
    assert not message.in_reply_to


def test_a_message_written_anew_begins_a_thread_of_its_own(
    client: Client, academy: Academy
) -> None:
    message = sent(client, academy, "as_new", html="as shown")
    assert message.subject == "Théâtre"
    assert (message.in_reply_to, message.references) == ((), ())
    assert [file.content_id for file in message.attachments] == ["plan@x"]


def test_a_script_from_a_forged_page_does_not_leave(client: Client, academy: Academy) -> None:
    message = sent(client, academy, "reply", html='<p onclick="x()">a<script>x()</script></p>')
    assert "x()" not in (message.html or "")
    assert Draft.objects.count() == 1
