"""The tests' own tool: the database is emptied even if the site still writes what a test began."""

import pytest
from django.core.management import call_command

from audit import journal
from audit.events import Event
from audit.models import Entry
from audit.parties import NOWHERE

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_entry_that_comes_late_does_not_keep_the_database_from_being_emptied() -> None:
    journal.record(Event.SIGNED_IN, origin=NOWHERE)
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not Entry.objects.exists()
