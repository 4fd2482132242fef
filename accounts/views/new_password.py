"""The page that a temporary password leads to, in the middle of signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.credentials.new_password import change_password
from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.passwords.choosing import ChangePasswordForm, strength_answer
from accounts.secrets import Password
from accounts.signing_in import pending_signin
from accounts.signing_in.stages import MustChangePasswordStage


@sensitive_post_parameters()
@pending_signin.in_stage(MustChangePasswordStage)
def must_change_password(request: HttpRequest, stage: MustChangePasswordStage) -> HttpResponse:
    account = stage.login.user
    form = ChangePasswordForm(request.POST or None, account=account)
    if form.is_valid():
        change_password(account, Password(form.cleaned_data["password"]), origin_of(request))
        pending_signin.begin(request, account)
        response: HttpResponse = stage.exit()
        return response
    context = {"form": form, "passphrase": suggest_passphrase()}
    return render(request, "account/must_change_password.html", context)


@sensitive_post_parameters()
@require_POST
@pending_signin.in_stage(MustChangePasswordStage)
def show_strength(request: HttpRequest, stage: MustChangePasswordStage) -> HttpResponse:
    return strength_answer(stage.login.user, request.POST.get("password", ""))
