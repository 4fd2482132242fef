"""The conditions of use: every text that was ever published, and who accepted which."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class TermsVersion(models.Model):
    """A published text. The database refuses to change it (accounts/terms/triggers.py).

    ``published_by`` is null for the first one only, which comes with the site.
    """

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    french = models.TextField(_("texte français"))
    english = models.TextField(_("texte anglais"))
    published_at = models.DateTimeField(_("publiée le"), auto_now_add=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("publiée par")
    )

    class Meta:
        verbose_name = _("version des conditions d’utilisation")
        verbose_name_plural = _("versions des conditions d’utilisation")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number}"

    def text_in(self, language: str) -> str:
        """French, the reference, for any language but English."""
        return self.english if language.startswith("en") else self.french


class TermsAcceptance(models.Model):
    """Kept for ever, as it was given."""

    user = models.ForeignKey(User, models.PROTECT, related_name="terms_acceptances")
    version = models.ForeignKey(TermsVersion, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(_("acceptée le"), auto_now_add=True)
    address = models.GenericIPAddressField(_("depuis"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="terms_accepted_once", fields=["user", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"
