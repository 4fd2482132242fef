"""Mailboxes and their addresses."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import School


class Mailbox(models.Model):
    """Mail of a person, or of a post (functional: it has no owner and nobody logs in to it)."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("personnelle")
        FUNCTIONAL = "functional", _("fonctionnelle")

    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("nom"), max_length=120)
    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mailbox",
        verbose_name=_("titulaire"),
    )
    quota_mb = models.PositiveIntegerField(_("quota (Mo)"), default=2048)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    # Of a functional mailbox: whose post it is, if it is a school's.
    school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mailboxes",
        verbose_name=_("établissement"),
    )
    # Closing: from now on mail goes to another address, until the mailbox closes for good.
    forwards_to = models.CharField(_("courrier renvoyé à"), max_length=254, null=True, blank=True)
    closes_at = models.DateTimeField(_("ferme le"), null=True, blank=True)
    # Dovecot has the entries that let delegates in (webmail/shared_folders.py).
    opened_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("boîte")
        verbose_name_plural = _("boîtes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mailbox_personal_iff_owned",
                condition=Q(kind="personal", owner__isnull=False)
                | Q(kind="functional", owner__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def address(self) -> str:
        """The primary address: the mailbox's name on the mail servers."""
        return self.addresses.get(kind=Address.Kind.PRIMARY).address


class Address(models.Model):
    """An address that delivers to a mailbox; stored in lower case."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("principale")
        ALIAS = "alias", _("alias")
        HISTORIC = "historic", _("historique")

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="addresses", verbose_name=_("boîte")
    )
    address = models.CharField(_("adresse"), max_length=254, unique=True)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    can_send = models.BooleanField(_("utilisable comme expéditeur"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("adresse")
        verbose_name_plural = _("adresses")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="address_one_primary", fields=["mailbox"], condition=Q(kind="primary")
            ),
            models.CheckConstraint(
                name="address_lower_case", condition=Q(address=Lower("address"))
            ),
        ]

    def __str__(self) -> str:
        return self.address


class ConnectionToEnd(models.Model):
    """What this mailbox has open on the mail server must end (mailboxes/kick.py).

    Written with the change that asks for it, so that no outage loses it; gone once it is done.
    """

    address = models.CharField(max_length=254, db_index=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.address


def with_address(mailboxes: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """Each with its ``primary_address``, in the same query."""
    primary = Q(addresses__kind=Address.Kind.PRIMARY)
    named = mailboxes.alias(main=FilteredRelation("addresses", condition=primary))
    return named.annotate(primary_address=F("main__address"))
