"""Submission: the only module that imports aiosmtplib."""

from base64 import b64encode
from dataclasses import dataclass

import aiosmtplib  # noqa: TID251
from django.conf import settings

from webmail.errors import DeliveryUncertain, SubmissionUnavailable
from webmail.wire import refuse_control, tls_context

# aiosmtplib's own connection and time-out errors are OSErrors too.
NETWORK = OSError


@dataclass(frozen=True)
class Outcome:
    """What the server said: `refused` maps an address to the server's words; the others were accepted."""

    accepted: tuple[str, ...]
    refused: dict[str, str]


async def deliver(
    raw: bytes, login: str, token: str, sender: str, recipients: list[str]
) -> Outcome:
    """Hands one message to the submission server.

    `login` and `token` sign in by OAUTHBEARER (RFC 7628); `raw` has CRLF line ends.
    Raises SubmissionUnavailable when nothing was handed over, and DeliveryUncertain when the
    connection broke after DATA.
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
        await client.connect()
        await _authenticate(client, login, token)
        return await _hand_over(client, raw, sender, recipients)
    except NETWORK as error:
        raise SubmissionUnavailable(str(error)) from error
    except aiosmtplib.SMTPResponseException as error:
        raise SubmissionUnavailable(f"{error.code} {error.message}") from error
    finally:
        client.close()


async def _authenticate(client: aiosmtplib.SMTP, login: str, token: str) -> None:
    await client.ehlo()
    bearer = f"n,a={login},\x01auth=Bearer {token}\x01\x01"
    answer = await client.execute_command(b"AUTH", b"OAUTHBEARER", b64encode(bearer.encode()))
    if answer.code != 235:
        raise aiosmtplib.SMTPResponseException(answer.code, answer.message)


async def _hand_over(
    client: aiosmtplib.SMTP, raw: bytes, sender: str, recipients: list[str]
) -> Outcome:
    options = [f"SIZE={len(raw)}"]
    if not "".join((sender, *recipients)).isascii():
        options.append("SMTPUTF8")
    try:
        await client.mail(sender, options=options, encoding="utf-8")
    except aiosmtplib.SMTPResponseException as error:
        if error.code < 500:
            raise
        return Outcome((), dict.fromkeys(recipients, _words(error)))
    accepted, refused = await _name_recipients(client, recipients)
    if accepted:
        refused |= await _data(client, raw, accepted)
    return Outcome(tuple(a for a in accepted if a not in refused), refused)


async def _name_recipients(
    client: aiosmtplib.SMTP, recipients: list[str]
) -> tuple[list[str], dict[str, str]]:
    """RCPT for each; a temporary refusal of one makes the whole message wait, so nobody gets it twice."""
    accepted, refused = [], {}
    for address in recipients:
        try:
            await client.rcpt(address, encoding="utf-8")
            accepted.append(address)
        except aiosmtplib.SMTPResponseException as error:
            if error.code < 500:
                raise
            refused[address] = _words(error)
    return accepted, refused


async def _data(client: aiosmtplib.SMTP, raw: bytes, accepted: list[str]) -> dict[str, str]:
    try:
        await client.data(raw)
    except NETWORK as error:
        raise DeliveryUncertain(str(error)) from error
    except aiosmtplib.SMTPResponseException as error:
        if error.code < 500:
            raise
        return dict.fromkeys(accepted, _words(error))
    return {}


def _words(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"
