"""The journal as stored: entries that are only ever added, and the two ends of their chain."""

from datetime import UTC
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.chain import ORIGIN, Facts, Link
from audit.events import EVENTS, Event, Result

# What is longer is cut when it is written.
LABEL_LENGTH = 160
METHOD_LENGTH = 40
FACTORS_LENGTH = 80
REASON_LENGTH = 200
FLOW_LENGTH = 64
JUSTIFICATION_LENGTH = 500


class Entry(models.Model):
    """Something that happened. The database refuses to change it, or to delete it unless pruned."""

    number = models.BigIntegerField(primary_key=True)
    time = models.DateTimeField(_("date"))
    event = models.CharField(_("événement"), max_length=40)
    actor_id = models.CharField(_("auteur"), max_length=40, blank=True)
    actor_label = models.CharField(_("nom de l’auteur"), max_length=LABEL_LENGTH, blank=True)
    subject_id = models.CharField(_("personne concernée"), max_length=40, blank=True)
    subject_label = models.CharField(_("nom de la personne"), max_length=LABEL_LENGTH, blank=True)
    method = models.CharField(_("moyen"), max_length=METHOD_LENGTH, blank=True)
    factors = models.CharField(_("facteurs"), max_length=FACTORS_LENGTH, blank=True)
    result = models.CharField(_("résultat"), max_length=10, choices=Result.choices)
    reason = models.CharField(_("motif interne"), max_length=REASON_LENGTH, blank=True)
    address = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    agent_hash = models.CharField(_("empreinte du navigateur"), max_length=64, blank=True)
    flow = models.CharField(_("parcours"), max_length=FLOW_LENGTH, blank=True)
    justification = models.CharField(
        _("justification"), max_length=JUSTIFICATION_LENGTH, blank=True
    )
    previous = models.CharField(_("empreinte précédente"), max_length=64)
    hash = models.CharField(_("empreinte"), max_length=64)

    class Meta:
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal")
        ordering = ("-number",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor_id", "-number"], name="audit_by_actor"),
            models.Index(fields=["subject_id", "-number"], name="audit_by_subject"),
            models.Index(fields=["event", "-number"], name="audit_by_event"),
            models.Index(fields=["address", "-number"], name="audit_by_address"),
            models.Index(fields=["time"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what.sentence}"

    @property
    def what(self) -> Event:
        return EVENTS[self.event]

    @property
    def link(self) -> Link:
        return Link(self.number, self.hash)

    def facts(self) -> Facts:
        """All that the hash covers. A field added one day joins only where it is not empty."""
        return {
            "number": self.number,
            "time": self.time.astimezone(UTC).isoformat(timespec="microseconds"),
            "event": self.event,
            "actor_id": self.actor_id,
            "actor_label": self.actor_label,
            "subject_id": self.subject_id,
            "subject_label": self.subject_label,
            "method": self.method,
            "factors": self.factors,
            "result": self.result,
            "reason": self.reason,
            "address": self.address or "",
            "agent_hash": self.agent_hash,
            "flow": self.flow,
            "justification": self.justification,
        }


class Chain(models.Model):
    """The two ends of the chain, in the only row of this table.

    ``head`` is the newest entry; whoever holds this row's lock may add the next one. ``base`` is
    the last entry that was pruned: up to it the database lets entries be deleted.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    base_number = models.BigIntegerField(default=ORIGIN.number)
    base_hash = models.CharField(max_length=64, default=ORIGIN.hash)
    head_number = models.BigIntegerField(default=ORIGIN.number)
    head_hash = models.CharField(max_length=64, default=ORIGIN.hash)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="audit_one_chain", condition=Q(id=1)),
            models.CheckConstraint(
                name="audit_base_not_after_head",
                condition=Q(base_number__gte=0, base_number__lte=models.F("head_number")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base} … {self.head}"

    @classmethod
    def locked(cls) -> "Chain":
        """The chain, held until the transaction ends.

        PostgreSQL locks the row; SQLite has one writer at a time (transactions begin IMMEDIATE).
        """
        return Chain.objects.select_for_update().get_or_create(id=cls.ONLY)[0]

    @property
    def base(self) -> Link:
        return Link(self.base_number, self.base_hash)

    @base.setter
    def base(self, link: Link) -> None:
        self.base_number, self.base_hash = link.number, link.hash

    @property
    def head(self) -> Link:
        return Link(self.head_number, self.head_hash)

    @head.setter
    def head(self, link: Link) -> None:
        self.head_number, self.head_hash = link.number, link.hash
