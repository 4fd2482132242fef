"""Ask a server of this container whether it answers (the images' health checks).

``answers.py tls PORT BEGINNING``    it greets over TLS with these words
``answers.py http PORT PATH``        it answers with success
``answers.py file PATTERN MINUTES``  it wrote to one of these files of /tmp lately
"""

import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SECONDS = 5


def greets_over_tls(port: str, beginning: str) -> bool:
    # Whose certificate it is does not matter here: the question is whether the server lives.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", int(port)), timeout=SECONDS) as link,
        context.wrap_socket(link) as tls,
    ):
        return tls.recv(200).startswith(beginning.encode())


def answers_http(port: str, path: str) -> bool:
    url = f"http://localhost:{port}{path}"
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        return bool(answer.status == 200)


def written_lately(pattern: str, minutes: str) -> bool:
    written = [path.stat().st_mtime for path in Path("/tmp").glob(pattern)]  # noqa: S108
    return bool(written) and time.time() - max(written) < 60 * int(minutes)


CHECKS = {"tls": greets_over_tls, "http": answers_http, "file": written_lately}


def main(arguments: list[str]) -> int:
    kind, *question = arguments
    try:
        return 0 if CHECKS[kind](*question) else 1
    except OSError as error:  # urllib's and ssl's errors are OSErrors too
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
