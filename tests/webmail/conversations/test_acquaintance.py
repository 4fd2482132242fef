"""What is said of a sender from outside: who writes for the first time, and who borrows a name."""

import pytest

from tests.people import Academy, Person
from tests.webmail.lists.test_acting import opened, rows
from tests.webmail.sync.indexing import message, program
from webmail.models import MailboxIndex

pytestmark = pytest.mark.django_db(transaction=True)

LEA = "Léa Martin <lea@association.example>"
FIRST = "Expéditeur externe, qui vous écrit pour la première fois."
KNOWN = "Expéditeur externe à l’académie."
NAMESAKE = "Nom d’un collègue, autre adresse."


def titles(person: Person, subject: str) -> list[str]:
    client, url = opened(person)
    page = client.get(rows(client, url)[subject].url)
    return [caution.title for caution in page.context["reading"].cautions]


def test_a_first_message_says_so_and_the_next_does_not(academy: Academy) -> None:
    with program(academy.camille) as imap:
        imap.put(message("Un", own="1@x", sender=LEA), days_ago=2)
        imap.put(message("Deux", own="2@x", sender=LEA))
    assert titles(academy.camille, "Un") == [FIRST]
    assert titles(academy.camille, "Deux") == [KNOWN]


def test_whom_one_has_written_to_is_known(academy: Academy) -> None:
    with program(academy.camille) as imap:
        own = message("Bonjour", own="1@x", sender=academy.camille.address, to=LEA)
        imap.put(own, folder="Envoyés", flags="\\Seen", days_ago=1)
        imap.put(message("Un", own="2@x", sender=LEA))
    assert titles(academy.camille, "Un") == [KNOWN]


def test_what_lies_in_the_junk_makes_no_friends(academy: Academy) -> None:
    with program(academy.camille) as imap:
        imap.put(message("Pub", own="1@x", sender=LEA), folder="Indésirables", days_ago=2)
        imap.put(message("Un", own="2@x", sender=LEA))
    assert titles(academy.camille, "Un") == [FIRST]


def test_a_colleagues_name_at_another_address_is_told(academy: Academy) -> None:
    with program(academy.camille) as imap:
        imap.put(message("Réunion", own="1@x"), days_ago=2)
        imap.put(message("Service", own="2@x", sender="Benali NADIA <nadia@libre.example>"))
    client, url = opened(academy.camille)
    page = client.get(rows(client, url)["Service"].url)
    (caution,) = page.context["reading"].cautions
    assert caution.title == NAMESAKE
    assert "nadia@ac-normandie.fr" in caution.text
    assert caution.why in page.content.decode()


def test_a_colleague_is_no_stranger(academy: Academy) -> None:
    with program(academy.camille) as imap:
        imap.put(message("Réunion", own="1@x"))
    assert titles(academy.camille, "Réunion") == []


def test_nothing_is_said_of_the_past_before_it_is_known(academy: Academy) -> None:
    with program(academy.camille) as imap:
        imap.put(message("Un", own="1@x", sender=LEA))
    client, url = opened(academy.camille)
    row = rows(client, url)["Un"]
    MailboxIndex.objects.update(unfinished=True)
    (caution,) = client.get(row.url).context["reading"].cautions
    assert caution.title == KNOWN
