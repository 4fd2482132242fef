"""From a letter to the bytes of its message (RFC 5322, 2045 to 2047, 2231); pure, repeatable."""

from collections.abc import Sequence
from email import encoders, message_from_bytes, policy
from email.charset import BASE64, QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.quoprimime import body_encode
from email.utils import format_datetime
from hashlib import blake2s
from io import BytesIO

from sample.letters import Attachment, Letter, Person, TransferEncoding
from sample.typography import sayable

FOLDED = policy.compat32.clone(linesep="\r\n", max_line_length=200)


def letter_bytes(letter: Letter) -> bytes:
    """The message as its author's program wrote it: CRLF line ends, no trace headers, no Bcc."""
    message = _Assembly(letter).message()
    _write_headers(message, letter)
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False, policy=FOLDED).flatten(message)
    return buffer.getvalue()


class _Assembly:
    """The tree of parts of one letter; boundaries derive from its key, so that no run differs."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.boundaries = 0

    def message(self) -> Message:
        if self.letter.report_parts:
            return self._report()
        body = self._body()
        files = [a for a in self.letter.attachments if not a.content_id]
        return self._multipart("mixed", [body, *map(_attached, files)]) if files else body

    def _report(self) -> Message:
        parts = [_text("plain", self.letter), *map(_report_part, self.letter.report_parts)]
        report = self._multipart("report", parts)
        report.set_param("report-type", "delivery-status")
        return report

    def _body(self) -> Message:
        forms = [_text("plain", self.letter)]
        if self.letter.html:
            forms.append(self._html())
        if self.letter.calendar:
            forms.append(_calendar(self.letter))
        return self._multipart("alternative", forms) if len(forms) > 1 else forms[0]

    def _html(self) -> Message:
        html = _text("html", self.letter)
        pictures = [a for a in self.letter.attachments if a.content_id]
        return self._multipart("related", [html, *map(_inline, pictures)]) if pictures else html

    def _multipart(self, subtype: str, parts: Sequence[Message]) -> MIMEMultipart:
        self.boundaries += 1
        digest = blake2s(
            f"{self.letter.key}/{self.boundaries}".encode(), digest_size=12
        ).hexdigest()
        return MIMEMultipart(subtype, boundary=f"=_{digest}", _subparts=parts)


def _write_headers(message: Message, letter: Letter) -> None:
    message["Date"] = format_datetime(letter.sent_at)
    message["From"] = _people([letter.sender], letter.charset)
    for name, people in (("To", letter.to), ("Cc", letter.cc)):
        if people:
            message[name] = _people(people, letter.charset)
    message["Subject"] = _words(letter.subject, letter.charset)
    message["Message-ID"] = letter.message_id
    if letter.references:
        message["In-Reply-To"] = letter.references[-1]
        message["References"] = " ".join(letter.references)
    for name, value in letter.headers:
        message[name] = value


def _people(people: Sequence[Person], charset: str) -> str:
    return ", ".join(
        f"{_phrase(p.name, charset)} <{p.address}>" if p.name else p.address for p in people
    )


def _phrase(name: str, charset: str) -> str:
    """A display name: quoted when plain, encoded when not (RFC 2047, 5 (3))."""
    if not name.isascii():
        return _words(sayable(name, charset), charset)
    return name if name.replace(" ", "").isalnum() else '"' + name.replace('"', "") + '"'


def _words(text: str, charset: str) -> str:
    """Encoded words, with spaces between, short enough to follow ``Subject: `` on its line."""
    if text.isascii():
        return text
    return Header(text, _header_charset(text, charset), maxlinelen=64).encode(linesep="")


def _header_charset(text: str, charset: str) -> Charset:
    """Base64 now and then, so that readers meet both encodings of RFC 2047."""
    chosen = Charset(charset)
    chosen.header_encoding = BASE64 if charset == "utf-8" and len(text) % 3 == 0 else QP
    return chosen


def _text(subtype: str, letter: Letter) -> Message:
    text = letter.text if subtype == "plain" else letter.html
    part = MIMENonMultipart("text", subtype, charset=letter.charset)
    _fill(part, text, letter.charset, letter.encoding)
    return part


def _fill(part: Message, text: str, charset: str, encoding: TransferEncoding) -> None:
    octets = text.replace("\r\n", "\n").encode(charset)
    part["Content-Transfer-Encoding"] = encoding
    if encoding == "quoted-printable":
        part.set_payload(body_encode(octets.decode("latin-1")))
    elif encoding == "8bit":
        part.set_payload(octets.decode("ascii", "surrogateescape"))
    else:
        part.set_payload(octets)
        del part["Content-Transfer-Encoding"]
        encoders.encode_base64(part)


def _calendar(letter: Letter) -> Message:
    part = MIMENonMultipart("text", "calendar", method=letter.calendar_method, charset="utf-8")
    _fill(part, letter.calendar, "utf-8", "base64")
    return part


def _file(attachment: Attachment) -> Message:
    maintype, _, subtype = attachment.content_type.partition("/")
    part = MIMEBase(maintype, subtype)
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    return part


def _file_name(name: str) -> str | tuple[str, str, str]:
    return name if name.isascii() else ("utf-8", "", name)


def _attached(attachment: Attachment) -> Message:
    part = _file(attachment)
    part.add_header("Content-Disposition", "attachment", filename=_file_name(attachment.name))
    return part


def _inline(picture: Attachment) -> Message:
    part = _file(picture)
    part.add_header("Content-Disposition", "inline", filename=_file_name(picture.name))
    part["Content-ID"] = f"<{picture.content_id}>"
    return part


def _report_part(attachment: Attachment) -> Message:
    """A part of a delivery report keeps its own type and is never encoded (RFC 6522)."""
    head = f"Content-Type: {attachment.content_type}\r\n\r\n"
    return message_from_bytes(head.encode() + attachment.content)
