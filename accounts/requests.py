"""Types of requests, for views that ask for a signed-in person."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` receives."""

    user: User
