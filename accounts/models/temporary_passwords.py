"""Passwords that somebody else gave, and until when they open the page that replaces them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class TemporaryPassword(models.Model):
    """The account's password was handed over by a secretary. The row goes with that password."""

    user = models.OneToOneField(User, models.CASCADE, related_name="temporary_password")
    expires_at = models.DateTimeField(_("expire le"), db_index=True)

    class Meta:
        verbose_name = _("mot de passe provisoire")
        verbose_name_plural = _("mots de passe provisoires")

    def __str__(self) -> str:
        return f"{self.user}, {self.expires_at:%Y-%m-%d %H:%M}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()
