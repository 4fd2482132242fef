"""Opening functional mailboxes, asking for them, changing and closing them. Nobody reads mail by it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import School, User
from accounts.roles import Permission, may, require
from audit import journal
from audit.events import Event
from audit.parties import Origin
from mailboxes import lookup
from mailboxes.delegating import telling
from mailboxes.delegating.granting import midnight
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import (
    add_address,
    checked_address,
    create_functional_mailbox,
)
from mailboxes.models import Address, Mailbox, MailboxRequest

LONGEST_FORWARDING = timedelta(days=366)


@transaction.atomic
def open_mailbox(
    by: User, name: str, address: str, school: School | None, origin: Origin, why: str
) -> Mailbox:
    """The head of the school answers for it. Raises Http404, and ValidationError for a refused address."""
    require(by, Permission.MANAGE_MAILBOXES)
    mailbox = create_functional_mailbox(name, address)
    if school is not None:
        mailbox.school = school
        mailbox.save(update_fields=["school"])
        head = responsables.head_of(school)
        if head is not None and head.user is not None:
            responsables.name(mailbox, head.user, None, origin)
    _record(Event.FUNCTIONAL_MAILBOX_OPENED, by, mailbox, origin, mailbox.address, why)
    return mailbox


@transaction.atomic
def ask(
    by: User, name: str, address: str, school: School, origin: Origin, why: str
) -> MailboxRequest:
    """Raises Http404, and ValidationError for an address that is refused, taken or asked for already."""
    require(by, Permission.ASK_FOR_MAILBOXES, school)
    wanted = checked_address(address)
    if Address.objects.filter(address=wanted).exists():
        raise ValidationError(_("Cette adresse existe déjà."), code="taken")
    if MailboxRequest.objects.filter(address=wanted, answered_at=None).exists():
        raise ValidationError(_("Cette adresse est déjà demandée."), code="asked")
    request = MailboxRequest.objects.create(
        school=school, name=name, address=wanted, reason=why, asked_by=by
    )
    journal.record(
        Event.MAILBOX_ASKED_FOR, actor=by.party, origin=origin, reason=wanted, justification=why
    )
    return request


@transaction.atomic
def answer(by: User, request_id: int, origin: Origin, why: str, *, agrees: bool) -> Mailbox | None:
    """Opens what was asked for, or refuses it; the head is told. Raises Http404, ValidationError."""
    require(by, Permission.MANAGE_MAILBOXES)
    waiting = MailboxRequest.objects.select_for_update(of=("self",)).filter(
        pk=request_id, answered_at=None
    )
    asked = waiting.select_related("school", "asked_by").first()
    if asked is None:
        raise Http404("no such request")
    mailbox = None
    if agrees:
        mailbox = open_mailbox(by, asked.name, asked.address, asked.school, origin, why)
    asked.answered_at, asked.answered_by = timezone.now(), by
    asked.answer, asked.mailbox = why, mailbox
    asked.save(update_fields=["answered_at", "answered_by", "answer", "mailbox"])
    subject = (
        _("Votre boîte fonctionnelle est ouverte") if agrees else _("Demande de boîte refusée")
    )
    telling.tell_about(asked.asked_by, subject, origin, lambda: f"{asked.address}. {why}")
    if not agrees:
        journal.record(
            Event.MAILBOX_REFUSED,
            actor=by.party,
            subject=asked.asked_by.party,
            origin=origin,
            reason=asked.address,
            justification=why,
        )
    return mailbox


@transaction.atomic
def change(by: User, mailbox: Mailbox, name: str, quota_mb: int, origin: Origin, why: str) -> None:
    require(by, Permission.MANAGE_MAILBOXES)
    was = f"{mailbox.name}, {mailbox.quota_mb} MB"
    mailbox.name, mailbox.quota_mb = name, quota_mb
    mailbox.save(update_fields=["name", "quota_mb"])
    _tell_responsable(mailbox, by, origin, _("Votre boîte a changé de nom ou de quota"))
    reason = f"{mailbox.address}: {was} → {name}, {quota_mb} MB"
    _record(Event.FUNCTIONAL_MAILBOX_CHANGED, by, mailbox, origin, reason, why)


@transaction.atomic
def add_alias(by: User, mailbox: Mailbox, address: str, origin: Origin, why: str) -> Address:
    """In whichever domain of the academy. Raises Http404, ValidationError."""
    require(by, Permission.MANAGE_MAILBOXES)
    added = add_address(mailbox, address, Address.Kind.ALIAS)
    _tell_responsable(mailbox, by, origin, _("Votre boîte a une adresse de plus"))
    reason = f"{mailbox.address} + {added.address}"
    _record(Event.FUNCTIONAL_MAILBOX_CHANGED, by, mailbox, origin, reason, why)
    return added


@transaction.atomic
def begin_closing(
    by: User, mailbox: Mailbox, last_day: date, forwards_to: str, origin: Origin, why: str
) -> None:
    """Until ``last_day`` its mail goes to another address, if one is given; then it is closed.

    Raises Http404, and ValidationError for a day or an address that cannot be.
    """
    require(by, Permission.MANAGE_MAILBOXES)
    today = timezone.localdate()
    if not today <= last_day <= today + LONGEST_FORWARDING:
        raise ValidationError(_("Choisissez un jour d’ici un an."), code="day")
    target = _target(mailbox, forwards_to)
    mailbox.forwards_to, mailbox.closes_at = target, midnight(last_day + timedelta(days=1))
    mailbox.save(update_fields=["forwards_to", "closes_at"])
    _tell_responsable(mailbox, by, origin, _("Une boîte dont vous êtes titulaire va fermer"))
    reason = f"{mailbox.address}: {last_day.isoformat()} → {target or '-'}"
    _record(Event.FUNCTIONAL_MAILBOX_CLOSED, by, mailbox, origin, reason, why)


def _target(mailbox: Mailbox, forwards_to: str) -> str:
    if not forwards_to:
        return ""
    wanted = checked_address(forwards_to)
    known = Address.objects.filter(address=wanted, is_active=True, mailbox__is_active=True)
    if not known.exclude(mailbox=mailbox).exists():
        raise ValidationError(_("Le courrier ne peut aller qu’à une autre boîte de l’académie."))
    return wanted


@transaction.atomic
def keep_open(by: User, mailbox: Mailbox, origin: Origin, why: str) -> None:
    require(by, Permission.MANAGE_MAILBOXES)
    mailbox.forwards_to, mailbox.closes_at = None, None
    mailbox.save(update_fields=["forwards_to", "closes_at"])
    _tell_responsable(mailbox, by, origin, _("Votre boîte reste ouverte"))
    _record(Event.FUNCTIONAL_MAILBOX_CHANGED, by, mailbox, origin, "stays open", why)


@transaction.atomic
def repair(by: User, mailbox: Mailbox, origin: Origin, why: str) -> None:
    """The mail servers are told again who may do what; nothing else changes. Raises Http404."""
    if not may(by, Permission.SEE_DELEGATIONS):
        raise Http404
    Mailbox.objects.filter(pk=mailbox.pk).update(opened_at=None)
    lookup.refresh_on_commit()
    _tell_responsable(mailbox, by, origin, _("Les accès à votre boîte ont été rétablis"))
    _record(Event.FUNCTIONAL_MAILBOX_CHANGED, by, mailbox, origin, "repaired", why)


def _tell_responsable(mailbox: Mailbox, by: User, origin: Origin, subject: Promise) -> None:
    for person in telling.answerable_for(mailbox, but_to=[by]):
        telling.tell_about(person, subject, origin, lambda: f"{mailbox.name} ({mailbox.address})")


def _record(
    event: Event, by: User, mailbox: Mailbox, origin: Origin, reason: str, why: str
) -> None:
    journal.record(
        event,
        actor=by.party,
        origin=origin,
        reason=reason,
        flow=telling.flow_of(mailbox),
        justification=why,
    )
