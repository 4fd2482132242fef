"""The page that a temporary password leads to."""

from allauth.account.internal.decorators import login_stage_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.credentials import change_password
from accounts.new_password import NewPasswordForm
from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.stages import MustChangePasswordStage


@sensitive_post_parameters()
@login_stage_required(stage=MustChangePasswordStage.key, redirect_urlname="account_login")
def must_change_password(request: HttpRequest) -> HttpResponse:
    stage: MustChangePasswordStage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001
    form = NewPasswordForm(request.POST or None, account=stage.login.user)
    if form.is_valid():
        change_password(stage.login.user, form.new_password, origin_of(request))
        response: HttpResponse = stage.exit()
        return response
    context = {"form": form, "passphrase": suggest_passphrase()}
    return render(request, "account/must_change_password.html", context)
