"""Answers to security questions, never kept in clear."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

HASH_MAX_LENGTH = 128  # an Argon2id hash takes 97


class SecurityAnswer(models.Model):
    """One registered answer. ``question`` is a code of the catalogue, which never reuses one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="security_answers")
    question = models.CharField(_("question"), max_length=30)
    answer_hash = models.CharField(max_length=HASH_MAX_LENGTH, editable=False)
    rule_version = models.PositiveSmallIntegerField(editable=False)
    asked = models.BooleanField(default=False, editable=False)
    registered_at = models.DateTimeField(_("enregistrée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réponse de sécurité")
        verbose_name_plural = _("réponses de sécurité")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "question"], name="question_once_a_user")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}"
