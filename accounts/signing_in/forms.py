"""The sign-in form: it understands what people really type as their login."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.naming.identifiers import read_identifier
from accounts.sealed.numen import looks_like_numen

ADDRESS_MAX_LENGTH = 254  # RFC 5321 §4.5.3.1.3, less the brackets

LOOKS_LIKE_NUMEN = _(
    "C’est un NUMEN : il ne sert pas à se connecter. Tapez votre identifiant, prenom.nom."
)


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    data: QueryDict

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._accept_whole_addresses()

    def _accept_whole_addresses(self) -> None:
        field = self.fields["login"]
        field.max_length = ADDRESS_MAX_LENGTH
        field.widget.attrs["maxlength"] = ADDRESS_MAX_LENGTH
        field.validators = [v for v in field.validators if not isinstance(v, MaxLengthValidator)]

    def clean_login(self) -> str:
        typed: str = self.cleaned_data["login"]
        if looks_like_numen(typed):
            self._forget("login")
            raise ValidationError(LOOKS_LIKE_NUMEN, code="numen")
        return read_identifier(typed)

    def _forget(self, field: str) -> None:
        """Keeps what was typed out of the page that comes back."""
        self.data = self.data.copy()
        self.data[self.add_prefix(field)] = ""
