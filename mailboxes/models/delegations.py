"""Who may use a mailbox that is not their own, how far, and until when."""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailboxes.models.mailboxes import Mailbox

REASON_LENGTH = 200


class Right(models.IntegerChoices):
    """Each one holds those before it."""

    READ = 1, _("Lire")
    WRITE = 2, _("Lire et classer")
    SEND = 3, _("Lire, classer et envoyer")
    MANAGE = 4, _("Gestion")


class Delegation(models.Model):
    """From ``starts_at`` until ``ends_at``, both midnights of the academy; the latter is not included.

    The same row opens the webmail (mailboxes/gate.py), Dovecot and Postfix (the views of migration
    0021). ``closed_at`` ends it for good: somebody took it back, or its last day is over
    (``closed_by`` is empty). The responsable's has no last day: it goes with the post.
    """

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="delegations", verbose_name=_("boîte")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="delegations",
        verbose_name=_("personne"),
    )
    level = models.PositiveSmallIntegerField(_("droit"), choices=Right.choices)
    is_responsable = models.BooleanField(_("titulaire"), default=False)
    starts_at = models.DateTimeField(_("à partir de"))
    ends_at = models.DateTimeField(_("jusqu’à"), null=True, blank=True)
    reason = models.CharField(_("raison"), max_length=REASON_LENGTH, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("accordé par"),
    )
    granted_at = models.DateTimeField(_("accordé le"), auto_now_add=True)
    reminded_at = models.DateTimeField(_("rappel envoyé le"), null=True, editable=False)
    closed_at = models.DateTimeField(_("terminé le"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("retiré par"),
    )

    class Meta:
        verbose_name = _("délégation")
        verbose_name_plural = _("délégations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="delegation_one_a_person",
                fields=["mailbox", "person"],
                condition=Q(closed_at=None),
            ),
            models.UniqueConstraint(
                name="delegation_one_responsable",
                fields=["mailbox"],
                condition=Q(closed_at=None, is_responsable=True),
            ),
            models.CheckConstraint(
                name="delegation_level_known", condition=Q(level__in=list(Right))
            ),
            models.CheckConstraint(
                name="delegation_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="delegation_without_end_manages",
                condition=Q(ends_at__isnull=False) | Q(is_responsable=True, level=Right.MANAGE),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["ends_at"], name="delegation_due", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.right.name.lower()} {self.mailbox}"

    @property
    def right(self) -> Right:
        return Right(self.level)

    @property
    def first_day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts; None for the responsable's."""
        if self.ends_at is None:
            return None
        return timezone.localdate(self.ends_at - timedelta(seconds=1))
