"""Files that go with a message: any number and name, no more than fits, seen by an antivirus first."""

import os
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.people import Academy
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, filled, put
from tests.webmail.writing.outgoing import bytes_of
from tests.webmail.writing.test_drafts import OpenPage
from tests.webmail.writing.test_writing import with_file
from webmail.drafts import filing, spool, sweeping
from webmail.drafts.files import clean_name
from webmail.imap import session
from webmail.models import Draft, DraftFile, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

# https://www.eicar.org: harmless, and called a virus by every scanner; in two pieces, for those of developers.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def sheet(academy: Academy) -> OpenPage:
    page = OpenPage(academy.camille)
    page.save(subject="Avec des fichiers")
    return page


def upload(
    page: OpenPage, content: bytes, name: str = "a.pdf", file_id: UUID | None = None
) -> tuple[int, dict[str, str]]:
    """Status and words of the answer."""
    url = page.url("draft_upload", file_id or uuid4())
    answer = page.client.post(url, {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.json() if answer.status_code != 404 else {}


def test_an_upload_sent_again_after_a_cut_is_one_file(sheet: OpenPage) -> None:
    number = uuid4()
    for _ in range(2):
        assert upload(sheet, b"%PDF", file_id=number)[0] == 200
    assert DraftFile.objects.get().path.read_bytes() == b"%PDF"
    assert not list((RUN.folder / "spool" / spool.INCOMING).iterdir())


def test_an_empty_file_leaves_like_any_other(sheet: OpenPage, academy: Academy) -> None:
    assert upload(sheet, b"", "vide.txt")[0] == 200
    form = sheet.client.get(sheet.url("draft")).context["form"]
    sheet.client.post(sheet.url("draft"), filled(form, to=academy.nadia.address))
    assert b"vide.txt" in bytes_of(OutgoingMessage.objects.get())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nb\u2028c.pdf", "a b c.pdf"),
        ("", "piece-jointe"),
        ("...", "piece-jointe"),
        ("C:\\Bureau\\é.odt", "C:_Bureau_é.odt"),
    ],
)
def test_odd_names_become_readable_ones(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_an_endless_name_keeps_its_extension() -> None:
    name = clean_name("é" * 500 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= 240


def test_a_file_above_the_limit_is_refused_with_what_to_do(
    sheet: OpenPage, settings: LazySettings
) -> None:
    settings.MAX_FILE_MB = 1
    status, words = upload(sheet, b"x" * ((1 << 20) + 1), "film.mp4")
    assert status == 422
    assert "« film.mp4 » dépasse la limite de 1" in words["error"]
    assert "espace partagé" in words["error"]
    assert not list((RUN.folder / "spool" / spool.INCOMING).iterdir())


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("MAX_ATTACHMENTS_MB", "Les pièces jointes font 1,3"),
        ("MAX_MESSAGE_MB", "Une fois encodé"),
        ("MAX_DRAFT_FILES_MB", "Les brouillons de cette boîte"),
    ],
)
def test_files_that_are_too_much_together_are_refused(
    sheet: OpenPage, settings: LazySettings, setting: str, words: str
) -> None:
    setattr(settings, setting, 1)
    assert upload(sheet, b"x" * 700_000)[0] == 200
    status, answer = upload(sheet, b"x" * 700_000)
    assert status == 422
    assert words in answer["error"]
    assert DraftFile.objects.count() == 1


def test_files_of_others_are_missing_ones(sheet: OpenPage, academy: Academy) -> None:
    number = uuid4()
    upload(sheet, b"confidentiel", file_id=number)
    thief = OpenPage(academy.nadia)
    thief.save(body="x")
    assert upload(thief, b"y", file_id=number)[0] == 404
    assert thief.client.get(thief.url("draft_file", number)).status_code == 404
    assert thief.client.post(thief.url("draft_remove_file", number)).status_code == 404
    form = thief.client.get(thief.url("draft")).context["form"]
    assert (
        thief.client.post(thief.url("draft"), filled(form, remove=str(number))).status_code == 404
    )
    thief.token = sheet.token
    assert upload(thief, b"y")[0] == 404
    assert DraftFile.objects.get().path.read_bytes() == b"confidentiel"


def test_a_picture_is_shown_and_all_else_is_a_download(sheet: OpenPage) -> None:
    picture, page = uuid4(), uuid4()
    upload(sheet, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a.png", picture)
    upload(sheet, b"<script>alert(1)</script>", "a.html", page)
    shown = sheet.client.get(sheet.url("draft_file", picture))
    assert shown.headers["Content-Type"] == "image/png"
    kept = sheet.client.get(sheet.url("draft_file", page))
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in kept.headers["Content-Security-Policy"]


def test_files_are_named_and_ordered_by_what_the_page_says(sheet: OpenPage) -> None:
    first, second = uuid4(), uuid4()
    upload(sheet, b"1", "un.txt", first)
    upload(sheet, b"2", "deux.txt", second)
    sheet.save(**{"file": str(second), f"name-{second}": "Deux.txt"})
    form = sheet.client.get(sheet.url("draft")).context["form"]
    data = {**filled(form, up=str(first)), "file": [str(second), str(first)]}
    lines = sheet.client.post(sheet.url("draft"), data).context["attachments"]
    assert [line.name for line in lines] == ["un.txt", "Deux.txt"]


def test_a_file_of_another_message_comes_along_without_a_download(academy: Academy) -> None:
    put(academy.camille, with_file(academy.nadia, academy.camille, "Dossier"))
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    url = reverse("compose", args=[academy.camille.mailbox.pk])
    where = f"{url}?mode=attach&dossier={inbox.pk}&uid=1"
    for asked, name in ((f"{where}&piece=2", "notes.pdf"), (where, "Dossier.eml")):
        opened = client.get(asked).context
        assert [line.name for line in opened["attachments"]] == [name]
        sent = filled(
            opened["form"], to=academy.nadia.address, subject=name, origin=opened["origin"]
        )
        assert client.post(url, sent).status_code == 302
        raw = bytes_of(OutgoingMessage.objects.latest("pk"))
        assert name.encode() in raw
        assert b"Y29uZmlkZW50aWVs" in raw  # "confidentiel", in either
    assert client.get(f"{where}&piece=9").status_code == 404


def test_a_draft_with_files_is_whole_in_the_drafts_folder(
    sheet: OpenPage, academy: Academy
) -> None:
    content = bytes(range(256)) * 8192
    upload(sheet, content, "2 Mo.bin")
    sheet.save(subject="Lourd")
    assert filing.file(sheet.token) == filing.Outcome.DONE
    with session(academy.camille.address, academy.camille.address) as mail:
        mail.select("Brouillons")
        raw = mail.section(1, "")
    (part,) = message_from_bytes(raw, policy=default).iter_attachments()
    assert part.get_payload(decode=True) == content


def test_orphans_of_the_spool_are_swept_away(sheet: OpenPage) -> None:
    number = uuid4()
    upload(sheet, b"1", file_id=number)
    path = DraftFile.objects.get().path
    lost = spool.new_path()
    lost.write_bytes(b"x")
    sweeping.tidy()
    assert lost.exists()
    Draft.objects.all().delete()
    old = sweeping.UPLOAD_LASTS + timedelta(hours=1)
    for stale in (path, lost):
        age(stale, old)
    sweeping.tidy()
    assert not lost.exists()
    assert not path.exists()


def age(path: Path, by: timedelta) -> None:
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


class Clamd(socketserver.BaseRequestHandler):
    """clamd as far as INSTREAM goes: it knows one virus."""

    def handle(self) -> None:
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(stream.read(4), "big"):
            content += stream.read(size)
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(found)


@pytest.fixture
def clamd(settings: LazySettings) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        settings.CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


def test_a_virus_is_refused_and_a_clean_file_is_taken(sheet: OpenPage, clamd: None) -> None:
    assert upload(sheet, b"sain")[0] == 200
    status, words = upload(sheet, EICAR, "facture.zip")
    assert status == 422
    assert "virus" in words["error"]
    assert [file.name for file in DraftFile.objects.all()] == ["a.pdf"]


def test_no_file_is_taken_while_the_antivirus_does_not_answer(
    sheet: OpenPage, settings: LazySettings
) -> None:
    settings.CLAMD = "tcp://127.0.0.1:1"
    status, words = upload(sheet, b"sain")
    assert status == 422
    assert "réessayez" in words["error"]
    assert not DraftFile.objects.exists()


def test_a_full_disk_is_said_and_nothing_is_half_kept(
    sheet: OpenPage, settings: LazySettings
) -> None:
    settings.SPOOL = Path("/dev/full")
    status, words = upload(sheet, b"x" * 100_000)
    assert status == 422
    assert "réessayez" in words["error"]
    assert not DraftFile.objects.exists()
