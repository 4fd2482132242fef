"""The frame a message is written in: the same for everybody, under a policy of its own.

Quoted mails carry style attributes, which no page of the site allows; here they do, and nothing else
does more: no other host, no frame, no form. What is written leaves through the page around it.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


@login_required
@require_safe
def editor(request: SignedInRequest) -> HttpResponse:
    response = render(request, "webmail/editor.html")
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
