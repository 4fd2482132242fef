"""The steps of this site between the right password and the open session."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect


class MustChangePasswordStage(LoginStage):  # type: ignore[misc]
    """A temporary password opens one page only: the one that replaces it."""

    key = "must_change_password"
    urlname = "account_must_change_password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page to show, if any, and whether the sign-in goes on."""
        if self.login.user.must_change_password:
            return redirect(self.urlname), True
        return None, True
