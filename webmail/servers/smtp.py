"""Submission: the only module that imports aiosmtplib."""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import aiosmtplib  # noqa: TID251
from django.conf import settings

from webmail.errors import DeliveryUncertain, SubmissionUnavailable
from webmail.servers.credentials import ByToken, Credentials
from webmail.servers.wire import refuse_control, tls_context

FAILURES = (OSError, aiosmtplib.SMTPException)
# Seconds. The server may take ten minutes to answer the end of DATA (RFC 5321, section 4.5.3.2.6):
# who hangs up earlier sends twice. It stays under outbox.ANSWER_LASTS.
DATA_ANSWER_LASTS = 10 * 60
ENVELOPE_LASTS = 10 * 60
HANDING_LASTS = 10 * 60
CLOSING = 421  # RFC 5321, section 3.8: the server hangs up after it
GO_ON = 354
PIECE = 1 << 16  # octets written at once


@dataclass(frozen=True)
class Envelope:
    """From whom, to whom, and how large: `size` in octets.

    With `report`, a name for this submission, delivery reports are asked for (RFC 3461).
    """

    sender: str
    recipients: tuple[str, ...]
    size: int
    report: str = ""


@dataclass(frozen=True)
class Outcome:
    """Each recipient is in one of the three; `refused` and `postponed` map to the server's words."""

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    postponed: dict[str, str] = field(default_factory=dict)

    def without(self, answer: aiosmtplib.SMTPResponseException) -> "Outcome":
        """The server took back, for now or for good, what it had accepted."""
        told = dict.fromkeys(self.accepted, _words(answer))
        if _is_for_good(answer):
            return replace(self, accepted=(), refused=self.refused | told)
        return replace(self, accepted=(), postponed=self.postponed | told)


class Submission:
    """One connection to the submission server, signed in; messages leave over it one after the other.

    A message leaves in three steps: `name` everybody, `hand_over` its text, `conclude`. Until the last
    one begins the server has nothing; the caller notes this moment in between.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.runner = asyncio.Runner()
        self.client: aiosmtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()
        self.runner.close()

    @property
    def is_open(self) -> bool:
        return self.client is not None and self.client.is_connected

    def name(self, envelope: Envelope) -> Outcome:
        """MAIL and RCPT; "accepted" means so far only that the message may be handed over for them.

        Raises SubmissionUnavailable and DangerousText.
        """
        for address in (envelope.sender, *envelope.recipients):
            refuse_control(address)
        try:
            return self.runner.run(self._name(envelope))
        except FAILURES as error:
            self._hang_up()
            raise SubmissionUnavailable(_words(error)) from error

    def hand_over(self, lines: Iterable[bytes], named: Outcome) -> Outcome:
        """The text of the message, without the line that ends it. Raises SubmissionUnavailable."""
        try:
            self.runner.run(self._hand_over(lines))
        except aiosmtplib.SMTPResponseException as error:
            if _is_for_good(error) or _is_for_now(error):
                return named.without(error)
            self._hang_up()
            raise SubmissionUnavailable(_words(error)) from error
        except FAILURES as error:
            self._hang_up()
            raise SubmissionUnavailable(_words(error)) from error
        return named

    def conclude(self, named: Outcome) -> Outcome:
        """Anything but a clear yes or no leaves the message perhaps delivered: DeliveryUncertain."""
        try:
            answer = self.runner.run(
                self._connected().execute_command(b".", timeout=DATA_ANSWER_LASTS)
            )
        except FAILURES as error:
            self._hang_up()
            raise DeliveryUncertain(_words(error)) from error
        if answer.code == 250:
            return named
        refusal = aiosmtplib.SMTPResponseException(answer.code, answer.message)
        if _is_for_good(refusal) or _is_for_now(refusal):
            return named.without(refusal)
        self._hang_up()
        raise DeliveryUncertain(_words(refusal))

    def abandon(self) -> None:
        """Before `conclude`: a connection that ends without the last line delivers nothing."""
        self._hang_up()

    async def _name(self, envelope: Envelope) -> Outcome:
        async with asyncio.timeout(ENVELOPE_LASTS):
            if not self.is_open:
                await self._connect()
            named = await _name_everyone(self._connected(), envelope)
            if not named.accepted and self.is_open:
                await self._connected().execute_command(b"RSET")
            return named

    async def _connect(self) -> None:
        self.client = aiosmtplib.SMTP(
            hostname=settings.SMTP_HOST,
            port=settings.SMTP_PORT,
            use_tls=True,
            tls_context=tls_context(),
            timeout=settings.MAIL_TIMEOUT,
            local_hostname="pli.invalid",
        )
        await self.client.connect()
        await _authenticate(self.client, self.credentials)

    async def _hand_over(self, lines: Iterable[bytes]) -> None:
        client = self._connected()
        answer = await client.execute_command(b"DATA")
        if answer.code != GO_ON:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        async with asyncio.timeout(HANDING_LASTS):
            for piece in dotted(lines):
                await _write(client, piece)

    def _connected(self) -> aiosmtplib.SMTP:
        if self.client is None:
            raise aiosmtplib.SMTPServerDisconnected("not connected")
        return self.client

    def _hang_up(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None


def dotted(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The text in pieces as DATA wants it: CRLF ends each line, a dot that begins one is doubled.

    A lone CR or LF ends a line too: two servers that disagree about it could see two messages.
    """
    piece = bytearray()
    for line in lines:
        for part in line.removesuffix(b"\n").removesuffix(b"\r").split(b"\r"):
            piece += b"." if part.startswith(b".") else b""
            piece += part + b"\r\n"
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


async def _write(client: aiosmtplib.SMTP, piece: bytes) -> None:
    """No faster than the server reads, so that one piece at a time is in memory."""
    protocol = client.protocol
    if protocol is None or protocol.transport is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    protocol.write(piece)
    # The protocol was made for StreamWriter.drain(), which calls this.
    await protocol._drain_helper()  # noqa: SLF001


async def _authenticate(client: aiosmtplib.SMTP, credentials: Credentials) -> None:
    await client.ehlo()
    if isinstance(credentials, ByToken):
        how, proof = b"OAUTHBEARER", credentials.bearer
    else:
        how, proof = b"PLAIN", credentials.plain
    answer = await client.execute_command(b"AUTH", how, b64encode(proof))
    if answer.code != 235:
        raise aiosmtplib.SMTPResponseException(answer.code, answer.message)


async def _name_everyone(client: aiosmtplib.SMTP, envelope: Envelope) -> Outcome:
    reports = envelope.report if client.supports_extension("dsn") else ""
    options = [f"SIZE={envelope.size}"]
    if not "".join((envelope.sender, *envelope.recipients)).isascii():
        options.append("SMTPUTF8")
    if reports:
        options += ["RET=HDRS", f"ENVID={_xtext(reports)}"]
    try:
        await client.mail(envelope.sender, options=options, encoding="utf-8")
    except aiosmtplib.SMTPResponseException as error:
        if not _is_for_good(error):
            raise
        return Outcome(refused=dict.fromkeys(envelope.recipients, _words(error)))
    return await _name_recipients(client, envelope.recipients, reports=bool(reports))


async def _name_recipients(
    client: aiosmtplib.SMTP, recipients: Iterable[str], *, reports: bool
) -> Outcome:
    accepted, refused, postponed = [], {}, {}
    for address in recipients:
        try:
            await client.rcpt(address, options=_asked(address, reports=reports), encoding="utf-8")
            accepted.append(address)
        except aiosmtplib.SMTPResponseException as error:
            if _is_for_good(error):
                refused[address] = _words(error)
            elif _is_for_now(error) and error.code != CLOSING:
                postponed[address] = _words(error)
            else:
                raise
    return Outcome(tuple(accepted), refused, postponed)


def _asked(address: str, *, reports: bool) -> list[str]:
    if not reports:
        return []
    known = [f"ORCPT=rfc822;{_xtext(address)}"] if address.isascii() else []
    return ["NOTIFY=SUCCESS,FAILURE,DELAY", *known]


def _xtext(text: str) -> str:
    """RFC 3461, section 4: what is not plain, and the signs + and =, as +XX."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _is_for_good(error: Exception) -> bool:
    return isinstance(error, aiosmtplib.SMTPResponseException) and 500 <= error.code < 600


def _is_for_now(error: Exception) -> bool:
    return isinstance(error, aiosmtplib.SMTPResponseException) and 400 <= error.code < 500


def _words(error: Exception) -> str:
    """What the server or the network said, as any database can keep it."""
    words = str(error)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = f"{error.code} {error.message}"
    # aiosmtplib keeps octets that are no UTF-8 as surrogates.
    return words.encode("utf-8", "replace").decode().replace("\0", "")
