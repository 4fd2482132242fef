"""The text of a message as the pane shows it: HTML in a frame of its own, plain text in the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from webmail import plain_text
from webmail.reading import Reading

# In the frame's address: the reader agreed to remote pictures, which the frame checks again.
WITH_PICTURES = "images"


@dataclass(frozen=True)
class ShownBody:
    """See templates/webmail/_body.html."""

    frame_url: str  # empty for plain text
    text_html: SafeString
    language: str  # a language tag (BCP 47), empty when unknown


def shown_body(place: Sequence[int], shown: Reading) -> ShownBody:
    """`place` is the message's mailbox, folder and UID."""
    if shown.body is None:
        text = plain_text.as_html(shown.text, settings.DOMAINS)
        return ShownBody("", text, shown.message.language)
    return ShownBody(_frame_url(place, shown), SafeString(), shown.message.language)


def _frame_url(place: Sequence[int], shown: Reading) -> str:
    url = reverse("body_frame", args=place)
    return f"{url}?{WITH_PICTURES}=oui" if shown.shows_remote else url
