"""Where a request comes from, for the journal and the notices."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from audit.parties import Origin


def origin_of(request: HttpRequest) -> Origin:
    """The client's address, behind as many proxies as are trusted, and its browser."""
    address = get_adapter(request).get_client_ip(request)
    return Origin(address, request.headers.get("User-Agent", ""))
