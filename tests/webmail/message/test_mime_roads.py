"""The two roads of a message, its bytes and IMAP, lead to the same reading."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import Academy
from webmail.imap import MailSession, session
from webmail.message import shown
from webmail.message.bodystructure import structure_from_imap
from webmail.message.message_bytes import MessageBytes, structure_from_bytes
from webmail.message.readable import ReadableMessage
from webmail.message.structure import Part
from webmail.readable import mime

CORPUS = sorted((Path(__file__).parents[2] / "corpus" / "mime").glob("*.eml"))
# Dovecot 2.3 takes a line that only begins like the boundary for the boundary itself.
TAKEN_FOR_A_BOUNDARY = "024-boundary-lookalike-in-text.eml"


def as_stored(file: Path) -> bytes:
    return file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def fetched_message(mail: MailSession, uid: int) -> tuple[Part, ReadableMessage]:
    on_server = mail.message(uid)
    tree = structure_from_imap(on_server.structure)
    message = mime.read_message(on_server.headers, tree, lambda section: mail.section(uid, section))
    return tree, message


def what_is_read(message: ReadableMessage) -> dict[str, object]:
    return {
        name: value
        for name, value in vars(message).items()
        if name not in {"attachments", "problems"}
    } | {"attachments": [(part.section, part.name, part.type) for part in message.attachments]}


@pytest.mark.django_db(transaction=True)
def test_every_message_of_the_corpus_reads_the_same_from_a_real_server(academy: Academy) -> None:
    address = academy.camille.address
    with session(address, address) as mail:
        for file in CORPUS:
            mail.append("INBOX", as_stored(file))
        mail.select("INBOX")
        for uid, file in enumerate(CORPUS, 1):
            if file.name == TAKEN_FOR_A_BOUNDARY:
                continue
            tree, message = fetched_message(mail, uid)
            assert tree == structure_from_bytes(as_stored(file)), file.name
            assert what_is_read(message) == what_is_read(mime.read_bytes(as_stored(file))), (
                file.name
            )


def test_opening_a_message_moves_only_its_text() -> None:
    attached = b"A" * 78 * 1000
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBonjour\r\n--b\r\n"
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + attached
        + b"\r\n--b--\r\n"
    )
    whole = MessageBytes(raw)
    asked: list[str] = []

    def fetch(section: str) -> bytes:
        asked.append(section)
        return whole.fetch(section)

    message = mime.read_message(whole.fetch("HEADER"), whole.tree, fetch)

    assert asked == ["1"] == shown.choose(whole.tree).sections
    assert message.text == "Bonjour"
    assert [part.name for part in message.attachments] == ["a.pdf"]


def test_an_answer_that_is_no_structure_is_still_a_message() -> None:
    answers: tuple[Any, ...] = (
        None,
        (),
        b"x",
        (b"text",),
        ([],),
        ([b"a"], b"mixed"),
        (b"message", b"rfc822"),
    )
    for answer in answers:
        assert structure_from_imap(answer).section in {"1", "TEXT"}
