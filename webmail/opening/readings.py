"""The reading of a message for one place of the site: with this academy's domains and our addresses."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from webmail.message.readable import Attachment, ReadableMessage
from webmail.opening import leaving
from webmail.readable.reading import Reading, prepare


def reading_of(
    place: Sequence[int],
    message: ReadableMessage,
    image_url: Callable[[str], str] | None = None,
    *,
    as_written: bool = False,
) -> Reading:
    """`place` is the mailbox, the folder and the UID of the message or of the one that encloses it;
    `image_url` gives our address of a remote picture once the reader agreed. `as_written` is for paper
    and for answers: quotes are not put away, and no link leads through a page of ours.
    """

    def picture_url(picture: Attachment) -> str:
        return reverse("inline_image", args=[*place, picture.section])

    return prepare(
        message,
        settings.DOMAINS,
        inline_url=picture_url,
        image_url=image_url,
        leave_url=None if as_written else leaving.address_of_links(place),
        authentication_servers=settings.AUTHENTICATION_SERVERS,
        quote_label="" if as_written else _("Texte cité"),
    )
