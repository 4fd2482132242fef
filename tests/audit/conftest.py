import pytest
from django.db import connection

from audit import triggers
from audit.parties import Party


@pytest.fixture
def alice() -> Party:
    return Party("agent:1", "Alice Martin")


@pytest.fixture
def bob() -> Party:
    return Party("agent:2", "Bob Lefèvre")


@pytest.fixture
def unguarded(db: None) -> None:
    """No trigger watches, as when the owner of the database tampers; the test's rollback mends."""
    triggers.remove(connection)
