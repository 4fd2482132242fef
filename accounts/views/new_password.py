"""The page that a temporary password leads to, in the middle of signing in."""

from allauth.account.internal.decorators import login_stage_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.credentials import change_password
from accounts.mina.password import ChangePasswordForm, strength_answer
from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.secrets import Password
from accounts.stages import MustChangePasswordStage

in_this_step = login_stage_required(
    stage=MustChangePasswordStage.key, redirect_urlname="account_login"
)


@sensitive_post_parameters()
@in_this_step  # type: ignore[untyped-decorator]
def must_change_password(request: HttpRequest) -> HttpResponse:
    stage = _stage_of(request)
    form = ChangePasswordForm(request.POST or None, account=stage.login.user)
    if form.is_valid():
        password = Password(form.cleaned_data["password"])
        change_password(stage.login.user, password, origin_of(request))
        response: HttpResponse = stage.exit()
        return response
    context = {"form": form, "passphrase": suggest_passphrase()}
    return render(request, "account/must_change_password.html", context)


@sensitive_post_parameters()
@require_POST
@in_this_step  # type: ignore[untyped-decorator]
def show_strength(request: HttpRequest) -> HttpResponse:
    return strength_answer(_stage_of(request).login.user, request.POST.get("password", ""))


def _stage_of(request: HttpRequest) -> MustChangePasswordStage:
    return request._login_stage  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001
