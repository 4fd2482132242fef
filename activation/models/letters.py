"""Activation letters: batches, letters and the sealed PDF files in which they are printed."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, School
from accounts.sealed.keyring import KEY_ID_MAX_LENGTH


class LetterBatch(models.Model):
    """Letters that were drafted together, and so are printed and posted together."""

    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("préparé par")
    )
    drafted_at = models.DateTimeField(_("préparé le"), auto_now_add=True)
    # What was asked for; neither means everyone who waited.
    school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("école")
    )
    since = models.DateField(_("en poste depuis le"), null=True, blank=True)
    is_reissue = models.BooleanField(_("réédition"), default=False)
    # Work in hand: who makes the PDF files, and when it last gave a sign of life.
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(_("fichiers faits le"), null=True, editable=False)

    # Making a file takes seconds: who gave no sign of life for so long is dead.
    CLAIM_LASTS: ClassVar = timedelta(minutes=5)

    class Meta:
        verbose_name = _("lot de lettres")
        verbose_name_plural = _("lots de lettres")

    def __str__(self) -> str:
        return _("Lot n° %(number)s") % {"number": self.pk}

    @property
    def is_quiet(self) -> bool:
        """Whether nobody has worked on its files for a while, if there are some to make."""
        last = self.claimed_at or self.drafted_at
        return last < timezone.now() - self.CLAIM_LASTS


class LetterFile(models.Model):
    """A part of a batch as a sealed PDF: the one place where its codes are in clear."""

    batch = models.ForeignKey(LetterBatch, models.CASCADE, related_name="files")
    number = models.PositiveIntegerField(_("numéro"))
    # AES-256-GCM by the key of that id (accounts/sealed/keyring.py), bound to this row.
    sealed = models.BinaryField(editable=False)
    key = models.CharField(max_length=KEY_ID_MAX_LENGTH, editable=False)
    made_at = models.DateTimeField(_("fait le"), auto_now_add=True)

    class Meta:
        verbose_name = _("fichier de lettres")
        verbose_name_plural = _("fichiers de lettres")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="letter_file_number", fields=["batch", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}.{self.number}"


class Letter(models.Model):
    """One person's letter. Its code is drawn when the PDF is made; what is kept is a hash."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("préparée")
        PRINTED = "printed", _("imprimée")
        POSTED = "posted", _("postée")
        RETURNED = "returned", _("revenue")
        HANDED_OVER = "handed_over", _("remise en main propre")
        REDEEMED = "redeemed", _("utilisée")
        VOIDED = "voided", _("annulée")
        EXPIRED = "expired", _("expirée")

    class Void(models.TextChoices):
        """Why a letter was voided."""

        REISSUED = "reissued", _("une autre lettre la remplace")
        WITHDRAWN = "withdrawn", _("annulée par l’administration")
        UNREADABLE = "unreadable", _("NUMEN illisible : réimporter la personne")
        NEVER_PRINTED = "never_printed", _("jamais imprimée")
        OPENED_OTHERWISE = "opened_otherwise", _("compte ouvert autrement")

    batch = models.ForeignKey(LetterBatch, models.PROTECT, related_name="letters")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="letters")
    state = models.CharField(_("état"), max_length=11, choices=State.choices, default=State.DRAFTED)
    # With the code: the INA identifier that is printed, and the page of the file it stands on.
    login = models.CharField(_("identifiant INA"), max_length=64, blank=True, db_index=True)
    code_hash = models.CharField(max_length=128, blank=True, editable=False)
    file = models.ForeignKey(
        LetterFile, models.SET_NULL, null=True, editable=False, related_name="letters"
    )
    page = models.PositiveIntegerField(_("page"), null=True, editable=False)
    printed_at = models.DateTimeField(_("imprimée le"), null=True, editable=False)
    posted_on = models.DateField(_("postée le"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expire le"), null=True, editable=False)
    returned_at = models.DateTimeField(_("revenue le"), null=True, editable=False)
    handed_over_at = models.DateTimeField(_("remise le"), null=True, editable=False)
    # When it came to its end: used, voided or expired.
    ended_at = models.DateTimeField(_("close le"), null=True, editable=False)
    void = models.CharField(
        _("motif d’annulation"), max_length=16, choices=Void.choices, blank=True, editable=False
    )

    # Of these an agent has at most one.
    OPEN: ClassVar = (
        State.DRAFTED,
        State.PRINTED,
        State.POSTED,
        State.RETURNED,
        State.HANDED_OVER,
    )
    # In these the letter is in its owner's hands, and its code may be used until it expires.
    USABLE: ClassVar = (State.POSTED, State.HANDED_OVER)

    class Meta:
        verbose_name = _("lettre")
        verbose_name_plural = _("lettres")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="letter_one_open",
                fields=["agent"],
                condition=Q(state__in=["drafted", "printed", "posted", "returned", "handed_over"]),
            ),
            models.CheckConstraint(
                name="letter_posted_has_code_and_end",
                condition=~Q(state__in=["posted", "returned", "handed_over"])
                | Q(posted_on__isnull=False, expires_at__isnull=False) & ~Q(code_hash=""),
            ),
            models.CheckConstraint(
                name="letter_ended_iff_closed",
                condition=Q(state__in=["redeemed", "voided", "expired"], ended_at__isnull=False)
                | Q(
                    state__in=["drafted", "printed", "posted", "returned", "handed_over"],
                    ended_at__isnull=True,
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="letter_state_in_batch", fields=["batch", "state"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def reference(self) -> str:
        """What is printed on the letter, to find it again when the post brings it back."""
        return f"{self.batch_id}-{self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed, even if the nightly work did not close it yet."""
        return self.expires_at is not None and self.expires_at <= timezone.now()
