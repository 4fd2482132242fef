"""The sample's mail reads like a real academy's, and is the same at each run."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

import pytest

from sample.academy import NORMANDIE
from sample.mails import ANSWERED, DRAFT, SEEN, SampleMail, generate
from tests.sample.conftest import UNTIL, parsed

CAMILLE = "camille.lefevre@ac-normandie.fr"
OURS = "ac-normandie.fr"


def date_of(mail: SampleMail) -> datetime:
    return parsedate_to_datetime(BytesHeaderParser().parsebytes(mail.raw)["Date"])


def copies_of(mails: list[SampleMail], mailbox: str, folder: str) -> list[SampleMail]:
    return [mail for mail in mails if mail.mailbox == mailbox and mail.folder == folder]


def test_the_same_seed_and_end_give_the_same_bytes(mails: list[SampleMail]) -> None:
    assert list(generate(NORMANDIE, seed=1, until=UNTIL)) == mails


def test_another_seed_tells_other_stories(mails: list[SampleMail]) -> None:
    others = list(generate(NORMANDIE, seed=2, until=UNTIL))
    assert {mail.raw for mail in others} != {mail.raw for mail in mails}


@pytest.mark.parametrize(
    "until",
    [
        datetime(2027, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2026, 7, 14, 20, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    ],
    ids=lambda until: until.date().isoformat(),
)
def test_any_day_can_be_the_last_and_nothing_comes_from_the_future(until: datetime) -> None:
    told = list(generate(NORMANDIE, seed=1, until=until))
    assert len(told) > 1000
    assert [mail.message_id for mail in told if date_of(mail) > until] == []


def test_every_message_is_well_formed(messages: list[EmailMessage]) -> None:
    for message in messages:
        for part in message.walk():
            assert part.defects == []
            assert [value.defects for value in part.values() if value.defects] == []


def test_lines_end_with_crlf_and_stay_short(mails: list[SampleMail]) -> None:
    for mail in mails:
        assert b"\n" not in mail.raw.replace(b"\r\n", b"")
        assert max(map(len, mail.raw.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


def test_no_header_begins_with_an_empty_line(mails: list[SampleMail]) -> None:
    for mail in mails:
        head = mail.raw.partition(b"\r\n\r\n")[0]
        assert not re.search(rb"^[A-Za-z-]+: *\r$", head, re.MULTILINE), head


def test_every_text_can_be_read_in_its_character_set(messages: list[EmailMessage]) -> None:
    charsets = Counter[str]()
    for message in messages:
        for part in message.walk():
            if part.get_content_maintype() == "text" and not part.is_attachment():
                assert "\ufffd" not in part.get_content()
                charsets[str(part.get_content_charset())] += 1
    assert {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"} <= set(charsets)


def test_all_transfer_encodings_are_met(messages: list[EmailMessage]) -> None:
    found = {str(part["content-transfer-encoding"]) for m in messages for part in m.walk()}
    assert {"quoted-printable", "base64", "8bit"} <= found


def test_no_mailbox_holds_a_message_twice(mails: list[SampleMail]) -> None:
    assert max(Counter((mail.mailbox, mail.message_id) for mail in mails).values()) == 1


def test_references_form_trees_whose_roots_come_first(messages: list[EmailMessage]) -> None:
    by_id = {message["message-id"]: message for message in messages}
    for message in by_id.values():
        before = (message["references"] or "").split()
        assert before[-1:] == [message["in-reply-to"]][: len(before)]
        if before:
            parent = by_id[before[-1]]
            assert (parent["references"] or "").split() == before[:-1]
            assert parent["date"].datetime < message["date"].datetime


def test_conversations_are_of_many_lengths(messages: list[EmailMessage]) -> None:
    by_id = {message["message-id"]: message for message in messages}
    roots = Counter((m["references"] or i).split()[0] for i, m in by_id.items())
    assert {1, 2, 3, 4, 5, 7} <= set(roots.values())


def test_a_letter_between_two_agents_is_in_sent_of_one_and_in_a_folder_of_the_other(
    mails: list[SampleMail],
) -> None:
    holders = defaultdict(set)
    for mail in mails:
        holders[mail.message_id].add((mail.mailbox, mail.folder == "sent"))
    active = NORMANDIE.names_by_address()
    for mail in copies_of(mails, CAMILLE, "sent"):
        message = parsed(mail.raw)
        readers = {a for _, a in getaddresses([message["to"] or "", message["cc"] or ""])}
        wanted = {(reader, False) for reader in readers if reader in active}
        assert wanted | {(CAMILLE, True)} == holders[mail.message_id]


def test_camille_has_some_hundreds_of_mails_over_months(mails: list[SampleMail]) -> None:
    hers = [mail for mail in mails if mail.mailbox == CAMILLE]
    assert 250 <= len(hers) <= 400
    assert (UNTIL - min(mail.received_at for mail in hers)).days > 150
    assert {"inbox", "sent", "archive", "junk", "trash", "drafts"} < {m.folder for m in hers}


def test_camille_finds_unread_starred_and_answered_mails(mails: list[SampleMail]) -> None:
    inbox = copies_of(mails, CAMILLE, "inbox")
    assert 8 <= sum(SEEN not in mail.flags for mail in inbox) <= 25
    assert 3 <= sum("\\Flagged" in mail.flags for mail in inbox) <= 20
    assert sum(ANSWERED in mail.flags for mail in inbox) >= 15


def test_a_mail_is_marked_answered_exactly_when_an_answer_was_sent(
    mails: list[SampleMail],
) -> None:
    answered = {
        (mail.mailbox, str(parsed(mail.raw)["in-reply-to"]))
        for mail in mails
        if mail.folder == "sent"
    }
    for mail in mails:
        if mail.folder not in {"sent", "drafts"}:
            assert (ANSWERED in mail.flags) == ((mail.mailbox, mail.message_id) in answered)


def test_drafts_are_flagged_so_and_reached_nobody(mails: list[SampleMail]) -> None:
    drafts = [mail for mail in mails if mail.folder == "drafts"]
    assert len(drafts) >= 2
    assert all(DRAFT in mail.flags for mail in drafts)
    ids = {mail.message_id for mail in drafts}
    assert [m for m in mails if m.message_id in ids and m.folder != "drafts"] == []


def test_people_who_have_not_activated_have_no_mail(mails: list[SampleMail]) -> None:
    assert {mail.mailbox for mail in mails} == set(NORMANDIE.names_by_address())


def test_outside_senders_are_all_in_reserved_domains(messages: list[EmailMessage]) -> None:
    for message in messages:
        domain = message["from"].addresses[0].domain
        assert domain.endswith((OURS, ".example"))


def test_newsletters_can_be_left_in_one_click(messages: list[EmailMessage]) -> None:
    letters = [message for message in messages if message["list-id"]]
    assert len(letters) > 50
    for letter in letters:
        assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert str(letter["list-unsubscribe"]).startswith("<https://")


def test_attachments_are_of_the_kinds_that_schools_send(messages: list[EmailMessage]) -> None:
    names = {
        str(part.get_filename()) for message in messages for part in message.iter_attachments()
    }
    endings = {name.rpartition(".")[2] for name in names}
    kinds = {"pdf", "ods", "odt", "xlsx", "docx", "jpg", "zip", "csv", "wav", "mp3", "ics", "vcf"}
    assert kinds <= endings
    assert any(not name.isascii() for name in names)
