"""Changing one's password, with its strength shown while it is typed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.credentials.new_password import change_password
from accounts.mina.confirmed import confirmed
from accounts.mina.sessions import keep_this_session
from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.passwords.choosing import ChangePasswordForm, strength_answer
from accounts.requests import SignedInRequest
from accounts.secrets import Password


@sensitive_post_parameters()
@confirmed
def change(request: SignedInRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None, account=request.user)
    if form.is_valid():
        change_password(request.user, Password(form.cleaned_data["password"]), origin_of(request))
        keep_this_session(request)
        messages.success(
            request, _("Votre mot de passe est changé. Vos autres sessions sont fermées.")
        )
        return redirect("mina")
    context = {"form": form, "passphrase": suggest_passphrase()}
    return render(request, "mina/password.html", context)


@sensitive_post_parameters()
@require_POST
@login_required
def show_strength(request: SignedInRequest) -> HttpResponse:
    return strength_answer(request.user, request.POST.get("password", ""))
