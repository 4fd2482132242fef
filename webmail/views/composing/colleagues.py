"""What the composer's page says of colleagues who answer the same message."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from accounts.requests import SignedInRequest
from webmail.message.summary import hashed
from webmail.team import anchors, answering, presence
from webmail.team.colleagues import answered_words, writing_words
from webmail.team.people import Team
from webmail.team.presence import Doing
from webmail.views.composing.sheets import Sheet

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def colleagues_context(request: SignedInRequest, sheet: Sheet, team: Team | None) -> dict[str, Any]:
    """Nothing for what is no answer, nor in a mailbox that nobody shares. The writer is there from now on."""
    row = sheet.draft or sheet.stored
    mode = row.mode if row else sheet.beginning.mode
    answered = row.in_reply_to if row else sheet.beginning.in_reply_to
    if team is None or mode not in answering.MODES or not answered:
        return {}
    since = row.created_at if row else EVER
    known = answering.colleagues(sheet.chosen, answered, request.user.pk, since)
    found = anchors.conversations(sheet.chosen.pk, [hashed(answered)])
    there = presence.NOBODY
    for number in found.values():
        presence.note(sheet.chosen.pk, number, team.me, Doing.WRITES)
        there = presence.here(sheet.chosen.pk, number, team)
    names = dict.fromkeys([*known.writing, *(member.name for member in there.writing)])
    said = [writing_words(list(names)), answered_words(known.answered)]
    urls = [reverse("presence", args=[sheet.chosen.pk, number]) for number in found.values()]
    return {"colleagues": [it for it in said if it], "presence_url": urls[0] if urls else ""}
