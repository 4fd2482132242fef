"""HR's files on their way in: what arrived, what it would change, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from activation.models.problems import PROBLEMS

FILE_NAME_LENGTH = 120
WHO_LENGTH = 120
VALUE_LENGTH = 260


class Import(models.Model):
    """One file. Its bytes stand sealed in ``parts`` until it is written, given up or too old."""

    class Kind(models.TextChoices):
        SCHOOLS = "schools", _("établissements")
        AGENTS = "agents", _("agents")

    class State(models.TextChoices):
        RECEIVED = "received", _("en attente de lecture")
        READING = "reading", _("lecture en cours")
        READ = "read", _("à vérifier")
        REFUSED = "refused", _("refusé")
        CONFIRMED = "confirmed", _("écriture en cours")
        DONE = "done", _("importé")
        CANCELLED = "cancelled", _("abandonné")
        EXPIRED = "expired", _("périmé")

    kind = models.CharField(_("contenu"), max_length=10, choices=Kind.choices)
    state = models.CharField(
        _("état"), max_length=10, choices=State.choices, default=State.RECEIVED
    )
    file_name = models.CharField(_("fichier"), max_length=FILE_NAME_LENGTH)
    size = models.PositiveBigIntegerField(_("taille"), default=0)  # octets
    sha256 = models.CharField(max_length=64)
    # Nobody: a command of the operator.
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)  # a reader's last sign of life
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    ignored_columns = models.CharField(max_length=400, blank=True)
    problem = models.CharField(max_length=30, blank=True)
    problem_detail = models.CharField(max_length=200, blank=True)
    # SHA-256 of what was shown: only that is written.
    plan_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="import_one_is_written", fields=["state"], condition=Q(state="confirmed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.file_name}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.RECEIVED, self.State.READING, self.State.CONFIRMED}

    @property
    def writes_something(self) -> bool:
        return self.new + self.changed > 0

    @property
    def problem_sentence(self) -> str:
        return PROBLEMS[self.problem].says(self.problem_detail) if self.problem else ""


class ImportPart(models.Model):
    """A piece of the file, sealed: it holds NUMEN. Only activation/imports/parts.py opens it."""

    file = models.ForeignKey(Import, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=20)
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="import_part_once", fields=["file", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.file}, {self.number}"


class ImportLine(models.Model):
    """Something to show about one row: a new person, one difference, one error, one absence.

    ``who`` is a name with a masked NUMEN, or a school; ``old`` and ``new`` are what people read.
    """

    class Kind(models.TextChoices):
        ERROR = "error", _("erreur")
        NEW = "new", _("nouveau")
        CHANGE = "change", _("changement")
        NOTE = "note", _("à regarder")
        MISSING = "missing", _("absent du fichier")

    file = models.ForeignKey(Import, models.CASCADE, related_name="lines")
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    line = models.PositiveIntegerField(_("ligne"), null=True)  # as a spreadsheet numbers it
    who = models.CharField(_("fiche"), max_length=WHO_LENGTH, blank=True)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="+")
    column = models.CharField(_("colonne"), max_length=30, blank=True)
    old = models.CharField(_("avant"), max_length=VALUE_LENGTH, blank=True)
    new = models.CharField(_("après"), max_length=VALUE_LENGTH, blank=True)
    problem = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file", "kind", "id"], name="import_lines")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.line}: {self.who}"

    @property
    def reason(self) -> str:
        return PROBLEMS[self.problem].says(self.detail) if self.problem else ""
