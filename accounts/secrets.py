"""Types for what must never be seen in clear: passwords, codes, answers, tokens, NUMEN.

A secret is not a ``str``: a log line, a template, a traceback or a queue that is handed one shows
``•••`` or fails. Whoever needs the text asks for it with :meth:`Secret.reveal`, which is what a
reviewer looks for.
"""

import hmac
from typing import Any, NoReturn, Self

MASK = "•••"


class Secret:
    """A text that prints as ``•••``, compares in constant time and refuses to be serialised."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that checks, hashes, seals or prints it."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        """The mask, whatever the ``spec``: a width or a cut must tell nothing about the text."""
        return MASK

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            f"A {type(self).__name__} is never written to a cache, a session or a queue."
        )

    def _bytes(self) -> bytes:
        # A browser may send a lone surrogate, which strict UTF-8 refuses.
        return self._text.encode("utf-8", "surrogatepass")


class Password(Secret):
    """What a person, or a mail program on their behalf, signs in with."""

    __slots__ = ()


class Code(Secret):
    """A short one-time code: of a letter, a message, an authenticator, a recovery sheet."""

    __slots__ = ()


class Answer(Secret):
    """The answer to a security question."""

    __slots__ = ()


class Token(Secret):
    """A long random text that stands for a right: in a link, a cookie or a header."""

    __slots__ = ()


class Numen(Secret):
    """The national identifier of an agent; accounts/sealed/numen.py reads, seals and masks it."""

    __slots__ = ()
