"""The personal address books."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.spelling import plain


def new_uid() -> str:
    return f"urn:uuid:{uuid4()}"


class ContactGroup(models.Model):
    """What a vCard calls a category."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_groups"
    )
    name = models.CharField(_("nom"), max_length=100)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="contact_group_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person or an organisation, of its owner alone.

    What a vCard says beyond the fields stands in `kept`, line by line, and goes out again with them.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contacts")
    uid = models.CharField(max_length=255, default=new_uid)
    name = models.CharField(_("nom"), max_length=200)
    organisation = models.CharField(_("organisme"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=5000, blank=True)
    version = models.CharField(max_length=3, default="3.0")  # of the vCard that `kept` comes from
    kept = models.TextField(blank=True)
    groups = models.ManyToManyField(
        ContactGroup, related_name="contacts", blank=True, verbose_name=_("groupes")
    )
    sort_name = models.CharField(max_length=250)
    # Without accents, each word behind a space: its beginnings are looked for.
    words = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True)  # can be taken back for a while

    class Meta:
        ordering: ClassVar = ["sort_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "uid"], name="contact_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "sort_name", "id"],
                name="contact_in_order",
                condition=Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_address(self) -> str:
        """Where to write; with its addresses fetched already, no query."""
        return next((it.address for it in self.addresses.all()), "")


class _Line(models.Model):
    """A value of a vCard; `head` is what stands before its colon (EMAIL;TYPE=WORK)."""

    head = models.CharField(max_length=250)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]


class ContactAddress(_Line):
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=254, db_index=True)  # in lower case

    def __str__(self) -> str:
        return self.address


class ContactPhone(_Line):
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="phones")
    number = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.number


def words_to_find(*texts: str) -> str:
    """For `Contact.words`: whole words, and what stands between the points of an address."""
    whole = plain(" ".join(texts))
    apart = "".join(char if char.isalnum() else " " for char in whole)
    return " " + " ".join(dict.fromkeys([*whole.split(), *apart.split()]))
