"""Every login that was ever given: a tombstone for ever, whoever had it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import LOGIN_FORMAT, Agent


class LoginName(models.Model):
    """A login that nobody else gets. The database refuses to delete or to change it.

    Written by accounts/naming/logins.py when it is reserved, and with each new account.
    """

    login = models.CharField(
        _("identifiant"), max_length=64, unique=True, validators=[LOGIN_FORMAT]
    )
    # For whom it was reserved; none for an account opened otherwise, or once the person's record is gone.
    agent = models.OneToOneField(
        Agent,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reserved_login",
        verbose_name=_("agent"),
    )
    reserved_at = models.DateTimeField(_("réservé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("identifiant donné")
        verbose_name_plural = _("identifiants donnés")

    def __str__(self) -> str:
        return self.login
