"""The page for who forgot their identifier: one answer, whoever asks."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.origins import origin_of
from accounts.recovery.forms import ContactForm
from accounts.recovery.identifier import read_any_contact
from accounts.recovery.views.proof import AWAY
from accounts.signing_in import signin
from accounts.throttling import Guarded
from config.hints import hint


@never_cache
@sensitive_post_parameters()
def forgotten_identifier(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)
    asked = form.is_valid() and _ask(request, form)
    return render(request, "mina/forgotten_identifier.html", {"form": form, "asked": asked})


def _ask(request: HttpRequest, form: ContactForm) -> bool:
    typed = form.cleaned_data["contact"]
    try:
        _kind, value = read_any_contact(typed)
        signin.permit_for(request, f"identifier sent to {value.casefold()}", Guarded.CODE)
        if not hint("accounts.tasks.send_identifiers", value, origin_of(request).address):
            form.add_error("contact", str(AWAY))
    except ValidationError as error:
        form.add_error("contact", error)
    except signin.MustWait as pause:
        form.add_error("contact", pause.refusal.sentence)
    return not form.errors
