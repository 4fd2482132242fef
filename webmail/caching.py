"""Shared computers: what one person read must not come back to the next one at the same screen."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

SIGN_OUT = "account_logout"


class SharedComputerMiddleware:
    """Browsers keep nothing of what signed-in people see, and empty their cache and storage at sign-out.

    Sources: RFC 9111 §5.2.2.5; https://www.w3.org/TR/clear-site-data/. Comes after
    AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        elif _signed_out(request, response):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _signed_out(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    asked = request.method == "POST" and match is not None and match.url_name == SIGN_OUT
    return asked and response.status_code == HTTPStatus.FOUND
