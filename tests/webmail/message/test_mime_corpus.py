"""120 odd messages, each shown as the corpus says (tests/corpus/mime)."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webmail.management.commands.show_message import shown
from webmail.message.contents import attachment_content
from webmail.message.message_bytes import MessageBytes
from webmail.message.readable import ReadableMessage
from webmail.readable import mime

CORPUS = Path(__file__).parents[2] / "corpus" / "mime"
EXPECTATIONS = json.loads((CORPUS / "expect.json").read_text())
CASES = EXPECTATIONS["cases"]
OWN_DOMAINS = [EXPECTATIONS["own_domain"]]

# Fields of a case that say nothing about the message, and those that `check_details` reads.
ABOUT_THE_CASE = {"file", "class", "note", "max_seconds"}
DETAILS = {
    "bounce",
    "digest_subjects",
    "event",
    "inline",
    "nested",
    "tnef",
    "unsubscribe",
    "uuencoded",
    "yenc",
}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_message_of_the_corpus_is_shown_as_expected(case: dict[str, Any]) -> None:
    started = time.monotonic()
    seen = shown(CORPUS / case["file"], OWN_DOMAINS)
    taken = time.monotonic() - started

    assert taken < case.get("max_seconds", 2)
    for name in case.keys() - ABOUT_THE_CASE - DETAILS:
        CHECKS[name](seen, case[name])
    check_details(case, mime.read_bytes((CORPUS / case["file"]).read_bytes()))


def check_subject(seen: dict[str, Any], expected: str | None) -> None:
    assert seen["subject"] == expected


def check_subject_has(seen: dict[str, Any], expected: str) -> None:
    assert expected in words(seen["subject"])


def check_subject_no_newline(seen: dict[str, Any], expected: bool) -> None:
    assert ("\n" in seen["subject"] or "\r" in seen["subject"]) is not expected


def check_from(seen: dict[str, Any], expected: dict[str, str] | None) -> None:
    people = [{"name": person["name"], "addr": person["address"]} for person in seen["from"]]
    assert people == ([] if expected is None else [expected])


def check_from_addr(seen: dict[str, Any], expected: str) -> None:
    assert [person["address"] for person in seen["from"]] == [expected]


def check_to_count(seen: dict[str, Any], expected: int) -> None:
    assert len(seen["to"]) == expected


def check_cc_count(seen: dict[str, Any], expected: int) -> None:
    assert len(seen["cc"]) == expected


def check_bcc_count(seen: dict[str, Any], expected: int) -> None:
    assert len(seen.get("bcc", [])) == expected


def check_reply_to(seen: dict[str, Any], expected: list[str]) -> None:
    assert [person["address"] for person in seen["reply_to"]] == expected


def check_date(seen: dict[str, Any], expected: str | None) -> None:
    assert seen["date"] == expected


def check_text_has(seen: dict[str, Any], expected: list[str]) -> None:
    for sentence in expected:
        assert words(sentence) in words(seen["text"])


def check_text_lacks(seen: dict[str, Any], expected: list[str]) -> None:
    for sentence in expected:
        assert words(sentence) not in words(seen["text"])


def check_prefer(seen: dict[str, Any], expected: str) -> None:
    assert (seen["html"] is None) is (expected == "text")


def check_flags(seen: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: seen["flags"][name] for name in expected} == expected


def check_attachments(seen: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    offered = [attachment for attachment in seen["attachments"] if not attachment["inline"]]
    assert len(offered) == len(expected)
    for attachment, wanted in zip(offered, expected, strict=True):
        check_attachment(attachment, wanted)


def check_attachments_count(seen: dict[str, Any], expected: int) -> None:
    assert len(seen["attachments"]) == expected


def check_attachments_any_of(seen: dict[str, Any], expected: list[list[dict[str, Any]]]) -> None:
    names = [attachment["name"] for attachment in seen["attachments"]]
    wanted = next(option for option in expected if [each["name"] for each in option] == names)
    check_attachments(seen, wanted)


def check_attachment(attachment: dict[str, Any], wanted: dict[str, Any]) -> None:
    name = attachment["name"]
    for key in wanted.keys() & {"name", "type", "size"}:
        assert attachment[key] == wanted[key]
    assert name in wanted.get("name_any_of", [name])
    assert name.endswith(wanted.get("name_ends", ""))
    assert wanted.get("name_has", "") in name
    assert len(name) <= wanted.get("name_max_chars", 255)
    assert not any(part in name for part in wanted.get("name_must_not_contain", []))


CHECKS: dict[str, Callable[[dict[str, Any], Any], None]] = {
    "subject": check_subject,
    "subject_has": check_subject_has,
    "subject_no_newline": check_subject_no_newline,
    "from": check_from,
    "from_addr": check_from_addr,
    "to_count": check_to_count,
    "cc_count": check_cc_count,
    "bcc_count": check_bcc_count,
    "reply_to": check_reply_to,
    "date": check_date,
    "text_has": check_text_has,
    "text_soft": check_text_has,
    "text_lacks": check_text_lacks,
    "prefer": check_prefer,
    "flags": check_flags,
    "attachments": check_attachments,
    "attachments_count": check_attachments_count,
    "attachments_any_of": check_attachments_any_of,
}


def check_details(case: dict[str, Any], message: ReadableMessage) -> None:
    """What a message says beyond what `show_message` prints."""
    raw = (CORPUS / case["file"]).read_bytes()
    if "bounce" in case:
        failure = message.reports.failures[0]
        assert case["bounce"] == {
            "recipient": failure.recipient,
            "action": failure.action,
            "status": failure.status,
        }
    if "event" in case:
        check_event(case["event"], message)
    if "unsubscribe" in case:
        assert message.unsubscribe.https == case["unsubscribe"]["https"]
        assert case["unsubscribe"]["mailto"] in message.unsubscribe.mailto
    if "digest_subjects" in case:
        assert [enclosed.subject for enclosed in message.enclosed] == case["digest_subjects"]
    if "nested" in case:
        check_nested(case["nested"], raw)
    for picture in case.get("inline", []):
        found = [part for part in message.attachments if part.content_id == picture["cid"]]
        assert [(part.type, part.size) for part in found] == [(picture["type"], picture["size"])]
    for kind in ("uuencoded", "yenc", "tnef"):
        for file in case.get(kind, []):
            check_unpacked(file, raw, message)


def check_event(expected: dict[str, str], message: ReadableMessage) -> None:
    event = message.invitations[0]
    assert event.start is not None
    assert event.end is not None
    assert expected == {
        "uid": event.uid,
        "summary": event.summary,
        "start": event.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end": event.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def check_nested(expected: dict[str, Any], raw: bytes) -> None:
    """Each enclosed message opens, down to the attachment of the deepest."""
    whole = MessageBytes(raw)
    message = mime.read_bytes(raw)
    subjects = []
    while message.enclosed:
        opened = mime.read_enclosed(whole.tree, message.enclosed[0].section, whole.fetch)
        assert opened is not None
        message = opened
        subjects.append(message.subject)
    assert subjects == expected["subjects"]
    deepest = message.attachments[0]
    content = attachment_content(whole.tree, deepest.section, whole.fetch)
    assert content is not None
    assert expected["deepest_attachment"] == {
        "name": deepest.name,
        "type": deepest.type,
        "size": len(content),
    }


def check_unpacked(file: dict[str, Any], raw: bytes, message: ReadableMessage) -> None:
    whole = MessageBytes(raw)
    found = [part for part in message.attachments if part.name == file["name"]]
    contents = [attachment_content(whole.tree, part.section, whole.fetch) for part in found]
    assert [len(content or b"") for content in contents] == [file["size"]]
    assert [part.size for part in found] == [file["size"]]
