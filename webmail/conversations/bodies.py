"""The text of a message as the pane shows it: HTML in a frame of its own, plain text in the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from webmail.opening import leaving
from webmail.readable import plain_text
from webmail.readable.reading import Reading

# In the frame's address: the reader agreed to remote pictures, which the frame checks again.
WITH_PICTURES = "images"
# And: on a dark page, the mail's colours are turned too.
ADAPTED = "sombre"


@dataclass(frozen=True)
class ShownBody:
    """See templates/webmail/_body.html."""

    frame_url: str  # empty for plain text
    text_html: SafeString
    language: str  # a language tag (BCP 47), empty when unknown
    adapts: bool = False  # its colours, to a dark page


def shown_body(
    place: Sequence[int], shown: Reading, *, section: str = "", adapts: bool = False
) -> ShownBody:
    """`place` is the message's mailbox, folder and UID; `section` that of the message inside it."""
    language = shown.language
    if shown.body is None:
        leave_url = leaving.address_of_links(place)
        text = plain_text.as_html(shown.text, settings.DOMAINS, leave_url)
        return ShownBody("", text, language)
    return ShownBody(_frame_url(place, section, shown, adapts), SafeString(), language, adapts)


def _frame_url(place: Sequence[int], section: str, shown: Reading, adapts: bool) -> str:
    url = (
        reverse("enclosed_frame", args=[*place, section])
        if section
        else reverse("body_frame", args=place)
    )
    wanted = {WITH_PICTURES: shown.shows_remote, ADAPTED: adapts}
    query = urlencode({name: "oui" for name, is_wanted in wanted.items() if is_wanted})
    return f"{url}?{query}" if query else url
