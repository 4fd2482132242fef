"""« Je n’ai pas reçu de courrier » : whom to call. The page asks for a school, never for a person."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.agents.agent_search import words_typed
from accounts.sealed.numen import looks_like_numen
from activation.contacts import SHOWN_AT_MOST, contacts_for, offices


def whom_to_call(request: HttpRequest) -> HttpResponse:
    """What is typed goes into the address, and so into the server's log: a NUMEN is stopped here."""
    typed = words_typed(request.POST if request.method == "POST" else request.GET)
    if looks_like_numen(typed):
        return _page(request, "", is_numen=True, status=400)
    if request.method == "POST":
        return redirect(f"{reverse('activation_help')}?{urlencode({'q': typed})}")
    return _page(request, typed)


def _page(
    request: HttpRequest, typed: str, *, is_numen: bool = False, status: int = 200
) -> HttpResponse:
    contacts = contacts_for(typed)
    context = {
        "typed": typed,
        "is_numen": is_numen,
        "contacts": contacts,
        "more": len(contacts) == SHOWN_AT_MOST,
        "offices": offices(),
        "letter_days": settings.LETTER_DAYS,
    }
    return render(request, "activation/help.html", context, status=status)
