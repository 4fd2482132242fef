"""Forgetting journeys and handed codes that are over."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import HandedCode, Reset

KEPT = timedelta(days=30)  # IDENTITY rules, "Retention": codes, use or expiry + 30 days


def prune() -> None:
    """Run daily."""
    long_ago = timezone.now() - KEPT
    Reset.objects.filter(expires_at__lt=long_ago).delete()
    HandedCode.objects.filter(expires_at__lt=long_ago).delete()
