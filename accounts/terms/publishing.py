"""Publishing a new version of the conditions: everyone is asked for it at their next sign-in."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import TermsVersion, User
from accounts.roles import Permission, require
from accounts.terms.acceptance import current_terms
from audit import journal
from audit.events import Event
from audit.parties import Origin


class VersionOvertaken(Exception):
    """Another version was published since this one was compared with the last: compare again."""


@dataclass(frozen=True)
class Draft:
    """Two tidy texts, and the number of the version that they replace."""

    french: str
    english: str
    replaces: int


def publish(by: User, draft: Draft, origin: Origin) -> TermsVersion:
    """Puts the draft in force for ever; journalled. Raises Http404, VersionOvertaken."""
    require(by, Permission.PUBLISH_TERMS)
    try:
        return _publish(by, draft, origin)
    except IntegrityError as error:  # somebody else's got this number at the same moment
        raise VersionOvertaken from error


@transaction.atomic
def _publish(by: User, draft: Draft, origin: Origin) -> TermsVersion:
    if current_terms().number != draft.replaces:
        raise VersionOvertaken
    version = TermsVersion.objects.create(
        number=draft.replaces + 1, french=draft.french, english=draft.english, published_by=by
    )
    journal.record(
        Event.TERMS_PUBLISHED, actor=by.party, origin=origin, reason=f"version {version.number}"
    )
    return version
