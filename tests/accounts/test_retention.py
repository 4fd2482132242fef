"""What is forgotten after a departure, and whom nobody claimed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Agent, Departure, User
from accounts.sealed.numen import agent_with_numen, keep_numen, read_numen
from accounts.tasks import forget_what_is_due
from audit.models import Entry
from config.celery import app
from mailboxes.institutional.provisioning import create_personal_mailbox
from tests.accounts.conftest import AgentMaker, RingWriter

NUMEN = "17E9876543ABC"
Status = Agent.Status


@pytest.fixture
def bob(make_agent: AgentMaker, ring: RingWriter) -> Agent:
    bob = make_agent("bob")
    keep_numen(bob, read_numen(NUMEN))
    return bob


def left(agent: Agent, days_ago: int) -> None:
    Agent.objects.filter(pk=agent.pk).update(status=Status.DEPARTED)
    moment = timezone.now() - timedelta(days=days_ago)
    Departure.objects.create(
        agent=agent, leaves_on=moment, carried_out_at=moment, status_before=Status.ACTIVE
    )


def imported(agent: Agent, days_ago: int) -> None:
    Agent.objects.filter(pk=agent.pk).update(
        status=Status.IMPORTED, created_at=timezone.now() - timedelta(days=days_ago)
    )
    User.objects.filter(agent=agent).update(is_active=False)


def test_the_numen_of_who_left_is_kept_for_half_a_year(bob: Agent) -> None:
    left(bob, days_ago=182)
    forget_what_is_due()
    assert agent_with_numen(read_numen(NUMEN)) == bob


def test_then_it_is_forgotten_once(bob: Agent) -> None:
    left(bob, days_ago=184)
    forget_what_is_due()
    forget_what_is_due()
    assert agent_with_numen(read_numen(NUMEN)) is None
    assert Entry.objects.filter(event="numen_forgotten").count() == 1


def test_an_academy_chooses_how_long(bob: Agent, settings: Settings) -> None:
    settings.DEPARTED_NUMEN_DAYS = 10
    left(bob, days_ago=11)
    forget_what_is_due()
    assert agent_with_numen(read_numen(NUMEN)) is None


def test_the_numen_of_who_stays_is_kept(bob: Agent) -> None:
    Agent.objects.filter(pk=bob.pk).update(created_at=timezone.now() - timedelta(days=4000))
    forget_what_is_due()
    assert agent_with_numen(read_numen(NUMEN)) == bob


def test_an_account_that_nobody_claimed_is_removed_after_a_year(bob: Agent) -> None:
    imported(bob, days_ago=364)
    forget_what_is_due()
    assert Agent.objects.filter(pk=bob.pk).exists()
    imported(bob, days_ago=366)
    forget_what_is_due()
    forget_what_is_due()
    assert not Agent.objects.filter(pk=bob.pk).exists()
    assert not User.objects.filter(username="bob.test").exists()
    assert Entry.objects.get(event="unclaimed_removed").subject_label == "Bob Test"


def test_an_academy_chooses_when(bob: Agent, settings: Settings) -> None:
    settings.UNCLAIMED_ACCOUNT_DAYS = 30
    imported(bob, days_ago=31)
    forget_what_is_due()
    assert not Agent.objects.filter(pk=bob.pk).exists()


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.FROZEN, Status.DEPARTED])
def test_who_activated_once_is_never_removed(bob: Agent, status: Status) -> None:
    imported(bob, days_ago=4000)
    Agent.objects.filter(pk=bob.pk).update(status=status)
    forget_what_is_due()
    assert Agent.objects.filter(pk=bob.pk).exists()


def test_one_that_something_refers_to_stays_and_the_others_go(
    bob: Agent, make_agent: AgentMaker
) -> None:
    nina = make_agent("nina")
    assert bob.user
    create_personal_mailbox(bob.user, "bob.test@ac-normandie.fr")
    imported(bob, days_ago=366)
    imported(nina, days_ago=366)
    forget_what_is_due()
    assert Agent.objects.filter(pk=bob.pk).exists()
    assert not Agent.objects.filter(pk=nina.pk).exists()


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_is_scheduled_is_known_to_workers(name: str) -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in app.tasks
