"""Activations under way: how far each has come, and what was chosen so far."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, User
from activation.models.letters import Letter
from activation.models.transfers import ExpectedTransfer


class Journey(models.Model):
    """One activation, from the proof of identity to the open mailbox.

    A browser holds only ``flow``, the row's name. The code of the letter is spent when the account
    opens and not before: whoever closes the browser begins again with the same letter.
    """

    class Proof(models.TextChoices):
        LETTER = "letter", _("NUMEN et code du courrier")
        IDENTIFIER = "identifier", _("identifiant INA et code du courrier")
        TRANSFER = "transfer", _("arrivée d’une autre académie")
        TEMPORARY = "temporary", _("mot de passe provisoire")

    class Step(models.TextChoices):
        """The next thing to do; those before it are done."""

        PASSWORD = "password", _("mot de passe à choisir")
        QUESTIONS = "questions", _("questions à choisir")
        TERMS = "terms", _("conditions à accepter")
        OPENING = "opening", _("boîte en cours d’ouverture")
        DONE = "done", _("terminée")
        OVER = "over", _("abandonnée")

    flow = models.CharField(max_length=32, unique=True, editable=False)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="journeys")
    proof = models.CharField(_("preuve"), max_length=10, choices=Proof.choices)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="+")
    transfer = models.ForeignKey(ExpectedTransfer, models.SET_NULL, null=True, related_name="+")
    step = models.CharField(
        _("étape"), max_length=9, choices=Step.choices, default=Step.PASSWORD, db_index=True
    )
    # As Django stores it (Argon2id); it goes to the account at the end, or away with the journey.
    password_hash = models.CharField(max_length=128, blank=True, editable=False)
    started_at = models.DateTimeField(_("commencée le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expire le"))
    activated_at = models.DateTimeField(_("compte activé le"), null=True, db_index=True)
    opened_at = models.DateTimeField(_("boîte ouverte le"), null=True)
    claimed_at = models.DateTimeField(null=True, editable=False)  # by whoever opens the mailbox

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="journey_one_under_way",
                fields=["agent"],
                condition=Q(step__in=["password", "questions", "terms"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.get_step_display()}"

    @property
    def account(self) -> User:
        """Closed until the end; whoever began the journey made sure that there is one."""
        account = self.agent.user
        if account is None:
            raise User.DoesNotExist
        return account
