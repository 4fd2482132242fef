"""The large mailbox for measuring: cheap, varied, repeatable."""

from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise

import pytest

from sample.bulk import LONGEST_THREAD, generate_bulk
from sample.mails import SampleMail
from tests.sample.conftest import UNTIL, parsed

ADDRESS = "camille.lefevre@ac-normandie.fr"
COUNT = 1500


@pytest.fixture(scope="module")
def many() -> list[SampleMail]:
    return list(generate_bulk(ADDRESS, COUNT, seed=1, until=UNTIL))


@pytest.fixture(scope="module")
def read(many: list[SampleMail]) -> list[EmailMessage]:
    return [parsed(mail.raw) for mail in many]


def test_as_many_mails_come_as_were_asked_for_and_none_twice(many: list[SampleMail]) -> None:
    assert len({mail.message_id for mail in many}) == COUNT
    assert list(generate_bulk(ADDRESS, 0, seed=1, until=UNTIL)) == []


def test_the_same_mails_come_each_time(many: list[SampleMail]) -> None:
    assert list(generate_bulk(ADDRESS, COUNT, seed=1, until=UNTIL)) == many


def test_they_spread_over_four_years_in_order(many: list[SampleMail]) -> None:
    assert all(a.received_at <= b.received_at for a, b in pairwise(many))
    assert many[-1].received_at <= UNTIL
    assert many[-1].received_at - many[0].received_at > timedelta(days=4 * 365 - 5)


def test_they_are_of_about_5_kb_on_average_and_of_very_different_sizes(
    many: list[SampleMail],
) -> None:
    sizes = sorted(len(mail.raw) for mail in many)
    assert 3500 < sum(sizes) / COUNT < 7500
    assert sizes[0] < 1500
    assert sizes[-1] > 20000


def test_each_is_well_formed(read: list[EmailMessage]) -> None:
    for message in read:
        assert [part.defects for part in message.walk() if part.defects] == []
        assert [value.defects for value in message.values() if value.defects] == []
    assert {m.get_content_type() for m in read} == {
        "text/plain",
        "multipart/alternative",
        "multipart/mixed",
    }


def test_conversations_have_one_to_twelve_messages(read: list[EmailMessage]) -> None:
    roots = Counter((m["references"] or m["message-id"]).split()[0] for m in read)
    assert max(roots.values()) <= LONGEST_THREAD
    assert {1, 2, 3, 4, 5, 6} <= set(roots.values())
