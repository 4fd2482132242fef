"""How a person likes to write, and from which of a mailbox's addresses."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Address, Mailbox


class WritingHabits(models.Model):
    """One row a person; none until something was chosen."""

    class Place(models.TextChoices):
        ABOVE = "above", _("Au-dessus du message cité")
        BELOW = "below", _("Au-dessous du message cité")

    class Font(models.TextChoices):
        DEFAULT = "", _("Celle du lecteur")
        ARIAL = "arial", _("Arial")
        VERDANA = "verdana", _("Verdana")
        GEORGIA = "georgia", _("Georgia")
        TIMES = "times", _("Times New Roman")
        COURIER = "courier", _("Courier New")

    class Size(models.TextChoices):
        DEFAULT = "", _("Celle du lecteur")
        SMALL = "small", _("Petite")
        MEDIUM = "medium", _("Moyenne")
        LARGE = "large", _("Grande")

    class QuoteLanguage(models.TextChoices):
        PAGE = "", _("Celle des pages")
        FRENCH = "fr", _("Français")
        ENGLISH = "en", _("Anglais")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="writing_habits",
    )
    is_rich = models.BooleanField(_("écrire avec mise en forme"), default=True)
    font = models.CharField(_("police"), max_length=10, choices=Font.choices, blank=True)
    font_size = models.CharField(_("taille"), max_length=6, choices=Size.choices, blank=True)
    place = models.CharField(
        _("où l’on répond"), max_length=5, choices=Place.choices, default=Place.ABOVE
    )
    quote_language = models.CharField(
        _("langue de la ligne de citation"),
        max_length=2,
        choices=QuoteLanguage.choices,
        blank=True,
    )

    def __str__(self) -> str:
        return f"writing habits of {self.person_id}"


class DefaultSender(models.Model):
    """The address a person writes from in a mailbox, when it is not the primary one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "mailbox"], name="default_sender_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} writes from {self.address_id}"
