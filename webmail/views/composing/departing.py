"""What the composer's page shows of sending: later, with receipts, and what is asked before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webmail.composing.compose import Draft as Letter
from webmail.writing import guards, sending
from webmail.writing.guards import Question

OUTSIDE_SHOWN = 10


@dataclass(frozen=True)
class Asked:
    """The questions that are open, about this letter."""

    questions: Sequence[Question] = field(default=())
    letter: Letter | None = None


NOTHING_ASKED = Asked()


def departure_context(request: HttpRequest, asked: Asked, moment_error: str) -> dict[str, Any]:
    outside = guards.outside(asked.letter, settings.DOMAINS) if asked.letter else []
    later = sending.moment_code(request.POST)
    return {
        "send_later": sending.presets(),
        "moment": request.POST.get("moment", ""),
        "moment_error": moment_error,
        "wants_reports": "rapports" in request.POST,
        "wants_receipt": "lecture" in request.POST,
        "questions": asked.questions,
        "offers_bcc": any(question.offers_bcc for question in asked.questions),
        "outside": outside[:OUTSIDE_SHOWN],
        "outside_more": len(outside[OUTSIDE_SHOWN:]),
        "send_name": "quand" if later else "action",
        "send_value": later or sending.SEND,
    }
