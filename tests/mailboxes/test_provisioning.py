"""Which addresses the academy gives, and to whom."""

from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User
from mailboxes.institutional.provisioning import (
    add_address,
    checked_address,
    create_functional_mailbox,
    create_personal_mailbox,
)
from mailboxes.models import Address, Mailbox
from mailboxes.service_mail import service_address
from tests.accounts.test_recovery_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe() -> User:
    return User.objects.create_user("zoe.martin", is_active=True)


def test_a_person_gets_a_primary_and_an_historic_address(zoe: User) -> None:
    mailbox = create_personal_mailbox(
        zoe, " Zoe.Martin@AC-Normandie.fr ", historic=["zoe.martin@ac-caen.fr"]
    )
    assert mailbox.address == "zoe.martin@ac-normandie.fr"
    assert set(mailbox.addresses.values_list("address", "kind")) == {
        ("zoe.martin@ac-normandie.fr", Address.Kind.PRIMARY),
        ("zoe.martin@ac-caen.fr", Address.Kind.HISTORIC),
    }


def test_a_functional_mailbox_belongs_to_nobody() -> None:
    mailbox = create_functional_mailbox("Direction", "ce.0760001n@ac-normandie.fr")
    assert mailbox.owner is None


def test_an_address_is_given_only_once(zoe: User) -> None:
    create_functional_mailbox("Direction", "ce.0760001n@ac-normandie.fr")
    with pytest.raises(ValidationError):
        create_personal_mailbox(zoe, "CE.0760001N@ac-normandie.fr")


def test_nothing_is_half_created_when_an_address_is_taken(zoe: User) -> None:
    create_functional_mailbox("Direction", "ce.0760001n@ac-normandie.fr")
    with pytest.raises(ValidationError):
        create_personal_mailbox(
            zoe, "zoe.martin@ac-normandie.fr", historic=["ce.0760001n@ac-normandie.fr"]
        )
    assert not Mailbox.objects.filter(owner=zoe).exists()
    assert not Address.objects.filter(address="zoe.martin@ac-normandie.fr").exists()


def test_a_mailbox_has_one_primary_address() -> None:
    mailbox = create_functional_mailbox("Direction", "ce.0760001n@ac-normandie.fr")
    with pytest.raises(ValidationError):
        add_address(mailbox, "direction@ac-normandie.fr", Address.Kind.PRIMARY)


@pytest.mark.parametrize("text", ["zoe@gmail.com", "zoe", "", "zoe@ac-normandie.fr.example"])
def test_another_domain_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        checked_address(text)
    assert refusal.value.code == "foreign_domain"


@pytest.mark.parametrize(
    "local_part", ["", ".zoe", "zoe.", "zo e", "zoé", "zoe\r\nx", "a..b", "z" * 65, "zoe@x", "zo*e"]
)
def test_a_malformed_address_is_refused(local_part: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        checked_address(f"{local_part}@ac-normandie.fr")
    assert refusal.value.code == "malformed"


@pytest.mark.parametrize("local_part", ["zoe", "d'aubigny", "jean-luc.o'neil2", "ce.0760001n"])
def test_the_academys_own_forms_are_accepted(local_part: str) -> None:
    assert checked_address(f"{local_part}@ac-rouen.fr") == f"{local_part}@ac-rouen.fr"


def test_many_notices_at_once_find_or_make_the_one_mailbox_that_sends_them(
    transactional_db: None,
) -> None:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    for _ in range(5):
        Mailbox.objects.all().delete()
        assert at_once(*[service_address] * 6) == [address] * 6
        assert Address.objects.filter(address=address).count() == 1
