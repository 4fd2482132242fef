"""Passwords made for one mail program."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

HASH_LENGTH = 64  # SHA-256 in hexadecimal: Dovecot's SHA256.HEX scheme
NAME_MAX_LENGTH = 60


class ApplicationPassword(models.Model):
    """One mail program's own password, of which only the SHA-256 is kept.

    A fast hash is enough: the password is drawn by the site and holds more than 128 random bits.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="application_passwords")
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    reads = models.BooleanField(_("recevoir le courrier (IMAP)"), default=True)
    sends = models.BooleanField(_("envoyer du courrier (SMTP)"), default=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expire le"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dernière utilisation"), null=True, editable=False)
    last_used_from = models.GenericIPAddressField(_("depuis"), null=True, editable=False)

    class Meta:
        verbose_name = _("mot de passe d’application")
        verbose_name_plural = _("mots de passe d’application")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="application_password_opens_something", condition=Q(reads=True) | Q(sends=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
