"""Before leaving by a link that may deceive: where it really leads, and the choice to stay."""

import re
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, folder_for
from webmail.opening import leaving


@dataclass(frozen=True)
class Target:
    """An address, taken apart so that the host stands out."""

    url: str
    before: str
    host: str
    after: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """`url` is canonical: a web address or mailto:."""
        if url.startswith("mailto:"):
            people, mark, fields = url.removeprefix("mailto:").partition("?")
            return cls(url, "mailto:", people, mark + fields)
        scheme, mark, rest = url.partition("://")
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        user, at, host = authority.rpartition("@")
        return cls(url, f"{scheme}{mark}{user}{at}", host, rest[len(authority) :])


@login_required
@require_safe
def leave(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, token: str
) -> HttpResponse:
    folder_for(request.user, mailbox_id, folder_id, Right.READ)
    place = [mailbox_id, folder_id, uid]
    target = leaving.target_of(place, token)
    if target is None:
        raise Http404("not a link of ours")
    return render(
        request,
        "webmail/leave.html",
        {"target": Target.of(target), "message_url": reverse("message", args=place)},
    )
