"""The steps of this site between the right password and the open session."""

from allauth.account.stages import LoginStage
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import TemporaryPassword, User
from accounts.questions import has_registered
from accounts.terms import has_accepted


class Step(LoginStage):  # type: ignore[misc]
    """A page that must be done with before the session opens; most people never see it."""

    urlname: str

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page to show, if any, and whether the sign-in goes on."""
        return (redirect(self.urlname) if self.is_due(self.login.user) else None), True

    def is_due(self, account: User) -> bool:
        raise NotImplementedError


class MustChangePasswordStage(Step):
    """A temporary password opens one page only: the one that replaces it."""

    key = "must_change_password"
    urlname = "account_must_change_password"

    def is_due(self, account: User) -> bool:
        if account.must_change_password:
            self.state["was_handed"] = TemporaryPassword.objects.filter(user=account).exists()
        return account.must_change_password


class NewTermsStage(Step):
    """Each new version of the conditions of use is accepted once."""

    key = "new_terms"
    urlname = "account_new_terms"

    def is_due(self, account: User) -> bool:
        return not has_accepted(account)


class MissingQuestionsStage(Step):
    """Where the academy wants it, nobody goes on without a way to help themselves later.

    Nor does anybody who came with a temporary password: they had no other way in.
    """

    key = "missing_questions"
    urlname = "account_missing_questions"

    def is_due(self, account: User) -> bool:
        wanted = settings.QUESTIONS_REQUIRED or self._came_with_temporary_password()
        return wanted and not has_registered(account)

    def _came_with_temporary_password(self) -> bool:
        password_stage = self.controller.get_stage(MustChangePasswordStage.key)
        return bool(password_stage.state.get("was_handed"))
