"""A Mozilla program driven through its Marionette port: JSON over TCP, as Mozilla's own tests do it.

Protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

import json
import socket
import time
from itertools import count
from typing import Any, Self

START_SECONDS = 60.0
SCRIPT_MS = 60_000


class ScriptFailed(Exception):
    """In the program's own words."""


class Marionette:
    """One session in the program's own window ("chrome"), where its whole interior is at hand."""

    def __init__(self, port: int) -> None:
        self.link = _connected(port)
        self.file = self.link.makefile("rb")
        self.numbers = count(1)
        self._read()  # its greeting

    def __enter__(self) -> Self:
        always = {"capabilities": {"alwaysMatch": {"timeouts": {"script": SCRIPT_MS}}}}
        self.ask("WebDriver:NewSession", always)
        self.ask("Marionette:SetContext", {"value": "chrome"})
        return self

    def __exit__(self, *_: object) -> None:
        """Whoever started the program ends it: asked to quit, it would first ask about open windows."""
        self.link.close()

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        """Raises ScriptFailed."""
        number = next(self.numbers)
        said = json.dumps([0, number, command, parameters]).encode()
        self.link.sendall(b"%d:%b" % (len(said), said))
        _kind, _number, error, result = self._read()
        if error:
            raise ScriptFailed(f"{error['error']}: {error['message']}\n{error.get('stacktrace')}")
        return result

    def run(self, body: str, *arguments: Any) -> Any:
        """What the body of an async function returns; its ``args`` are the arguments. Raises ScriptFailed."""
        wrapped = (
            "const done = arguments[arguments.length - 1]; const args = [...arguments];"
            f"(async () => {{ {body} }})().then("
            "it => done({ok: it === undefined ? null : it}),"
            "error => done({failed: `${error} ${error.stack || ''}`}));"
        )
        parameters = {"script": wrapped, "args": list(arguments), "newSandbox": True}
        answer = self.ask("WebDriver:ExecuteAsyncScript", parameters)["value"]
        if "failed" in answer:
            raise ScriptFailed(answer["failed"])
        return answer["ok"]

    def _read(self) -> Any:
        length = b""
        while (octet := self.file.read(1)) != b":":
            if not octet:
                raise ConnectionResetError("the program ended")
            length += octet
        return json.loads(self.file.read(int(length)))


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2 * SCRIPT_MS / 1000)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
