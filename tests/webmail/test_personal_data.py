"""What a person who takes their data away finds of their mail pages."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from mailboxes.models import Mailbox
from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from tests.webmail.writing.test_stationery import with_signature
from webmail.models import Draft, MessageTemplate, OutgoingMessage, WritingHabits
from webmail.personal_data import PARTS, REPEATED, described

pytestmark = pytest.mark.django_db(transaction=True)


def owned(model: type[Model]) -> bool:
    """Whether its rows name a person, or a mailbox, which has an owner."""
    people = {apps.get_model(settings.AUTH_USER_MODEL), Mailbox}
    return any(
        field.many_to_one or field.one_to_one
        for field in model._meta.get_fields()  # noqa: SLF001 public in fact
        if field.concrete and field.related_model in people
    )


def test_every_model_that_has_an_owner_is_in_the_file_or_repeats_what_the_mailbox_holds() -> None:
    told = {model for model, _rows, _fields in PARTS.values()} | REPEATED
    names = {model for model in apps.get_app_config("webmail").get_models() if owned(model)}
    assert names - told == set()


def test_signatures_templates_habits_and_drafts_are_in_the_file(academy: Academy) -> None:
    with_signature(academy.camille)
    MessageTemplate.objects.create(mailbox=academy.camille.mailbox, name="M", text="Modèle")
    WritingHabits.objects.create(person=academy.camille.user, is_rich=False, font="arial")
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, {**filled(form, body="Pas fini"), "action": "draft"})
    client.post(reverse("account_reauthenticate"), {"password": academy.camille.password})
    taken = client.get(reverse("mina_data_json"))
    mail = json.loads(taken.content)["mail"]
    assert mail["writing"] == [
        {"is_rich": False, "font": "arial", "font_size": "", "place": "above", "quote_language": ""}
    ]
    assert mail["signatures"][0]["address__address"] == academy.camille.address
    assert mail["templates"][0]["text"] == "Modèle"
    assert mail["drafts"][0]["text"] == "Pas fini"
    assert described(academy.nadia.user)["drafts"] == []


def test_a_message_that_leaves_later_is_in_the_file_of_who_wrote_it(academy: Academy) -> None:
    later = timezone.now() + timedelta(days=2)
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Plus tard", body="Bonjour")
    moment = timezone.localtime(later).strftime("%Y-%m-%dT%H:%M")
    client.post(url, {**fields, "action": "", "quand": "choisi", "moment": moment})
    assert OutgoingMessage.objects.get().planned_for is not None
    (told,) = described(academy.camille.user)["outgoing"]
    assert (told["subject"], told["state"]) == ("Plus tard", OutgoingMessage.State.HELD)
    assert described(academy.nadia.user)["outgoing"] == []


def test_what_is_written_for_a_post_stays_with_the_post(academy: Academy) -> None:
    Draft.objects.create(
        mailbox=academy.office, person=academy.camille.user, changed_at=timezone.now()
    )
    assert described(academy.camille.user)["drafts"] == []
