"""The whole sample, generated once: it never changes."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest

from sample.academy import NORMANDIE
from sample.mails import SampleMail, generate

UNTIL = datetime(2026, 11, 20, 10, 59, tzinfo=ZoneInfo("Europe/Paris"))


def parsed(raw: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="session")
def mails() -> list[SampleMail]:
    return list(generate(NORMANDIE, seed=1, until=UNTIL))


@pytest.fixture(scope="session")
def messages(mails: list[SampleMail]) -> list[EmailMessage]:
    return [parsed(mail.raw) for mail in mails]
