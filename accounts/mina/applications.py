"""Passwords for mail programs: made, listed, revoked, and what to type into the program."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.mina.confirmed import confirmed
from accounts.models import ApplicationPassword
from accounts.models.application_passwords import NAME_MAX_LENGTH
from accounts.origins import origin_of
from accounts.passwords.validator import has_second_factor
from accounts.requests import SignedInRequest
from accounts.restriction import unrestricted
from accounts.telling.known_addresses import academic_addresses

NOTHING = gettext_lazy("Choisissez au moins une des deux autorisations.")
DURATIONS = {
    "90": gettext_lazy("3 mois"),
    "365": gettext_lazy("1 an"),
    "": gettext_lazy("Sans limite"),
}


class ApplicationPasswordForm(forms.Form):
    name = forms.CharField(max_length=NAME_MAX_LENGTH)
    reads = forms.BooleanField(required=False, initial=True)
    sends = forms.BooleanField(required=False, initial=True)
    days = forms.ChoiceField(required=False, choices=list(DURATIONS.items()), initial="365")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("reads") and not cleaned.get("sends"):
            raise ValidationError(NOTHING, code="nothing")
        return cleaned

    @property
    def wish(self) -> Wish:
        given = self.cleaned_data
        days = int(given["days"]) if given["days"] else None
        return Wish(given["name"], given["reads"], given["sends"], days)


@never_cache
@confirmed
@unrestricted
def applications(request: SignedInRequest) -> HttpResponse:
    """The list, the form, and once the password that the form made."""
    form = ApplicationPasswordForm(request.POST or None)
    made = None
    if form.is_valid():
        made = application_passwords.create(request.user, form.wish, origin_of(request))
        form = ApplicationPasswordForm()
    context = {
        "form": form,
        "made": _in_groups(made.reveal()) if made else [],
        "applications": request.user.application_passwords.all(),
        "needed": has_second_factor(request.user),
        "servers": _servers(request),
    }
    return render(request, "mina/applications.html", context)


@require_POST
@login_required
def revoke(request: SignedInRequest, password_id: int) -> HttpResponse:
    password = get_object_or_404(ApplicationPassword, pk=password_id, user=request.user)
    application_passwords.revoke(password, origin_of(request))
    messages.success(request, _("« %(name)s » est révoqué.") % {"name": password.name})
    return redirect("mina_applications")


def _in_groups(text: str) -> list[str]:
    """Drawn apart, so that the eye can copy them; copied by hand, they make one word."""
    return [text[i : i + 4] for i in range(0, len(text), 4)]


def _servers(request: SignedInRequest) -> dict[str, object]:
    addresses = academic_addresses(request.user)
    return {
        "user_name": addresses[0] if addresses else "",
        "imap_host": settings.PUBLIC_IMAP_HOST,
        "imap_port": settings.PUBLIC_IMAP_PORT,
        "smtp_host": settings.PUBLIC_SMTP_HOST,
        "smtp_port": settings.PUBLIC_SMTP_PORT,
    }
