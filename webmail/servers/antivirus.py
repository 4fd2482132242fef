"""Files are shown to clamd before anybody else gets them, where the academy has one.

INSTREAM of clamd(8): each piece behind its length in four octets, an empty one at the end.
"""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from webmail.errors import FileRefused

log = logging.getLogger(__name__)

PIECE = 1 << 18  # octets
CLEAN = b"stream: OK"
FOUND = b" FOUND"
LONGEST_ANSWER = 4096


def check(path: Path, name: str) -> None:
    """Nothing to say without PLI_CLAMD. Raises FileRefused for a virus, and when nobody could look."""
    if not settings.CLAMD:
        return
    try:
        answer = _asked(path)
    except OSError as error:
        log.warning("antivirus: no answer: %s", error)
        answer = b""
    if answer == CLEAN:
        return
    if answer.endswith(FOUND):
        log.warning("antivirus: refused a file: %s", answer.decode("ascii", "replace"))
        raise FileRefused(
            _("« %(name)s » contient un virus : le fichier n’a pas été gardé.") % {"name": name}
        )
    raise FileRefused(
        _("L’antivirus n’a pas pu examiner « %(name)s » : réessayez dans un instant.")
        % {"name": name}
    )


def _asked(path: Path) -> bytes:
    with _connection() as connection, path.open("rb") as file:
        connection.sendall(b"zINSTREAM\0")
        for piece in _pieces(file):
            connection.sendall(piece)
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = connection.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    content = file.read(PIECE)
    while content:
        yield len(content).to_bytes(4, "big") + content
        content = file.read(PIECE)
    yield bytes(4)


def _connection() -> socket.socket:
    """To ``unix:///run/clamd.sock`` or ``tcp://host:3310``. Raises OSError."""
    where = urlsplit(settings.CLAMD)
    if where.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(settings.MAIL_TIMEOUT)
        connection.connect(where.path)
        return connection
    return socket.create_connection(
        (where.hostname, where.port or 3310), timeout=settings.MAIL_TIMEOUT
    )
