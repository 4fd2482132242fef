"""What django-allauth is told about this site."""

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.passwords import normalised
from accounts.sealed import sealed_password
from accounts.secrets import Password
from accounts.signing_in import pending_signin, signin

WRONG = gettext_lazy(
    "L’identifiant ou le mot de passe n’est pas le bon. Vérifiez la touche Verr. Maj. et réessayez."
)
METHODS = {
    "reauthenticate": gettext_lazy("Avec le mot de passe"),
    "mfa_reauthenticate": gettext_lazy("Avec un code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Avec une clé d’accès"),
}


# Given whoever signed in to an account that is not open: where they go on, if anywhere.
Lead = Callable[[HttpRequest, User], HttpResponse | None]

_leads: list[Lead] = []


def ask_where_to_go_on(lead: Lead) -> None:
    """Lets the app that opens accounts, which is above this one, take over."""
    if lead not in _leads:
        _leads.append(lead)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        # One message whatever was wrong: it says nothing about whether the login exists.
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "incorrect_password": gettext_lazy("Ce n’est pas le bon mot de passe."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: accounts come from the HR import and are activated by letter."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Raises ValidationError with what people read when they must wait."""
        password = Password(credentials["password"])
        try:
            account = signin.account_with_password(request, credentials["username"], password)
        except signin.MustWait as pause:
            raise ValidationError(pause.refusal.sentence, code="must_wait") from pause
        if account is not None and settings.MAIL_AUTH == "password":
            sealed_password.keep(request, password)
        return account

    def reauthenticate(self, user: User, password: str) -> bool:
        """Raises ValidationError as :meth:`authenticate` does."""
        try:
            return signin.confirms_password(context.request, user, Password(password))
        except signin.MustWait as pause:
            raise ValidationError(pause.refusal.sentence, code="must_wait") from pause

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Reached only with the right password."""
        for lead in _leads:
            if response := lead(request, user):
                return response
        messages.error(request, _("Ce compte n’est pas ouvert. Adressez-vous à votre assistance."))
        return redirect("account_login")

    def get_login_stages(self) -> list[str]:
        """The steps between the right password and the open session, in this order.

        "Trust this device" comes last: a new password ends the trust given before it.
        """
        return [
            "accounts.second_factor.stages.SecondFactorStage",
            "accounts.signing_in.stages.MustChangePasswordStage",
            "accounts.signing_in.stages.NewTermsStage",
            "accounts.signing_in.stages.MissingQuestionsStage",
            "allauth.mfa.stages.TrustStage",
        ]

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        pending_signin.begin(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **login)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        if not pending_signin.still_holds(request, user):
            raise ImmediateHttpResponse(pending_signin.give_up(request))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **login)
        signin.completed(request, user, response)
        return response

    def set_password(self, user: User, password: str) -> None:
        user.set_password(normalised(password))
        user.save(update_fields=["password"])

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": METHODS[method["id"]]} for method in methods]
