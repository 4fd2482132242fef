"""The journal's scheduled work."""

import logging

from celery import shared_task

from audit.pruning import end_of_retention, prune
from audit.verification import verify

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def prune_journal() -> None:
    prune(before=end_of_retention())


@shared_task  # type: ignore[untyped-decorator]
def verify_journal() -> None:
    for place in verify():
        logger.critical("The journal was tampered with: %s", place)
