"""Queries whose SQL is made once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
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
