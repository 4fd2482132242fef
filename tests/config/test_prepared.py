"""Queries whose SQL is made once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, Slot
from tests.people import open_academy

pytestmark = pytest.mark.django_db


def named() -> QuerySet[User]:
    return User.objects.filter(username=Slot("name", CharField())).select_related("agent")


def test_each_call_gets_the_rows_of_its_own_values() -> None:
    academy = open_academy()
    by_name = Prepared(named)
    for person in (academy.camille, academy.nadia):
        found = by_name.rows(name=person.user.username)
        assert [(it.pk, it.agent.usual_name) for it in found] == [
            (person.user.pk, person.user.agent.usual_name)
        ]
    assert by_name.first(name="personne") is None
    assert by_name.first(name="x' OR '1'='1") is None


def test_what_never_changes_is_taken_as_it_is() -> None:
    camille = open_academy().camille.user
    odd = '50 %s d\'"été" \\ %%'
    camille.agent.usual_name = odd
    camille.agent.save()
    exact = Prepared(lambda: named().filter(agent__usual_name=odd))
    part = Prepared(lambda: named().filter(agent__usual_name__contains="%s d'"))
    for query in (exact, part):
        assert query.rows(name=camille.username) == [camille]
        assert query.rows(name="personne") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plan")
def test_postgresql_keeps_the_plan_after_a_few_calls() -> None:
    by_name = Prepared(named)
    for _ in range(4):
        by_name.first(name="personne")
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        calls = [calls for statement, calls in cursor.fetchall() if "accounts_agent" in statement]
    assert max(calls, default=0) > 0


def test_moments_are_given_as_the_database_takes_them() -> None:
    person = open_academy().camille
    joined = Prepared(lambda: User.objects.filter(created_at__gte=Slot("since", DateTimeField())))
    moment = person.user.created_at
    assert person.user in joined.rows(since=moment)
    assert joined.rows(since=moment + timedelta(days=1)) == []


def test_a_moment_that_would_stay_for_ever_is_refused() -> None:
    frozen = Prepared(lambda: User.objects.filter(created_at__lt=timezone.now()))
    with pytest.raises(ImproperlyConfigured):
        frozen.rows()
