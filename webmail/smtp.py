"""Submission: the only module that imports aiosmtplib."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field, replace

import aiosmtplib  # noqa: TID251
from django.conf import settings

from webmail.credentials import ByToken, Credentials
from webmail.errors import DeliveryUncertain, SubmissionUnavailable
from webmail.wire import refuse_control, tls_context

FAILURES = (OSError, aiosmtplib.SMTPException)
# Seconds. The server may take ten minutes to answer the end of DATA (RFC 5321, section 4.5.3.2.6):
# who hangs up earlier sends twice. Both phases together stay under outbox.CLAIM_LASTS.
DATA_ANSWER_LASTS = 10 * 60
DATA_LASTS = 14 * 60
ENVELOPE_LASTS = 10 * 60
CLOSING = 421  # RFC 5321, section 3.8: the server hangs up after it


@dataclass(frozen=True)
class Outcome:
    """Each recipient is in one of the three; `refused` and `postponed` map to the server's words."""

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    postponed: dict[str, str] = field(default_factory=dict)


async def deliver(
    raw: bytes, credentials: Credentials, sender: str, recipients: list[str]
) -> Outcome:
    """Hands one message to the submission server.

    `raw` has CRLF line ends.
    Raises SubmissionUnavailable when nothing was handed over, DeliveryUncertain when the
    connection broke after DATA, and DangerousText.
    """
    for address in (sender, *recipients):
        refuse_control(address)
    client = aiosmtplib.SMTP(
        hostname=settings.SMTP_HOST,
        port=settings.SMTP_PORT,
        use_tls=True,
        tls_context=tls_context(),
        timeout=settings.MAIL_TIMEOUT,
        local_hostname="pli.invalid",
    )
    try:
        async with asyncio.timeout(ENVELOPE_LASTS):
            await client.connect()
            await _authenticate(client, credentials)
            named = await _name_everyone(client, len(raw), sender, recipients)
        return await _data(client, raw, named) if named.accepted else named
    except FAILURES as error:
        raise SubmissionUnavailable(_words(error)) from error
    finally:
        client.close()


async def _authenticate(client: aiosmtplib.SMTP, credentials: Credentials) -> None:
    await client.ehlo()
    if isinstance(credentials, ByToken):
        how, proof = b"OAUTHBEARER", credentials.bearer
    else:
        how, proof = b"PLAIN", credentials.plain
    answer = await client.execute_command(b"AUTH", how, b64encode(proof))
    if answer.code != 235:
        raise aiosmtplib.SMTPResponseException(answer.code, answer.message)


async def _name_everyone(
    client: aiosmtplib.SMTP, size: int, sender: str, recipients: list[str]
) -> Outcome:
    """MAIL and RCPT; "accepted" means so far only that the message may be handed over for them."""
    options = [f"SIZE={size}"]
    if not "".join((sender, *recipients)).isascii():
        options.append("SMTPUTF8")
    try:
        await client.mail(sender, options=options, encoding="utf-8")
    except aiosmtplib.SMTPResponseException as error:
        if not _is_for_good(error):
            raise
        return Outcome(refused=dict.fromkeys(recipients, _words(error)))
    return await _name_recipients(client, recipients)


async def _name_recipients(client: aiosmtplib.SMTP, recipients: list[str]) -> Outcome:
    accepted, refused, postponed = [], {}, {}
    for address in recipients:
        try:
            await client.rcpt(address, encoding="utf-8")
            accepted.append(address)
        except aiosmtplib.SMTPResponseException as error:
            if _is_for_good(error):
                refused[address] = _words(error)
            elif _is_for_now(error) and error.code != CLOSING:
                postponed[address] = _words(error)
            else:
                raise
    return Outcome(tuple(accepted), refused, postponed)


async def _data(client: aiosmtplib.SMTP, raw: bytes, named: Outcome) -> Outcome:
    """Anything but a clear yes or no leaves the message perhaps delivered: DeliveryUncertain."""
    try:
        async with asyncio.timeout(DATA_LASTS):
            await client.data(raw, timeout=DATA_ANSWER_LASTS)
    except FAILURES as error:
        told = dict.fromkeys(named.accepted, _words(error))
        if _is_for_good(error):
            return replace(named, accepted=(), refused=named.refused | told)
        if _is_for_now(error):
            return replace(named, accepted=(), postponed=named.postponed | told)
        raise DeliveryUncertain(_words(error)) from error
    return named


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
