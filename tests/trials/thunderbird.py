"""A delegate's Thunderbird against the real servers: ``make thunderbird`` (docs/trials.md)."""

import os
import signal
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from audit.parties import NOWHERE
from deploy.state import free_port
from mailboxes.models import Mailbox, Right
from tests import mail_programs
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.servers import RUN
from tests.trials.marionette import Marionette
from tests.webmail.test_first_mail import browser_of, filled, open_message
from tests.webmail.writing.outgoing import bytes_of
from tests.webmail.writing.test_draft_files import upload
from tests.webmail.writing.test_drafts import OpenPage
from webmail import outbox
from webmail.drafts import filing
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
QUIET = {  # nothing asks, nothing calls home
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.shell.checkDefaultClient": False,
    "mailnews.start_page.enabled": False,
    "mail.compose.autosave": False,
    "mail.compose.attachment_reminder": False,
    "mail.SpellCheckBeforeSend": False,
}
TEXT = "<p>Chers collègues, le conseil est à 17 h 15 : apportez <b>vos relevés</b>.</p>"
WORDS = "Chers collègues, le conseil est à 17 h 15 : apportez vos relevés."
OCTETS = bytes(range(256)) * 1024
FILE = "Relevés — 3ᵉ B.pdf"


class Thunderbird:
    def __init__(self, session: Marionette) -> None:
        self.session = session

    def does(self, name: str, *arguments: object) -> Any:
        """What a function of thunderbird.js answers. Raises ScriptFailed."""
        call = f"return {name}(...args.slice(0, {len(arguments)}));"
        return self.session.run(f"{LIBRARY}\n{call}", *arguments)

    def shows(self, folder: str, subject: str) -> dict[str, Any]:
        """``text`` and ``attachments`` of the message pane."""
        return cast(dict[str, Any], self.does("shown", folder, subject))

    def sends(self, sender: str, to: str, subject: str) -> bool:
        """A new message, from the composer."""
        self.does("write", {"sender": sender, "to": to, "subject": subject, "text": TEXT})
        return bool(self.does("send"))

    def opens_account(self, person: Person, *also: Mailbox) -> None:
        """With an application password; one may write as ``also``, if the server agrees."""
        wish = Wish("Thunderbird", reads=True, sends=True, days=None)
        password = application_passwords.create(person.user, wish, NOWHERE).reveal()
        senders = [person.address, *(it.address for it in also)]
        ports = {"imap": RUN.state.ports["imap"], "submission": RUN.state.ports["submission"]}
        known = {"login": person.address, "password": password, "senders": senders}
        self.does("trust", "".join(RUN.state.authority.read_text().splitlines()[1:-1]))
        self.does("addAccount", {**known, **ports})
        self.does("discover")


@pytest.fixture
def thunderbird(tmp_path: Path) -> Iterator[Thunderbird]:
    """Started with an empty profile, without a screen."""
    port = free_port(set())
    values = {name: str(value).lower() for name, value in QUIET.items()}
    wanted = values | {"marionette.port": str(port)}
    lines = [f'user_pref("{name}", {value});\n' for name, value in wanted.items()]
    (tmp_path / "user.js").write_text("".join(lines))
    command = ["thunderbird", "--headless", "--marionette", "--remote-allow-system-access"]
    with (tmp_path / "log").open("w") as log:
        program = subprocess.Popen(  # noqa: S603
            [*command, "--no-remote", "--profile", str(tmp_path)],
            env=os.environ | {"HOME": str(tmp_path)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with Marionette(port) as session:
            yield Thunderbird(session)
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def place(mailbox: Mailbox, folder: str = "") -> str:
    """As its folder tree shows it."""
    local_part = mailbox.address.partition("@")[0]
    return f"/Boîtes fonctionnelles/{local_part}{folder and '/'}{folder}"


def written_to(office: Mailbox, by: Person, subject: str) -> None:
    message = mail_programs.letter(by.address, office.address, subject)
    mail_programs.send(by.address, by.password, message, [office.address])


def flags_of_first(academy: Academy) -> bytes:
    """In the office's INBOX, as its responsable's program is told."""
    program = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    program.select(f'"Bo&AO4-tes fonctionnelles/{academy.office_address.partition("@")[0]}"')
    answer = program.fetch("1", "(FLAGS)")[1][0]
    return answer if isinstance(answer, bytes) else b""


def test_the_mailbox_is_there_with_its_folders_and_what_one_does_is_the_teams(
    academy: Academy, thunderbird: Thunderbird
) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.WRITE)
    written_to(office, academy.nadia, "Inscription")
    thunderbird.opens_account(academy.camille, office)
    assert "Bien à vous." in thunderbird.shows(place(office), "Inscription")["text"]
    thunderbird.does("createFolder", place(office), "Stages")
    assert {place(office), place(office, "Corbeille"), place(office, "Stages")} <= set(
        thunderbird.does("folders")
    )
    thunderbird.does("star", place(office), "Inscription")
    assert b"\\Flagged" in flags_of_first(academy)
    client = browser_of(academy.nadia)
    page = client.get(reverse("mailbox", args=[office.pk]), follow=True)
    assert "Stages" in [link.label for link in page.context["folders"]]
    assert page.context["folder"].unread == 0


def test_a_reader_marks_nothing(academy: Academy, thunderbird: Thunderbird) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    written_to(office, academy.bastien, "Inscription")
    thunderbird.opens_account(academy.camille, office)
    assert "Bien à vous." in thunderbird.shows(place(office), "Inscription")["text"]
    thunderbird.does("star", place(office), "Inscription")
    assert b"\\Flagged" not in flags_of_first(academy)
    assert b"\\Seen" not in flags_of_first(academy)


def test_only_who_may_send_sends_as_the_mailbox(academy: Academy, thunderbird: Thunderbird) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.WRITE)
    thunderbird.opens_account(academy.camille, office)
    assert not thunderbird.sends(office.address, academy.bastien.address, "De la direction")
    assert "not owned by user" in thunderbird.does("closeBox")
    granted(academy.nadia, office, academy.camille, Right.SEND)
    assert thunderbird.does("send")
    client = browser_of(academy.bastien)
    program = mail_programs.signed_in(academy.bastien.address, academy.bastien.password)
    assert mail_programs.wait_for(program, "De la direction") == ["De la direction"]
    reading = client.get(open_message(client, academy.bastien, "De la direction"))
    assert reading.context["reading"].from_address == office.address


def test_a_draft_of_pli_opens_in_thunderbird(academy: Academy, thunderbird: Thunderbird) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Conseil", to=academy.nadia.address, html=TEXT, body="")
    assert upload(page, OCTETS, FILE)[0] == 200
    assert filing.file(page.token) == filing.Outcome.DONE
    thunderbird.opens_account(academy.camille)
    draft = thunderbird.does("draft", "/Brouillons", "Conseil")
    assert WORDS in draft["text"]
    assert (draft["to"], draft["attachments"]) == (academy.nadia.address, [FILE])


def test_a_draft_of_thunderbird_opens_in_pli(
    academy: Academy, thunderbird: Thunderbird, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_bytes(OCTETS)
    thunderbird.opens_account(academy.camille)
    words = {"subject": "Conseil", "text": TEXT, "file": str(tmp_path / FILE)}
    written = {"sender": academy.camille.address, "to": academy.nadia.address}
    thunderbird.does("write", {**written, **words})
    assert thunderbird.does("saveDraft")
    client = browser_of(academy.camille)
    url, opened = resumed(client, academy.camille)
    form = opened["form"]
    assert WORDS in str(form["body"].value())
    assert form["to"].value() == academy.nadia.address
    assert [line.name for line in opened["attachments"]] == [FILE]
    client.post(url, filled(form, origin=opened["origin"]))
    message = OutgoingMessage.objects.get()
    (part,) = message_from_bytes(bytes_of(message), policy=default).iter_attachments()
    assert part.get_content() == OCTETS


def resumed(client: Client, person: Person) -> tuple[str, Any]:
    """The composer on the only message of the Drafts folder: its address and what it shows."""
    client.get("/", follow=True)
    folder = person.mailbox.folders.get(special_use="drafts")
    compose = reverse("compose", args=[person.mailbox.pk])
    url = f"{compose}?mode=draft&dossier={folder.pk}&uid=1"
    return url, client.get(url).context


def test_what_pli_sends_reads_the_same(academy: Academy, thunderbird: Thunderbird) -> None:
    page = OpenPage(academy.camille)
    page.save(subject="Conseil de classe — 3ᵉ B", to=academy.nadia.address, html=TEXT, body="")
    assert upload(page, OCTETS, FILE)[0] == 200
    form = page.client.get(page.url("draft")).context["form"]
    page.client.post(page.url("draft"), filled(form, html=TEXT))
    outbox.send(OutgoingMessage.objects.get().pk)
    thunderbird.opens_account(academy.nadia)
    shown = thunderbird.shows("/Inbox", "Conseil de classe — 3ᵉ B")
    assert WORDS in shown["text"]
    assert shown["attachments"] == [FILE]
    assert shown["sizes"] == [len(OCTETS)]
