"""What a person who takes their data away is told of their letters and of their arrival."""

from typing import Any

from accounts.models import User
from activation.models import ExpectedTransfer, Letter


def described(user: User) -> dict[str, list[Any]]:
    """No code: only its hash is kept."""
    letters = Letter.objects.filter(agent__user=user).order_by("pk")
    arrivals = ExpectedTransfer.objects.filter(agent__user=user).order_by("pk")
    return {
        "letters": list(letters.values("login", "state", "posted_on", "returned_at", "expires_at")),
        "arrivals": list(arrivals.values("from_academy", "on", "former_address", "used_at")),
    }
