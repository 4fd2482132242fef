"""A message as it came: all fields of its header."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, folder_for
from webmail.acting import deeds
from webmail.lists import panes
from webmail.syntax.headers import split, text
from webmail.views.shell import open_session, shell_of

MOST_FIELDS = 500


@dataclass(frozen=True)
class Field:
    name: str
    value: str


@login_required
@require_safe
def headers(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    folder = folder_for(request.user, mailbox_id, folder_id, Right.READ)
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        found = split(mail.message(uid).headers)
    deeds.had(request.user, folder, uid)
    shown = [Field(name.title(), text(value)) for name, value in found.fields[:MOST_FIELDS]]
    context = shell_of(request, mailbox_id, Right.READ) | {
        "fields": shown,
        "was_cut": found.cut or len(found.fields) > MOST_FIELDS,
        "back_url": panes.message_url(folder, uid),
    }
    return render(request, "webmail/headers.html", context)
