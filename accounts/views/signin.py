"""The sign-in page."""

import re
from typing import Any

from allauth.account.views import LoginView
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

# From this failure on, the page thinks of the browser too: cookies, a stored password.
FAILURES_BEFORE_ADVICE = 2


# All fields: people type passwords and NUMENs in the wrong one.
@method_decorator(sensitive_post_parameters(), name="dispatch")
class SignInView(LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        failures = self._failures()
        return context | {
            "failures": failures,
            "advises": failures >= FAILURES_BEFORE_ADVICE,
        }

    def _failures(self) -> int:
        """How often this page has come back. Carried by the form itself, since the advice is
        meant for browsers that keep no cookie, and decides nothing else."""
        if self.request.method != "POST":
            return 0
        before = self.request.POST.get("failures", "")
        return min(int(before) + 1, 9) if re.fullmatch("[0-9]", before) else 1
