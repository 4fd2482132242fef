"""Functional mailboxes that somebody asked for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from mailboxes.models.delegations import REASON_LENGTH
from mailboxes.models.mailboxes import Mailbox


class MailboxRequest(models.Model):
    """A head asks for a mailbox of the school; an administrator opens it or says why not."""

    school = models.ForeignKey(School, models.CASCADE, verbose_name=_("établissement"))
    name = models.CharField(_("nom"), max_length=120)
    address = models.CharField(_("adresse"), max_length=254)
    reason = models.CharField(_("raison"), max_length=REASON_LENGTH)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("demandée par")
    )
    asked_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    answered_at = models.DateTimeField(_("traitée le"), null=True, editable=False)
    answer = models.CharField(_("réponse"), max_length=REASON_LENGTH, blank=True)
    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("demande de boîte")
        verbose_name_plural = _("demandes de boîtes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="request_one_an_address", fields=["address"], condition=Q(answered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}, {self.school}"
