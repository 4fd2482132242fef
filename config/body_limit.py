"""Requests that are too large are refused before they are read: Django would first write all of it to its disk."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOO_LARGE = 413  # RFC 9110 §15.5.14


def with_body_limit(site: Application) -> Application:
    """`site`, for bodies of at most MAX_REQUEST_BYTES, whether or not they say their length."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await site(scope, receive, send)
        elif _declared(scope) > settings.MAX_REQUEST_BYTES:
            await _refuse(send)
        else:
            counted = _Counted(receive)
            await site(scope, counted, send)
            if counted.is_too_much:
                await _refuse(send)

    return application


class _Counted:
    """Cuts what is too long, as if the browser had left; nobody has answered by then."""

    def __init__(self, receive: Receive) -> None:
        self.receive, self.octets = receive, 0

    @property
    def is_too_much(self) -> bool:
        return self.octets > settings.MAX_REQUEST_BYTES

    async def __call__(self) -> Mapping[str, Any]:
        message = await self.receive()
        self.octets += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_much else message


def _declared(scope: Scope) -> int:
    """Octets; 0 where the header does not say, or says nonsense that the server lets through."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() else 0


async def _refuse(send: Send) -> None:
    words = _(
        "Cet envoi est trop volumineux : rien n’en a été gardé. Revenez à la page précédente."
    )
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": TOO_LARGE, "headers": headers})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
