"""How much one person, and one mailbox, may send: a stolen account must not write to the whole country."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Agent, User
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event, Result
from audit.models import Entry
from audit.parties import Origin
from mailboxes.models import Mailbox
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.presentation import local

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALERTED_EVERY = HOUR


class TooMany(Exception):
    """Nothing was accepted; `words` are for the person."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def check(person: User, mailbox: Mailbox, recipients: int, origin: Origin) -> None:
    """Whether so many more recipients are within bounds. Raises TooMany, having told administrators."""
    for span, bound in (
        (HOUR, settings.SEND_RECIPIENTS_AN_HOUR),
        (DAY, settings.SEND_RECIPIENTS_A_DAY),
    ):
        if max(_sent(Q(person=person), span), _sent(Q(mailbox=mailbox), span)) + recipients > bound:
            _alert(person, mailbox, bound, origin)
            raise TooMany(_words(span, bound, _free_again(person, mailbox, span)))


def _sent(whose: Q, span: timedelta) -> int:
    lately = OutgoingMessage.objects.filter(whose, created_at__gt=timezone.now() - span)
    return OutgoingRecipient.objects.filter(message__in=lately).count()


def _free_again(person: User, mailbox: Mailbox, span: timedelta) -> datetime:
    """When the oldest message that counts no longer does."""
    now = timezone.now()
    counted = OutgoingMessage.objects.filter(
        Q(person=person) | Q(mailbox=mailbox), created_at__gt=now - span
    )
    oldest = counted.order_by("created_at").values_list("created_at", flat=True).first()
    return (oldest or now) + span


def _words(span: timedelta, bound: int, again: datetime) -> str:
    within = _("en une heure") if span == HOUR else _("en un jour")
    return _(
        "Vous ne pouvez pas écrire à plus de %(n)s destinataires %(within)s. Votre message est gardé dans les "
        "brouillons : envoyez-le après %(time)s. Ce n’est pas vous qui avez tant écrit ? Changez votre mot de "
        "passe et prévenez l’assistance."
    ) % {"n": bound, "within": within, "time": f"{local(again):%H:%M}"}


@transaction.atomic
def _alert(person: User, mailbox: Mailbox, bound: int, origin: Origin) -> None:
    """Once an hour for each person: a program that tries again and again must not fill mailboxes."""
    event, since = Event.SENDING_LIMITED, timezone.now() - ALERTED_EVERY
    told = Entry.objects.filter(event=event.value, actor_id=person.party.id, time__gt=since)
    if told.exists():
        return
    administrators = User.objects.filter(
        agent__role=Agent.Role.ADMINISTRATOR, agent__status=Agent.Status.ACTIVE
    )
    for administrator in administrators:
        with translation.override(administrator.language or settings.LANGUAGE_CODE):
            details = _(
                "%(name)s a voulu écrire à plus de %(n)s destinataires depuis la boîte « %(mailbox)s ». "
                "Si ce n’est pas voulu, gelez ce compte."
            ) % {"name": person.get_full_name(), "n": bound, "mailbox": mailbox.name}
            what = _("Envois suspendus : un compte écrit à beaucoup de monde")
            tell(administrator, what, origin, details=details, offers_freezing=False)
    journal.record(
        event, actor=person.party, subject=person.party, origin=origin, result=Result.REFUSED
    )
