"""The rows that the index reads: of odd messages too, and while others change the folder."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.people import Academy
from tests.servers import RUN
from webmail import imap
from webmail.errors import DangerousText, MailServerUnavailable, MessageGone
from webmail.imap import UidSet, rows
from webmail.imap.replies import Raw, Reply, fetched
from webmail.imap.structures import has_attachments, structure_tree
from webmail.message import shown
from webmail.message.shown import Role

CORPUS = sorted((Path(__file__).parents[2] / "corpus" / "mime").glob("*.eml"))


@pytest.mark.django_db(transaction=True)
def test_odd_messages_have_the_attachments_that_the_page_offers(academy: Academy) -> None:
    person = academy.camille
    with imap.session(person.address, person.address) as mail:
        kept = [path for path in CORPUS if path.stat().st_size < 200_000]
        for path in kept:
            mail.append("INBOX", path.read_bytes().replace(b"\0", b" "))
        mail.select("INBOX")
        found = {row.uid: row for row in mail.header_rows(UidSet.between(1))}
        assert sorted(found) == list(range(1, len(kept) + 1))
        for uid, row in found.items():
            steps = shown.choose(structure_tree(Raw(_structure(mail, uid)))).steps
            offered = any(role is Role.OFFERED and not part.content_id for role, part in steps)
            assert row.has_attachments == offered, kept[uid - 1].name


def _structure(mail: imap.MailSession, uid: int) -> bytes:
    item = fetched(mail.run(b"UID FETCH %d (BODYSTRUCTURE)" % uid)[0])
    assert item is not None
    text: bytes = item[b"BODYSTRUCTURE"].text
    return text


LINE = (
    b'7 FETCH (UID 9 FLAGS (\\Seen $Forwarded) INTERNALDATE "03-Feb-2026 06:20:58 +0100"'
    b" RFC822.SIZE 2111%b BODYSTRUCTURE %b"
    b" BODY[HEADER.FIELDS (FROM LIST-ID)] {5})"
)
PLAIN = b'("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 1317 11 NIL NIL NIL NIL)'
FILE = (
    b'(%b("application" "pdf" NIL NIL NIL "base64" 7382 NIL ("attachment" ("filename" "a (1).pdf"))'
    b' NIL NIL) "mixed" ("boundary" "=") NIL NIL NIL)' % PLAIN
)


@pytest.mark.parametrize("modseq", [b"", b" MODSEQ (203)"])
@pytest.mark.parametrize("structure", [PLAIN, FILE])
def test_the_usual_row_is_read_like_any_other(modseq: bytes, structure: bytes) -> None:
    usual = Reply(LINE % (modseq, structure), (b"a: b\n",))
    other = Reply(
        usual.text.replace(b" RFC822.SIZE 2111", b"")[:-1] + b" RFC822.SIZE 2111)", usual.literals
    )
    assert rows.USUAL.fullmatch(usual.text)
    assert not rows.USUAL.fullmatch(other.text)
    assert rows.header_row(usual) == rows.header_row(other)


@pytest.mark.parametrize(
    ("structure", "answer"),
    [
        (PLAIN, False),
        (FILE, True),
        (PLAIN.replace(b'"plain"', b'"html"'), False),
        (PLAIN.replace(b'"plain"', b'"csv"'), True),
        (PLAIN.replace(b" NIL NIL NIL NIL)", b' NIL ("attachment" NIL) NIL NIL)'), True),
        (b'(%b%b "alternative" ("boundary" "b") NIL NIL NIL)' % (PLAIN, PLAIN), False),
        (b'(%b%b "mixed" ("boundary" "b") NIL NIL NIL)' % (PLAIN, PLAIN), False),
        (b'("image" "png" ("name" "a.png") "<x@y>" NIL "base64" 512 NIL NIL NIL NIL)', False),
        (b'("image" "png" ("name" "a.png") NIL NIL "base64" 512 NIL NIL NIL NIL)', True),
    ],
)
def test_attachments_are_known_from_the_structure(structure: bytes, answer: bool) -> None:
    assert has_attachments(Raw(structure)) == answer


def test_a_message_the_server_cannot_describe_is_a_row_all_the_same() -> None:
    line = b"7 FETCH (UID 9 FLAGS () INTERNALDATE NIL RFC822.SIZE 0 BODYSTRUCTURE NIL BODY[HEADER.FIELDS (TO)] NIL)"
    row = rows.header_row(Reply(line))
    assert row is not None
    assert (row.uid, row.received_at, row.headers, row.modseq) == (9, rows.EPOCH, b"", 0)


class _Talkative(socketserver.StreamRequestHandler):
    """A server on which others are at work while it answers."""

    between = b""

    def handle(self) -> None:
        files = RUN.state.mail / "tls"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files / "server.crt", files / "server.key")
        with context.wrap_socket(self.request, server_side=True) as client:
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] ready\r\n")
            for line in client.makefile("rb"):
                tag, _space, command = line.rstrip().partition(b" ")
                client.sendall(self.replies(command) + tag + b" OK done\r\n")

    def replies(self, command: bytes) -> bytes:
        if command.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER\r\n"
        if command.startswith(b"EXAMINE"):
            return b"* 2 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT 9] {3}\r\n"
        if command.startswith(b"UID FETCH"):
            row = b"* " + LINE % (b"", PLAIN)
            return self.between + row.replace(b"{5}", b"{5}\r\na: b\n") + b"\r\n" + self.between
        return b""


BETWEEN = [
    b"",
    b"* 3 EXPUNGE\r\n* 5 EXISTS\r\n* 1 RECENT\r\n",
    b"* 4 FETCH (FLAGS (\\Seen))\r\n",
    b"* 4 FETCH (FLAGS (\\Seen) UID 4)\r\n",
    b"* VANISHED 3:4\r\n",
    b"* OK [ALERT] All is well {12}\r\n",
    b"* NO disk is slow\r\n",
]


@contextmanager
def talkative(between: bytes) -> Iterator[int]:
    handler = type("Handler", (_Talkative,), {"between": between})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("between", BETWEEN)
def test_what_others_do_meanwhile_does_not_disturb_the_rows(
    academy: Academy, settings: Settings, between: bytes
) -> None:
    with talkative(between) as settings.IMAP_PORT:
        mail = imap.connect(academy.camille.address, academy.camille.address)
        assert mail.select("INBOX").uid_next == 9
        assert [row.uid for row in mail.header_rows(UidSet.of([9]))] == [9]
        assert [row.uid for row in mail.flag_rows(UidSet.of([9]))] == [9]
        mail.end()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "between", [b"* BYE shutting down\r\n", b"* 9 FETCH (UID\r\n", b"noise\r\n"]
)
def test_an_answer_that_breaks_off_says_that_the_server_is_away(
    academy: Academy, settings: Settings, between: bytes
) -> None:
    address = academy.camille.address
    with (
        talkative(between) as settings.IMAP_PORT,
        pytest.raises(MailServerUnavailable),
        imap.session(address, address) as mail,
    ):
        assert [list(mail.header_rows(UidSet.of([9]))) for _folder in [mail.select("INBOX")]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("flag", ["a b", "", "é", "(x)", "\\", "a\r\nb", "a{3}", '"a"', "a*"])
def test_a_keyword_that_no_server_could_take_is_not_sent(academy: Academy, flag: str) -> None:
    address = academy.camille.address
    with pytest.raises(DangerousText), imap.session(address, address) as mail:
        mail.add_flags([1], [flag])


@pytest.mark.django_db(transaction=True)
def test_a_usual_message_is_opened_in_one_round_trip(academy: Academy) -> None:
    address = academy.camille.address
    small, large = b"Subject: a\r\n\r\nBonjour\r\n", b"Subject: b\r\n\r\n" + b"x" * 998 + b"\r\n"
    with imap.session(address, address) as mail:
        for raw in (small, large):
            mail.append("INBOX", raw)
        selected = mail.select("INBOX")
        before = mail.round_trips
        opened = [
            mail.open_message("INBOX", uid, uid_validity=selected.uid_validity, whole=500)
            for uid in (1, 2)
        ]
        assert mail.round_trips - before == 2
        assert [message.whole for message in opened] == [small, None]
        assert [message.headers for message in opened] == [
            b"Subject: a\r\n\r\n",
            b"Subject: b\r\n\r\n",
        ]
        for folder, uid, validity in (("INBOX", 3, 0), ("INBOX", 1, 7), ("nulle part", 1, 0)):
            with pytest.raises(MessageGone):
                mail.open_message(folder, uid, uid_validity=validity, whole=500)
