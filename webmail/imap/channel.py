"""Commands and replies on imapclient's connection, for what it does not know or reads too slowly."""

import re
import select
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from imapclient import IMAPClient, exceptions  # noqa: TID251
from imapclient.imap_utf7 import encode as encode_utf7  # noqa: TID251

from webmail.errors import MessageGone
from webmail.imap.replies import Reply
from webmail.servers.wire import refuse_control

# Free text follows these: a brace at its end announces nothing.
WORDS = re.compile(rb"(?:OK|NO|BAD|BYE|PREAUTH) ", re.IGNORECASE)
LITERAL = re.compile(rb"~?\{([0-9]+)\}\r\n\Z")
CODE = re.compile(rb"(?:OK|NO|BAD) \[([A-Z-]+)(?: ([^\]]*))?\]", re.IGNORECASE)
# What a page begins with, and what may be said twice.
REPEATABLE = (b"LIST ", b"SELECT ", b"EXAMINE ", b"UNSELECT")
GOODBYE = b"* BYE"
QUOTE = re.compile(rb'(["\\])')
NUMBERED = re.compile(rb"([0-9]+) EXISTS", re.IGNORECASE)


@dataclass(frozen=True)
class Selected:
    """What SELECT said. `highest_modseq` is 0 where the server counts no changes (RFC 7162);
    `takes_keywords`: whether keywords that the folder does not have yet may be set.
    """

    uid_validity: int
    exists: int
    uid_next: int = 0
    highest_modseq: int = 0
    takes_keywords: bool = False


@dataclass
class Channel:
    """One authenticated connection. What a session can do is built on these few methods."""

    client: IMAPClient
    folder: str = ""  # the one selected
    is_left_over: bool = False  # selected by an earlier user of this connection
    has_modseq: bool = False  # whether that folder counts its changes
    is_resyncing: bool = False  # whether QRESYNC is enabled
    # Makes a connection like this one; set until the server has answered on one that had waited.
    renew: Callable[[], IMAPClient] | None = None
    round_trips: int = 0  # so far, without those of the sign-in
    listening: "Listening | None" = None

    def is_quiet(self) -> bool:
        """Whether nothing is under way, and the server has neither ended the connection nor spoken."""
        if self.listening and self.listening.tags:
            return False
        try:
            return not select.select([self.client.socket()], [], [], 0)[0]
        except (OSError, ValueError):  # closed on this side
            return False

    def end(self) -> None:
        """Says goodbye without waiting for an answer."""
        imap = self.client._imap  # noqa: SLF001
        with suppress(OSError):
            imap.send(imap._new_tag() + b" LOGOUT\r\n")  # noqa: SLF001
        self.drop()

    def drop(self) -> None:
        """Ends the connection without a word: a server that does not answer would let us wait."""
        drop(self.client)

    def knows(self, capability: str) -> bool:
        return bool(self.client.has_capability(capability))

    def ask(self, *commands: bytes) -> "Listening":
        """Sends the commands together, in one round trip, and yields the untagged replies as they come.

        Whoever stops listening early pays with the rest of the replies: keep commands small. Raises
        imapclient's errors for the first command that was refused, after the last reply.
        """
        if self.listening:
            self.listening.close()
        self.round_trips += 1
        renew, self.renew = self.renew, None
        if renew and commands[0].startswith(REPEATABLE):
            self.listening = self._sent_again_if_lost(commands, renew)
        else:
            self.listening = self._sent(commands)
        return self.listening

    def ask_also(self, listening: "Listening", command: bytes) -> None:
        """One more, while what was asked is answered: its replies come behind the others."""
        listening.tags += self._given_tags([command])

    def _sent(self, commands: Sequence[bytes]) -> "Listening":
        return Listening(self.client, self._given_tags(commands))

    def _given_tags(self, commands: Sequence[bytes]) -> list[bytes]:
        """Sends them, and tells by which tags the server will answer."""
        imap = self.client._imap  # noqa: SLF001
        tags: list[bytes] = [imap._new_tag() for _ in commands]  # noqa: SLF001
        for tag in tags:
            del imap.tagged_commands[tag]
        lines = zip(tags, commands, strict=True)
        imap.send(b"".join(b"%b %b\r\n" % line for line in lines))
        return tags

    def ask_with_literal(self, command: bytes, pieces: Iterable[bytes], size: int) -> "Listening":
        """As `ask`, for a command that ends with `size` octets (RFC 9051 §4.3), sent as they come.

        Whatever breaks in the middle breaks the connection: the server still waits for the rest.
        """
        if self.listening:
            self.listening.close()
        at_once = self.knows("LITERAL+")  # RFC 7888
        self.round_trips += 1 if at_once else 2
        self.renew = None
        imap = self.client._imap  # noqa: SLF001
        tag = imap._new_tag()  # noqa: SLF001
        del imap.tagged_commands[tag]
        imap.send(b"%b %b {%d%b}\r\n" % (tag, command, size, b"+" if at_once else b""))
        self.listening = Listening(self.client, [tag])
        if at_once or self.listening.may_go_on():
            try:
                for octets in pieces:
                    imap.send(octets)
            except BaseException:
                self.listening.tags.clear()
                self.drop()
                raise
            imap.send(b"\r\n")
        return self.listening

    def _sent_again_if_lost(
        self, commands: Sequence[bytes], renew: Callable[[], IMAPClient]
    ) -> "Listening":
        """The server may have ended the connection just now, while it waited to be used again."""
        with suppress(OSError):
            listening = self._sent(commands)
            if listening.has_begun():
                return listening
        drop(self.client)
        self.client = renew()
        enabled = [b"ENABLE QRESYNC"] if self.is_resyncing else []
        return self._sent([*enabled, *(it for it in commands if it != b"UNSELECT")])

    def run(self, *commands: bytes) -> list[Reply]:
        """All replies at once; see `ask`."""
        return list(self.ask(*commands))

    def select(self, folder: str, *, readonly: bool = True, uid_validity: int = 0) -> Selected:
        """Raises MessageGone when the folder is no longer there, or no longer the one of `uid_validity`.

        UIDs that were learnt under another UIDVALIDITY name other messages (RFC 9051 §2.3.1.1).
        """
        selected, _replies = self._select(folder, readonly=readonly)
        if uid_validity not in {0, selected.uid_validity}:
            raise MessageGone(folder)
        return selected

    def _select(
        self, folder: str, *commands: bytes, readonly: bool, parameters: bytes = b""
    ) -> tuple[Selected, list[Reply]]:
        """With what is asked of the folder in the same round trip. Raises MessageGone."""
        imap = self.client._imap  # noqa: SLF001
        verb = b"EXAMINE " if readonly else b"SELECT "
        self.folder, self.is_left_over = "", False
        imap.state, imap.untagged_responses = "AUTH", {}
        try:
            replies = self.run(verb + quoted_name(folder) + parameters, *commands)
        except exceptions.IMAPClientError as error:
            if isinstance(error, exceptions.IMAPClientAbortError):
                raise
            raise MessageGone(folder) from error
        self.folder, imap.state, imap.is_readonly = folder, "SELECTED", readonly
        selected = _selected(replies)
        self.has_modseq = bool(selected.highest_modseq)
        return selected, replies


class Listening(Iterator[Reply]):
    """The replies to some commands, up to the server's last word about each."""

    def __init__(self, client: IMAPClient, tags: list[bytes]) -> None:
        self.client, self.tags = client, tags
        self.file = client._imap.file  # noqa: SLF001
        self.refused = b""

    def __next__(self) -> Reply:
        while self.tags:
            line = self.file.readline()
            if line[:2] == b"* ":
                return self._reply(line)
            answer = self._last_word(line)
            if answer[:4].upper() == b"OK [":
                return Reply(answer)
        if self.refused:
            refused, self.refused = self.refused, b""
            raise exceptions.IMAPClientError(refused.decode("utf-8", "replace"))
        raise StopIteration

    def may_go_on(self) -> bool:
        """Waits for the server to ask for the rest of a command; False when it refuses."""
        while self.file.peek(2)[:1] == b"*":
            self._reply(self.file.readline())
        if self.file.peek(1)[:1] != b"+":
            return False
        self.file.readline()
        return True

    def has_begun(self) -> bool:
        """Waits for the first octets; False when they say that the connection ends, or there are none."""
        said: bytes = self.file.peek(len(GOODBYE))
        return bool(said) and not said.upper().startswith(GOODBYE)

    def _reply(self, line: bytes) -> Reply:
        if line[-3:] != b"}\r\n" or WORDS.match(line, 2):
            if line.upper().startswith(GOODBYE):
                self._give_up(line)
            return Reply(line[2:-2])
        pieces, literals = [line[2:-2]], []
        while literal := LITERAL.search(line):
            literals.append(self._octets(int(literal[1])))
            line = self.file.readline()
            pieces.append(line[:-2])
        return Reply(b"".join(pieces), tuple(literals))

    def _octets(self, count: int) -> bytes:
        octets: bytes = self.file.read(count)
        if len(octets) < count:
            self._give_up(b"")
        return octets

    def _last_word(self, line: bytes) -> bytes:
        tag, _space, answer = line.rstrip().partition(b" ")
        if tag not in self.tags:
            self._give_up(line)
        self.tags.remove(tag)
        if answer[:2].upper() != b"OK":
            self.refused = self.refused or answer
        return answer

    def _give_up(self, line: bytes) -> None:
        """The connection ended, or speaks of something else: nothing on it means anything any more."""
        self.tags.clear()
        drop(self.client)
        raise exceptions.IMAPClientAbortError(f"connection lost: {line[:200]!r}")

    def close(self) -> None:
        """Reads what is still to come, so that the next command hears its own replies."""
        for _reply in self:
            pass


def drop(client: IMAPClient) -> None:
    with suppress(OSError):  # it may have ended already
        client.shutdown()


def quoted_name(folder: str) -> bytes:
    """A folder's name as commands take it. Raises DangerousText."""
    refuse_control(folder)
    return quoted(encode_utf7(folder))


def quoted(text: bytes) -> bytes:
    return b'"' + QUOTE.sub(rb"\\\1", text) + b'"'


def codes(replies: list[Reply]) -> dict[bytes, bytes]:
    """Response codes by name: ``{b"UIDNEXT": b"12"}`` (RFC 9051 §7.1)."""
    found = (CODE.match(reply.text) for reply in replies)
    return {match[1].upper(): match[2] or b"" for match in found if match}


def _selected(replies: list[Reply]) -> Selected:
    known = codes(replies)
    counts = [match for reply in replies if (match := NUMBERED.fullmatch(reply.text))]
    return Selected(
        uid_validity=_number(known.get(b"UIDVALIDITY")),
        exists=int(counts[-1][1]) if counts else 0,
        uid_next=_number(known.get(b"UIDNEXT")),
        highest_modseq=_number(known.get(b"HIGHESTMODSEQ")),
        takes_keywords=b"\\*" in known.get(b"PERMANENTFLAGS", b""),
    )


def _number(text: bytes | None) -> int:
    return int(text) if text and text.isdigit() else 0
