"""Senders whose remote pictures a person always wants to see."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class PictureSender(models.Model):
    """One address, for one person; in lower case."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    agreed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="picture_sender_once", fields=["person", "address"]),
        ]

    def __str__(self) -> str:
        return self.address
