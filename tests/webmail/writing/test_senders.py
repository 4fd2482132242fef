"""From which address one writes, and how one likes to write."""

import pytest
from django.urls import reverse

from mailboxes.models import Address, Right
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy
from tests.webmail.test_first_mail import browser_of
from webmail.models import WritingHabits
from webmail.writing import habits, senders

pytestmark = pytest.mark.django_db(transaction=True)

CHOICES = {
    "font": "arial",
    "font_size": "large",
    "place": "below",
    "quote_language": "en",
}


def test_one_writes_from_ones_main_address_and_may_choose_the_others(academy: Academy) -> None:
    camille = academy.camille
    offered = senders.choices(camille.user, camille.mailbox)
    assert [sender.address for sender in offered] == [camille.address, camille.historic_address]
    assert [sender.is_default for sender in offered] == [True, False]


def test_the_address_one_prefers_comes_first(academy: Academy) -> None:
    camille = academy.camille
    client = browser_of(camille)
    chosen = {**CHOICES, "sender": camille.historic_address}
    assert client.post(reverse("writing_habits"), chosen).status_code == 302
    offered = senders.choices(camille.user, camille.mailbox)
    assert offered[0].address == camille.historic_address
    assert offered[0].is_default


def test_an_address_that_was_taken_back_is_offered_no_more(academy: Academy) -> None:
    camille = academy.camille
    senders.prefer(camille.user, camille.mailbox, camille.historic_address)
    camille.mailbox.addresses.filter(address=camille.historic_address).update(can_send=False)
    (left,) = senders.choices(camille.user, camille.mailbox)
    assert (left.address, left.is_default) == (camille.address, True)


def test_somebody_elses_address_cannot_become_ones_own(academy: Academy) -> None:
    client = browser_of(academy.camille)
    chosen = {**CHOICES, "sender": academy.nadia.address}
    assert client.post(reverse("writing_habits"), chosen).status_code == 200
    senders.prefer(academy.camille.user, academy.camille.mailbox, academy.nadia.address)
    offered = senders.choices(academy.camille.user, academy.camille.mailbox)
    assert offered[0].address == academy.camille.address


def test_habits_are_kept_and_shown_again(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.post(reverse("writing_habits"), {**CHOICES, "sender": academy.camille.address})
    kept = WritingHabits.objects.get(person=academy.camille.user)
    manner = habits.manner_of(kept)
    assert (manner.is_rich, manner.writes_below, manner.language) == (False, True, "en")
    assert habits.font_css(kept) == "font-family:Arial,Helvetica,sans-serif;font-size:18px"
    page = client.get(reverse("writing_habits")).content.decode()
    assert '<option value="arial" selected>' in page


def test_who_chose_nothing_writes_rich_text_above_the_quote(academy: Academy) -> None:
    chosen = habits.habits_of(academy.camille.user)
    assert habits.manner_of(chosen).is_rich
    assert not habits.manner_of(chosen).writes_below
    assert habits.font_css(chosen) == ""


def test_each_mailbox_one_writes_as_has_its_own_default_address(academy: Academy) -> None:
    office, camille = with_responsable(academy), academy.camille
    alias = f"direction.{academy.office_address}"
    Address.objects.create(mailbox=office, address=alias, kind=Address.Kind.ALIAS)
    granted(academy.nadia, office, camille, Right.SEND)
    client = browser_of(camille)
    field = f"sender_{office.pk}"
    page = client.get(reverse("writing_habits"))
    assert page.context["form"][field].value() == academy.office_address
    posted = {**CHOICES, "sender": camille.address, field: alias}
    assert client.post(reverse("writing_habits"), posted).status_code == 302
    composer = client.get(reverse("compose", args=[office.pk]))
    assert composer.context["form"]["sender"].value() == alias
    wrong = {**posted, field: academy.nadia.address}
    assert client.post(reverse("writing_habits"), wrong).status_code == 200
