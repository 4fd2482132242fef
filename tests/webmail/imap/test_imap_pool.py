"""A page uses the connection that the page before it opened, and never one that it must not."""

import threading
from collections.abc import Iterator
from select import select

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.credentials.freezing import freeze
from audit.parties import NOWHERE
from mailboxes.kick import end_when_committed
from mailboxes.models import Mailbox
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, inbox_url
from webmail import imap
from webmail.errors import MailServerUnavailable, MessageGone
from webmail.imap import MailSession
from webmail.imap.pool import IDLE_SECONDS, Pool

PATIENCE_SECONDS = 20.0  # two processes share two cores

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    imap.POOL.close()
    yield
    imap.POOL.close()


def used_by(person: Person) -> MailSession:
    with imap.session(person.address, person.address) as mail:
        mail.select("INBOX")
    return mail


def kick(person: Person, mail: MailSession) -> None:
    """Dovecot tells the process, which ends a moment later: its last word is waited for."""
    end_when_committed(person.address)
    assert select([mail.client.socket()], [], [], PATIENCE_SECONDS)[0]


def test_the_next_request_uses_the_same_connection(academy: Academy) -> None:
    assert used_by(academy.camille) is used_by(academy.camille)


def test_each_person_has_connections_of_their_own(academy: Academy) -> None:
    assert used_by(academy.camille) is not used_by(academy.nadia)


def test_what_another_program_did_is_seen_on_a_used_connection(academy: Academy) -> None:
    person = academy.camille
    used_by(person)
    other = imap.connect(person.address, person.address)
    other.append("INBOX", b"Subject: nouveau\r\n\r\nx\r\n")
    with imap.session(person.address, person.address) as mail:
        inbox = next(it for it in mail.folders() if it.special_use == "inbox")
        assert inbox.messages == 1
        assert mail.select("INBOX").exists == 1
    other.end()


def test_two_requests_at_once_have_two_connections(academy: Academy) -> None:
    person = academy.camille
    with (
        imap.session(person.address, person.address) as one,
        imap.session(person.address, person.address) as other,
    ):
        assert one is not other


def test_many_threads_share_the_connections_without_mixing_answers(academy: Academy) -> None:
    people = [academy.camille, academy.nadia]
    for person in people:
        with imap.session(person.address, person.address) as mail:
            mail.create_folder(person.login)
    wrong: list[str] = []

    def look(person: Person) -> None:
        try:
            for _round in range(8):
                with imap.session(person.address, person.address) as mail:
                    names = {folder.name for folder in mail.folders()}
                    if not names >= {person.login} or len(names) != 7:
                        wrong.append(str(names))
        except BaseException as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=look, args=[people[at % 2]]) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_connection_that_was_kicked_is_not_used_again(academy: Academy) -> None:
    mail = used_by(academy.camille)
    first = mail.client
    kick(academy.camille, mail)
    assert used_by(academy.camille).client is not first


def test_a_connection_that_ends_while_it_is_taken_is_made_anew(academy: Academy) -> None:
    person = academy.camille
    with imap.session(person.address, person.address) as mail:
        mail.append("INBOX", b"Subject: a\r\n\r\n")
        mail.changes("INBOX", mail.select("INBOX").uid_validity, 1, imap.UidSet.of([1]))
    with imap.session(person.address, person.address) as mail:
        kick(person, mail)
        selected = mail.select("INBOX")
        assert selected.exists == 1
    with imap.session(person.address, person.address) as mail:
        kick(person, mail)
        mail.changes("INBOX", selected.uid_validity, selected.highest_modseq, imap.UidSet.of([1]))
        assert mail.folder == "INBOX"


def test_a_frozen_person_opens_nothing_although_a_connection_waits(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = inbox_url(client, academy.camille)
    assert client.get(url).status_code == 200
    freeze(academy.camille.user, NOWHERE)
    assert client.get(url).status_code == 302


def test_a_closed_mailbox_is_not_opened_by_a_connection_that_waits(academy: Academy) -> None:
    used_by(academy.camille)
    Mailbox.objects.filter(pk=academy.camille.mailbox.pk).update(is_active=False)
    with pytest.raises(Mailbox.DoesNotExist):
        used_by(academy.camille)


def test_a_server_that_started_again_is_found_again(academy: Academy) -> None:
    used_by(academy.camille)
    with RUN.without("dovecot"), pytest.raises(MailServerUnavailable):
        used_by(academy.camille)
    used_by(academy.camille)


def test_a_connection_is_not_used_longer_than_its_token(
    academy: Academy, settings: Settings
) -> None:
    settings.TOKEN_SECONDS = 6
    now = imap.POOL.clock
    try:
        first = used_by(academy.camille)
        imap.POOL.clock = lambda: now() + 2
        assert used_by(academy.camille) is not first
    finally:
        imap.POOL.clock = now


def test_a_page_that_found_nothing_leaves_the_connection_usable(academy: Academy) -> None:
    person = academy.camille
    first = used_by(person)
    with pytest.raises(MessageGone), imap.session(person.address, person.address) as mail:
        mail.select("pas là")
    assert used_by(person) is first


def test_a_page_that_failed_in_the_middle_of_an_answer_leaves_no_connection(
    academy: Academy,
) -> None:
    person = academy.camille
    first = used_by(person)
    with pytest.raises(ZeroDivisionError), imap.session(person.address, person.address) as mail:
        assert 1 / len(mail.ask(b'LIST "" "*"').refused)
    assert used_by(person) is not first


def test_an_answer_that_nobody_read_to_its_end_is_not_the_next_ones(academy: Academy) -> None:
    person = academy.camille
    with imap.session(person.address, person.address) as mail:
        next(mail.ask(b'LIST "" "*"'))
        assert len(mail.folders()) == 6


class Line:
    """Stands for a connection."""

    def __init__(self) -> None:
        self.quiet = True
        self.ended = False

    def is_quiet(self) -> bool:
        return self.quiet

    def end(self) -> None:
        self.ended = True


def test_the_pool_keeps_no_more_than_it_may_and_ends_the_eldest() -> None:
    pool: Pool[Line] = Pool()
    lines = [Line() for _ in range(3)]
    for number, line in enumerate(lines):
        pool.give_back(number, line, pool.clock() + 100, size=2)
    assert [line.ended for line in lines] == [True, False, False]
    pool.close()


def test_a_pool_of_no_size_keeps_nothing() -> None:
    pool: Pool[Line] = Pool()
    line = Line()
    pool.give_back("a", line, pool.clock() + 100, size=0)
    assert line.ended


def test_connections_nobody_asks_for_end_by_themselves() -> None:
    moment = [0.0]
    pool: Pool[Line] = Pool(clock=lambda: moment[0])
    old, young, gone = Line(), Line(), Line()
    pool.give_back("a", old, 1000, size=9)
    pool.give_back("a", gone, 1000, size=9)
    moment[0] = IDLE_SECONDS - 1
    pool.give_back("a", young, 1000, size=9)
    gone.quiet = False
    moment[0] = IDLE_SECONDS
    pool.sweep()
    assert (old.ended, young.ended, gone.ended) == (True, False, True)
    assert pool.take("a") == (young, 1000)
