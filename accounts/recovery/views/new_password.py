"""The link to the new password, and the link that cancels a wait. Opening either changes nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.passwords.choosing import ChangePasswordForm, strength_answer
from accounts.recovery.holds import cancel, reset_to_cancel
from accounts.recovery.resets import JourneyOver, redeem, reset_of_link
from accounts.secrets import Password, Token


@never_cache
@sensitive_post_parameters()
@sensitive_variables("token", "secret")
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Nobody is signed in by it: the new password is typed on the sign-in page."""
    secret = Token(token)
    reset = reset_of_link(secret)
    if reset is None:
        return _link_is_dead(request)
    form = ChangePasswordForm(request.POST or None, account=reset.user)
    if form.is_valid():
        return _set(request, secret, Password(form.cleaned_data["password"]))
    context = {
        "form": form,
        "account": reset.user,
        "token": token,
        "passphrase": suggest_passphrase(),
    }
    return render(request, "mina/forgotten_new.html", context)


@sensitive_post_parameters()
@sensitive_variables("token")
@require_POST
def show_strength(request: HttpRequest, token: str) -> HttpResponse:
    """As in MINA, for whoever holds the link: ``{"level", "sentence", "refusals"}``."""
    reset = reset_of_link(Token(token))
    if reset is None:
        return JsonResponse({}, status=404)
    return strength_answer(reset.user, request.POST.get("password", ""))


@never_cache
@sensitive_variables("token", "secret")
def cancel_reset(request: HttpRequest, token: str) -> HttpResponse:
    secret = Token(token)
    if request.method == "POST" and cancel(secret, origin_of(request)):
        return render(request, "mina/forgotten_cancelled.html")
    reset = reset_to_cancel(secret)
    status = 200 if reset else 404
    return render(request, "mina/forgotten_cancel.html", {"reset": reset}, status=status)


def _set(request: HttpRequest, secret: Token, password: Password) -> HttpResponse:
    try:
        redeem(secret, password, origin_of(request))
    except JourneyOver:
        return _link_is_dead(request)
    messages.success(request, _("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
    return redirect("account_login")


def _link_is_dead(request: HttpRequest) -> HttpResponse:
    return render(request, "mina/forgotten_dead_link.html", status=404)
