"""Writing in a real browser: formatting, pasting, quoting, recipients, by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.test_mail import sign_in
from tests.people import Academy
from webmail import mime
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89"
WORD = """<html xmlns:w="urn:schemas-microsoft-com:office:word"><style>p{mso-style-name:x}</style><body>
<p class=MsoNormal style='mso-margin-top-alt:auto;font-family:"Calibri"'><b>Ordre du jour<o:p></o:p></b></p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Bilan</p>
<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Assiduité</p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Orientation</p>
<script>parent.__run = 1</script><img src="file:///C:/a.png" onerror="parent.__run = 1"></body></html>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><col width=64>
<tr><td class=xl65>Élève</td><td align=right>14,5</td></tr></table></html>"""
PASTE = """(place, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "texte");
  place.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
MOST_SCRIPT = 40 * 1024  # octets, compressed


def open_composer(page: Page, live: str, academy: Academy, query: str = "") -> None:
    sign_in(page, live, academy.camille)
    page.goto(f"{live}{reverse('compose', args=[academy.camille.mailbox.pk])}{query}")


def last_sent(page: Page) -> mime.ReadableMessage:
    expect(page.get_by_text("Message envoyé.")).to_be_visible()
    return mime.read_bytes(bytes(OutgoingMessage.objects.get().raw))
