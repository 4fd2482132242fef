"""What was done in a mailbox that several people use: its logbook."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models.mailboxes import Mailbox

MESSAGE_ID_LENGTH = 255
NAME_LENGTH = 1000


class Deed(models.TextChoices):
    READ = "read", _("a lu")
    ANSWERED = "answered", _("a répondu")
    FORWARDED = "forwarded", _("a transféré")
    SENT = "sent", _("a envoyé")
    MOVED = "moved", _("a déplacé")
    COPIED = "copied", _("a copié")
    ADDED = "added", _("a ajouté")
    DELETED = "deleted", _("a mis à la corbeille")
    RESTORED = "restored", _("a sorti de la corbeille")
    ERASED = "erased", _("a supprimé définitivement")
    MARKED = "marked", _("a marqué")
    UNMARKED = "unmarked", _("a retiré une marque")
    SAVED = "saved", _("a enregistré le message")
    FILES = "files", _("a téléchargé des pièces jointes")
    FOLDER_RENAMED = "folder_renamed", _("a renommé un dossier")
    FOLDER_DELETED = "folder_deleted", _("a supprimé un dossier")
    GRANTED = "granted", _("a donné un accès")
    CHANGED = "changed", _("a modifié un accès")
    REVOKED = "revoked", _("a retiré un accès")
    EXPIRED = "expired", _("a mis fin à un accès arrivé à son terme")
    NAMED = "named", _("a désigné titulaire")
    RELIEVED = "relieved", _("a mis fin au rôle de titulaire")
    EXPORTED = "exported", _("a exporté cet historique")


class Via(models.TextChoices):
    PAGE = "page", _("le webmail")
    PROGRAM = "program", _("un logiciel de courriel")


class LogbookEntry(models.Model):
    """One act of one person; mailboxes/logbook.py alone writes these rows.

    Never a subject, an address of an outsider or a text: which message it was is said by its Message-ID, and
    shown only while the message itself is there. ``person`` is empty where the site acted by itself.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    deed = models.CharField(max_length=14, choices=Deed.choices)
    via = models.CharField(max_length=7, choices=Via.choices)
    # Whose right it was.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    folder = models.CharField(max_length=NAME_LENGTH, blank=True)  # where the message was
    target = models.CharField(max_length=NAME_LENGTH, blank=True)  # where it went
    flag = models.CharField(max_length=100, blank=True)  # a system flag or a keyword
    message_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)  # without its brackets
    message_key = models.BigIntegerField(default=0)  # its hash, 0 without one
    # What is told twice is one entry: equal words are the same act.
    once = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["mailbox", "-at", "-id"], name="logbook_by_date"),
            models.Index(fields=["mailbox", "person", "-at", "-id"], name="logbook_by_person"),
            models.Index(fields=["mailbox", "message_key", "-at"], name="logbook_by_message"),
            models.Index(fields=["at"], name="logbook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.deed} {self.mailbox_id}"
