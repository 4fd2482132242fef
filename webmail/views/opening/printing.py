"""A message on paper: its heading and all of its text, in one document that runs no script."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.acting import deeds
from webmail.opening.readings import reading_of
from webmail.presentation import full_date, local, size_label
from webmail.readable import plain_text
from webmail.readable.reading import Reading
from webmail.responding.invitation_cards import recurrence_of, when_of
from webmail.views.opening.parts import message_of
from webmail.views.opening.reading import frame_response, remote_pictures


@login_required
@require_safe
def printed(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """Opened by itself, it waits for the browser's own command; static/js/print-message.js gives it."""
    message = message_of(request, mailbox_id, folder_id, uid)
    readable = message.readable()
    deeds.had(request.user, message.folder, uid)
    pictures = remote_pictures(request, message.place, readable)
    shown = reading_of(message.place, readable, pictures, as_written=True)
    return frame_response(
        request,
        message.place,
        whole(shown),
        shown.language,
        printed=readable.subject or _("(sans objet)"),
    )


def whole(shown: Reading) -> str:
    """Safe HTML of the heading and the text, for a document of its own."""
    message = shown.message
    heading = render_to_string(
        "webmail/print_heading.html",
        {
            "message": message,
            "subject": message.subject or _("(sans objet)"),
            "date_label": full_date(local(message.date)) if message.date else "",
            "events": [
                (it, when_of(it), recurrence_of(it)) for it in message.invitations if it.start
            ],
            "files": [(file.name, size_label(file.size)) for file in shown.offered],
        },
    )
    text = plain_text.render(shown.text, unfolded=True).html
    body = shown.body.html if shown.body else f'<div class="pli-plain">{text}</div>'
    return f'{heading}<div dir="auto">{body}</div>'
