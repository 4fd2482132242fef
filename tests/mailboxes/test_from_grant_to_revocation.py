"""Five people and two functional mailboxes, from the first right to the last: pages, IMAP and SMTP at once.

Nadia answers for the school's mailbox; Camille reads it, Bastien files in it, Sofia writes as it, Karim
manages it. Karim answers for the second one, as which Camille may write. Sofia's mail program has an
application password, the others' their own.
"""

import imaplib
import re
import smtplib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.delegating import expiry
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import create_functional_mailbox
from mailboxes.models import Delegation, Mailbox, Right
from tests import mail_programs
from tests.mail_programs import letter, signed_in, trusting
from tests.mailboxes.delegating import DAY, moved, with_responsable
from tests.mailboxes.test_delegation_servers import AT_MOST, FILING, ROOM, rights
from tests.mailboxes.test_kick import ends
from tests.people import Academy, Person, open_account
from tests.webmail.test_first_mail import browser_of, filled
from webmail import outbox
from webmail.models import Folder, OutgoingMessage
from webmail.sync import freshness

pytestmark = pytest.mark.django_db(transaction=True)

SENT = "Envoy&AOk-s"  # modified UTF-7 (RFC 3501 §5.1.3)
LEVELS = {
    "camille": Right.READ,
    "bastien": Right.WRITE,
    "sofia": Right.SEND,
    "karim": Right.MANAGE,
}


@dataclass
class Team:
    school: Mailbox
    exams: Mailbox
    people: Mapping[str, Person]
    passwords: dict[str, str]  # of their mail programs

    def program(self, name: str) -> imaplib.IMAP4_SSL:
        return signed_in(self.people[name].address, self.passwords[name])

    def status(self, name: str, page: str, mailbox: Mailbox) -> int:
        url = reverse(page, args=[mailbox.pk])
        return browser_of(self.people[name]).get(url, follow=True).status_code

    def give(self, by: str, mailbox: Mailbox, name: str, right: Right) -> None:
        """As the page of the mailbox does it."""
        url = reverse("shared_mailbox", args=[mailbox.pk])
        who = {"people": self.people[name].login, "right": str(right.value)}
        page = browser_of(self.people[by]).post(url, {**who, **days(30), "reason": "Secrétariat"})
        assert page.status_code == 302

    def delegation(self, name: str, mailbox: Mailbox) -> Delegation:
        return Delegation.objects.get(mailbox=mailbox, person=self.people[name].user)

    def submit(
        self, name: str, mailbox: Mailbox, subject: str, options: Sequence[str] = ()
    ) -> bool:
        """Whether the submission server takes it, from this person's program, as the mailbox."""
        message = letter(mailbox.address, self.people["nadia"].address, subject)
        with smtplib.SMTP_SSL("localhost", settings.SMTP_PORT, context=trusting()) as server:
            server.login(self.people[name].address, self.passwords[name])
            try:
                server.send_message(message, rcpt_options=options)
            except (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused):
                return False
        return True


@pytest.fixture
def team(academy: Academy) -> Team:
    school = with_responsable(academy)
    number = re.sub(r"\D", "", academy.nadia.login)
    sofia = open_account("Sofia", "Marchal", f"sofia.marchal{number}")
    karim = open_account("Karim", "Haddad", f"karim.haddad{number}")
    exams = create_functional_mailbox("Examens", f"examens{number}@ac-normandie.fr")
    responsables.name(exams, karim.user, None)
    people = {
        "nadia": academy.nadia, "camille": academy.camille, "bastien": academy.bastien,
        "sofia": sofia, "karim": karim,
    }  # fmt: skip
    wish = Wish("Thunderbird", reads=True, sends=True, days=None)
    own = {name: person.password for name, person in people.items()}
    own["sofia"] = application_passwords.create(sofia.user, wish, NOWHERE).reveal()
    return Team(school, exams, people, own)


def days(last: int) -> dict[str, str]:
    today = timezone.localdate()
    return {"first_day": today.isoformat(), "last_day": (today + last * DAY).isoformat()}


def place(mailbox: Mailbox, folder: str = "") -> str:
    name = f"{ROOM}/{mailbox.address.partition('@')[0]}"
    return f'"{name}/{folder}"' if folder else f'"{name}"'


def test_five_people_and_two_mailboxes_from_the_first_right_to_the_last(team: Team) -> None:
    for name, right in LEVELS.items():
        team.give("nadia", team.school, name, right)
    team.give("karim", team.exams, "camille", Right.SEND)
    each_page_asks_for_its_right(team)
    the_servers_ask_for_it_too(team)
    a_folder_made_afterwards_is_everybodys(team)
    what_one_reads_is_read_for_the_others(team)
    what_leaves_as_the_mailbox_stays_in_it(team)
    a_mail_program_writes_as_the_mailbox(team)
    a_last_day_is_put_off(team)
    a_last_day_comes(team)
    a_right_is_taken_back(team)
    assert what_the_journal_tells() == ["expired", "revoked"]


def each_page_asks_for_its_right(team: Team) -> None:
    needed = {"mailbox": Right.READ, "folders": Right.WRITE, "compose": Right.SEND}
    for page, right in {**needed, "shared_mailbox": Right.MANAGE}.items():
        for name, has in LEVELS.items():
            there = team.status(name, page, team.school) == 200
            assert there is (has >= right), (name, page)
    assert team.status("camille", "compose", team.exams) == 200
    assert team.status("nadia", "mailbox", team.exams) == 404


def the_servers_ask_for_it_too(team: Team) -> None:
    for name, level in LEVELS.items():
        has = rights(team.program(name), place(team.school))
        assert {"l", "r"} <= has
        assert bool(has & FILING) is (level >= Right.WRITE)
        assert "a" not in has
        refused = not team.submit(name, team.school, f"Essai de {name}")
        assert refused is (level < Right.SEND), name
    assert not team.submit("sofia", team.exams, "Sans droit")
    assert ROOM in listed(team, "camille")
    assert place(team.exams).strip('"') in listed(team, "camille")
    assert place(team.exams).strip('"') not in listed(team, "sofia")


def listed(team: Team, name: str) -> str:
    lines = team.program(name).lsub()[1]
    return " ".join(line.decode() for line in lines if isinstance(line, bytes))


def a_folder_made_afterwards_is_everybodys(team: Team) -> None:
    files = team.program("bastien")
    assert files.create(place(team.school, "Stages"))[0] == "OK"
    assert files.create(place(team.school, "Stages/Troisi&AOg-mes"))[0] == "OK"
    reads = team.program("camille")
    assert reads.create(place(team.school, "Intrus"))[0] == "NO"
    for folder in ("Stages", "Stages/Troisi&AOg-mes"):
        assert {"l", "r"} == rights(reads, place(team.school, folder))
        assert rights(team.program("karim"), place(team.school, folder)) >= FILING
    assert {"Stages", "Troisièmes"} <= set(shown(team, "camille")[0])


def what_one_reads_is_read_for_the_others(team: Team) -> None:
    nadia = team.people["nadia"]
    message = letter(nadia.address, team.school.address, "Inscription")
    mail_programs.send(nadia.address, nadia.password, message, [team.school.address])
    reads, files = team.program("camille"), team.program("bastien")
    mail_programs.wait_for(reads, "Inscription", place(team.school))
    assert unread(team, "sofia") == 1
    with pytest.raises(imaplib.IMAP4.readonly):
        reads.select(place(team.school))
    open_first(team, "camille")
    assert unread(team, "sofia") == 1
    files.select(place(team.school))
    assert files.store("1", "+FLAGS", r"(\Seen \Flagged)")[0] == "OK"
    assert unread(team, "sofia") == 0
    reads.select(place(team.school), readonly=True)
    assert b"\\Seen" in fetched(reads, "FLAGS")


def fetched(program: imaplib.IMAP4_SSL, what: str) -> bytes:
    answer = program.fetch("1", f"({what})")[1][0]
    return answer if isinstance(answer, bytes) else b""


def inbox(mailbox: Mailbox) -> Folder:
    return Folder.objects.get(mailbox=mailbox, special_use=Folder.Use.INBOX)


def unread(team: Team, name: str) -> int:
    return shown(team, name)[1]


def shown(team: Team, name: str) -> tuple[list[str], int]:
    """The folders in the pane of this person's page of the school, and how many of its INBOX are unread."""
    client = browser_of(team.people[name])
    freshness.outdate(team.school)  # the next page looks at the server
    client.get(reverse("mailbox", args=[team.school.pk]), follow=True)
    page = client.get(reverse("folder", args=[team.school.pk, inbox(team.school).pk]))
    return [link.label for link in page.context["folders"]], page.context["folder"].unread


def open_first(team: Team, name: str) -> None:
    folder = inbox(team.school)
    url = reverse("message", args=[team.school.pk, folder.pk, 1])
    assert "Inscription" in browser_of(team.people[name]).get(url).content.decode()


def written(team: Team, name: str, mailbox: Mailbox, subject: str) -> OutgoingMessage:
    """Through the composer."""
    client = browser_of(team.people[name])
    url = reverse("compose", args=[mailbox.pk])
    form = client.get(url).context["form"]
    to = team.people["nadia"].address
    assert client.post(url, filled(form, to=to, subject=subject, body="x")).status_code == 302
    return OutgoingMessage.objects.get(subject=subject)


def what_leaves_as_the_mailbox_stays_in_it(team: Team) -> None:
    outbox.send(written(team, "sofia", team.school, "Réunion").pk)
    nadia = team.program("nadia")
    mail_programs.wait_for(nadia, "Réunion")
    assert header_of(nadia, "Réunion")["From"].endswith(f"<{team.school.address}>")
    reads, own = team.program("camille"), team.program("sofia")
    assert "Réunion" in mail_programs.subjects(reads, place(team.school, SENT))
    assert mail_programs.subjects(own, SENT) == []


def header_of(program: imaplib.IMAP4_SSL, subject: str) -> Message:
    """Of the one in the INBOX with this subject."""
    place_of = mail_programs.subjects(program).index(subject) + 1
    answer = program.fetch(str(place_of), "(BODY.PEEK[HEADER])")[1][0]
    assert isinstance(answer, tuple)
    return message_from_bytes(answer[1])


def a_mail_program_writes_as_the_mailbox(team: Team) -> None:
    """The report of its delivery comes back to the mailbox, where the team sees it."""
    assert team.submit("sofia", team.school, "De la direction", ["NOTIFY=SUCCESS"])  # RFC 3461
    mail_programs.wait_for(team.program("nadia"), "De la direction")
    reads, report = team.program("camille"), "Successful Mail Delivery Report"
    mail_programs.wait_for(reads, report, place(team.school))
    assert report not in mail_programs.subjects(team.program("sofia"))


def a_last_day_is_put_off(team: Team) -> None:
    delegation = team.delegation("bastien", team.school)
    url = reverse("shared_mailbox_access", args=[team.school.pk, delegation.pk])
    fields = {"right": str(Right.WRITE.value), **days(60), "reason": "Jusqu’au printemps"}
    assert browser_of(team.people["karim"]).post(url, fields).status_code == 302
    delegation.refresh_from_db()
    assert delegation.last_day == timezone.localdate() + 60 * DAY
    assert rights(team.program("bastien"), place(team.school)) >= FILING


def a_last_day_comes(team: Team) -> None:
    open_program = team.program("bastien")
    open_program.select(place(team.school))
    moved(team.delegation("bastien", team.school), days=-61)
    expiry.close_expired()
    assert ends(open_program)
    assert has_nothing(team, "bastien", team.school)
    assert team.status("sofia", "mailbox", team.school) == 200


def a_right_is_taken_back(team: Team) -> None:
    """With the folder selected, a page open, and a message that has not left."""
    open_program = team.program("sofia")
    open_program.select(place(team.school))
    waiting = written(team, "sofia", team.school, "Trop tard")
    page = reverse("shared_mailbox_revoke", args=[team.school.pk])
    chosen = {"acces": [team.delegation("sofia", team.school).pk]}
    started = time.monotonic()
    browser_of(team.people["nadia"]).post(page, chosen)
    assert ends(open_program)
    assert has_nothing(team, "sofia", team.school)
    assert time.monotonic() - started < AT_MOST
    outbox.send(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == OutgoingMessage.State.REFUSED
    assert "Trop tard" not in mail_programs.subjects(team.program("nadia"))
    assert team.submit("camille", team.exams, "Convocations")


def has_nothing(team: Team, name: str, mailbox: Mailbox) -> bool:
    return (
        team.status(name, "mailbox", mailbox) == 404
        and team.program(name).select(place(mailbox))[0] == "NO"
        and not team.submit(name, mailbox, "Sans droit")
    )


def what_the_journal_tells() -> list[str]:
    ended = Entry.objects.filter(event__in=["delegation_expired", "delegation_revoked"])
    return [entry.event.partition("_")[2] for entry in ended.order_by("number")]
