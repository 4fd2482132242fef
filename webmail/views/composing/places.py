"""Where the composer stands: a page, a corner of the list page, or a window of its own.

A corner is a frame of the list page: nobody else may frame it, and what follows a message that left
is told to the page around it, which stays as it is.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_sameorigin

PAGE, CORNER, WINDOW = "page", "corner", "window"
ALONE = "seul"  # in the address of a composer that has a window of its own

View = Callable[..., HttpResponseBase]


def place_of(request: HttpRequest) -> str:
    """Browsers say whether a frame asks (Fetch Metadata); those that do not show no corner."""
    if request.headers.get("Sec-Fetch-Dest") == "iframe":
        return CORNER
    return WINDOW if ALONE in request.GET else PAGE


def layout_of(request: HttpRequest) -> str:
    return "webmail/shell.html" if place_of(request) == PAGE else "webmail/bare.html"


def url_in_place(request: HttpRequest, url: str) -> str:
    """The address of another page of the composer, in the same window."""
    return f"{url}?{ALONE}" if place_of(request) == WINDOW else url


def in_its_place(view: View) -> View:
    """For pages of the composer."""
    framed = csp_replace({"frame-ancestors": [SELF]})(xframe_options_sameorigin(_ending(view)))
    views = {PAGE: view, CORNER: framed, WINDOW: _ending(view)}

    @wraps(view)
    def placed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = views[place_of(request)](request, *args, **kwargs)
        patch_vary_headers(response, ["Sec-Fetch-Dest"])
        return response

    return placed


def _ending(view: View) -> View:
    """Where a page would go on to the list, a corner or a window has done its work."""

    def ended(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method != "POST" or response.status_code != HTTPStatus.FOUND:
            return response
        return _done(request, response["Location"])

    return ended


def _done(request: HttpRequest, url: str) -> HttpResponse:
    return render(request, "webmail/composed.html", {"next_url": url})
