"""25 MB on their way out, through the real web server and worker: neither holds them in memory at once."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings

from tests import mail_programs
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.sync.test_index_workers import until
from tests.webmail.test_first_mail import filled
from tests.webmail.writing.test_drafts import OpenPage
from webmail.drafts import filing
from webmail.models import Draft, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

HEAVY, LIGHT = 25 << 20, 1 << 10  # octets
AT_MOST = 16  # MB more than before, at the highest; at once it would be 25, and 34 once encoded
BOUNDARY = "une-limite-que-rien-ne-contient"


def processes(name: str) -> list[int]:
    """``web`` or ``worker``, with its children."""
    parent = next(it for it in RUN.supervisor.programs if it.name == name).process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, children)]


def memory(pid: int, field: str) -> int:
    """KB: ``VmRSS`` now, ``VmHWM`` the highest since it was last forgotten (proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


@contextmanager
def growing_little(name: str) -> Iterator[None]:
    """Fails when one of the processes was, meanwhile, much larger than before."""
    before = {pid: memory(pid, "VmRSS") for pid in processes(name)}
    for pid in before:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forgets VmHWM
    yield
    grown = {pid: (memory(pid, "VmHWM") - rss) >> 10 for pid, rss in before.items()}
    assert max(grown.values()) <= AT_MOST, f"{name}: {grown} MB more"


class Browser:
    """Speaks HTTP to the running site: a file is sent piece by piece."""

    def __init__(self, page: OpenPage) -> None:
        cookies = {name: it.value for name, it in page.client.cookies.items()}
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME],
            "Origin": RUN.url,
        }

    def post(self, path: str, kind: str, size: int, pieces: Iterator[bytes]) -> int:
        link = HTTPConnection("localhost", RUN.state.ports["web"], timeout=60)
        headers = {**self.headers, "Content-Type": kind, "Content-Length": str(size)}
        link.request("POST", path, pieces, headers)
        answer = link.getresponse()
        answer.read()
        link.close()
        return answer.status

    def upload(self, path: str, file: Path) -> int:
        head = (
            f"--{BOUNDARY}\r\nContent-Type: application/octet-stream\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        ).encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def pieces() -> Iterator[bytes]:
            yield head
            with file.open("rb") as content:
                yield from iter(lambda: content.read(1 << 16), b"")
            yield tail

        size = len(head) + file.stat().st_size + len(tail)
        return self.post(path, f"multipart/form-data; boundary={BOUNDARY}", size, pieces())

    def submit(self, path: str, fields: dict[str, str]) -> int:
        content = urlencode(fields).encode()
        return self.post(path, "application/x-www-form-urlencoded", len(content), iter([content]))


def octets(folder: Path, size: int) -> Path:
    file = folder / f"{size}.bin"
    file.write_bytes(os.urandom(size))
    return file


def kept(person: Person, file: Path) -> OpenPage:
    """A draft with the file, filed in the Drafts folder by the worker."""
    page = OpenPage(person)
    page.save(subject=file.name)
    page.client.get(page.url("draft"))  # brings the form's token
    assert Browser(page).upload(page.url("draft_upload", uuid4()), file) == 200
    assert page.save(subject=file.name, body="Ci-joint.") == 200
    filing.hint(page.token)
    until(Draft.objects.filter(pk=page.token).exclude(filed_uid=None).exists)
    return page


def left(page: OpenPage, reader: Person) -> None:
    form = page.client.get(page.url("draft")).context["form"]
    fields = filled(form, to=reader.address)
    assert Browser(page).submit(page.url("draft"), fields) == 302
    until(lambda: not OutgoingMessage.objects.filter(filed_at=None).exists())


def received(reader: Person, subject: str) -> str:
    """The digest of the file that came with it."""
    program = mail_programs.signed_in(reader.address, reader.password)
    place = mail_programs.wait_for(program, subject).index(subject) + 1
    answer = program.fetch(str(place), "(BODY.PEEK[])")[1][0]
    assert isinstance(answer, tuple)
    (part,) = message_from_bytes(answer[1], policy=default).iter_attachments()
    return hashlib.sha256(part.get_content()).hexdigest()


def test_a_large_file_is_uploaded_filed_and_sent_piece_by_piece(
    live: str, academy: Academy, tmp_path: Path
) -> None:
    light, heavy = octets(tmp_path, LIGHT), octets(tmp_path, HEAVY)
    left(kept(academy.camille, light), academy.nadia)  # both have all they need in memory now
    with growing_little("web"), growing_little("worker"):
        left(kept(academy.camille, heavy), academy.nadia)
    digest = hashlib.sha256(heavy.read_bytes()).hexdigest()
    assert received(academy.nadia, heavy.name) == digest
