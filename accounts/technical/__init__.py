"""``/gestion/technique/``: Django's own administration, to read the data as they are."""

from accounts.technical.site import ReadOnly, technical_site

__all__ = ["ReadOnly", "technical_site"]
