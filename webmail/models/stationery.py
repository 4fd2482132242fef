"""What is written again and again: signatures and templates of a mailbox, footers of the academy."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from mailboxes.models import Address, Mailbox


class Signature(models.Model):
    """Everybody who writes for the mailbox may use it.

    `html` is the same with its formatting, safe as html/outgoing.py leaves it; "" for a plain one.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="signatures")
    name = models.CharField(_("nom"), max_length=60)
    text = models.TextField(_("texte"), max_length=2000)
    html = models.TextField(blank=True, default="")
    # What is written from this address begins with it.
    address = models.OneToOneField(
        Address,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="signature",
        verbose_name=_("ajoutée d’elle-même aux messages écrits depuis"),
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "name"], name="signature_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MessageTemplate(models.Model):
    """A text with fields such as {nom}; everybody who writes for the mailbox may use it.

    `html` as in Signature.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="message_templates")
    name = models.CharField(_("nom"), max_length=60)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    text = models.TextField(_("texte"), max_length=20_000)
    html = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "name"], name="template_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Footer(models.Model):
    """Ends every message that leaves from a domain, or that the people of a school write.

    `html` as in Signature.
    """

    domain = models.CharField(_("domaine"), max_length=254, blank=True)
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, verbose_name=_("établissement")
    )
    text = models.TextField(_("texte"), max_length=1000)
    html = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["domain", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="footer_of_one",
                condition=Q(domain="", school__isnull=False)
                | (~Q(domain="") & Q(school__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["domain"], name="footer_of_domain", condition=~Q(domain="")
            ),
            models.UniqueConstraint(fields=["school"], name="footer_of_school"),
        ]

    def __str__(self) -> str:
        return self.domain or str(self.school)
