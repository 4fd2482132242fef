"""The way from the composer to the outbox: when a message leaves, and how long one may change one's mind."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid5

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import outbox
from webmail.composing import send_later
from webmail.composing.compose import Draft as Letter
from webmail.composing.compose import compose
from webmail.composing.send_later import OddMoment, Preset
from webmail.lists.surroundings import preferences_of
from webmail.models import Draft, IndexedMessage, OutgoingMessage
from webmail.models.preferences import LONGEST_UNDO
from webmail.presentation import local
from webmail.team import answering
from webmail.writing import guards, sending_limits
from webmail.writing.guards import Bounds, Question

SESSION_KEY = "webmail.sending"
SEND = "send"


@dataclass(frozen=True)
class Wishes:
    """What a person asks for beside sending; `at` is None for now."""

    at: datetime | None = None
    reports: bool = False
    receipt: bool = False
    hides_recipients: bool = False


BUTTONS = frozenset({"quand", "masquer"})


def is_asked(post: QueryDict) -> bool:
    return post.get("action") == SEND or not BUTTONS.isdisjoint(post)


def wishes_of(post: QueryDict) -> Wishes:
    """Fields `quand` (a preset's code or "choisi"), `moment`, `rapports`, `lecture`, `masquer`.

    Raises OddMoment.
    """
    now, later = local(timezone.now()), moment_code(post)
    at = send_later.chosen_moment(later, post.get("moment", ""), now, settings.SCHOOL_HOLIDAYS)
    if at is not None and settings.MAIL_AUTH == "password":
        raise OddMoment(_("Ce serveur de courriel ne permet pas d’envoyer plus tard."))
    return Wishes(at, "rapports" in post, "lecture" in post, "masquer" in post)


def moment_code(post: QueryDict) -> str:
    """`masquer`, too, says when."""
    code = post.get("quand") or post.get("masquer", "")
    return "" if code == SEND else code


def shaped(letter: Letter, wishes: Wishes) -> Letter:
    """The letter as these wishes make it."""
    if wishes.hides_recipients:
        letter = replace(letter, to=(), cc=(), bcc=(*letter.to, *letter.cc, *letter.bcc))
    return replace(letter, receipt=wishes.receipt)


def open_questions(letter: Letter, row: Draft, post: QueryDict) -> list[Question]:
    """What was not answered yet for this draft; answers that came are kept with it."""
    answered = {*row.confirmed.split(), *post.getlist("confirme")} & guards.CODES
    if " ".join(sorted(answered)) != row.confirmed:
        row.confirmed = " ".join(sorted(answered))
        row.save(update_fields=["confirmed"])
    bounds = Bounds(settings.ASK_ABOVE_VISIBLE, settings.ASK_ABOVE_RECIPIENTS)
    others = answering.colleagues_of(row)
    found = guards.questions(letter, settings.DOMAINS, bounds, _list_answered(row), others)
    return [question for question in found if question.code not in answered]


def _list_answered(row: Draft) -> str:
    """The name of the mailing list whose message is answered to all; empty when it is none."""
    if row.mode != "reply_all" or row.source_uid is None:
        return ""
    known = IndexedMessage.objects.filter(
        mailbox=row.source_in or row.mailbox_id,
        folder__name=row.source_folder,
        folder__uid_validity=row.source_validity,
        uid=row.source_uid,
    )
    return known.values_list("list_id", flat=True).first() or ""


def send(
    request: SignedInRequest, row: Draft, letter: Letter, wishes: Wishes, sent_as: str
) -> OutgoingMessage | None:
    """To the outbox, once: None for whoever comes second. Raises SpoolFull and TooMany."""
    composed = compose(letter, timezone.now())
    mailbox, person = row.mailbox, request.user
    sending_limits.check(person, mailbox, len(composed.recipients), origin_of(request))
    token = uuid5(row.pk, str(row.version))
    leaving = outbox.Leaving(row, sent_as)
    plan = plan_of(person, wishes)
    return outbox.queue(mailbox, person, composed, token, _origin(row), plan, leaving)


def _origin(row: Draft) -> outbox.Origin | None:
    """The message that is to be marked once this one has left."""
    mark = outbox.MARKS.get(row.mode)
    if mark is None or row.source_uid is None:
        return None
    place = (row.source_folder, row.source_uid, row.source_validity)
    elsewhere = None if row.source_in == row.mailbox_id else row.source_in
    return outbox.Origin(*place, mark, elsewhere)


def presets() -> list[Preset]:
    """None where only the person's own password sends: nobody could do it later."""
    if settings.MAIL_AUTH == "password":
        return []
    return send_later.presets(local(timezone.now()), settings.SCHOOL_HOLIDAYS)


def plan_of(person: User, wishes: Wishes = Wishes()) -> outbox.Plan:
    hold = timedelta(seconds=undo_seconds(person))
    return outbox.Plan(hold, wishes.at, wishes.reports)


def undo_seconds(person: User) -> int:
    """The person's choice, else the academy's; none where only the person's password sends."""
    if settings.MAIL_AUTH == "password":
        return 0
    chosen = preferences_of(person).undo_seconds
    return min(settings.UNDO_SECONDS if chosen is None else chosen, LONGEST_UNDO)


@dataclass(frozen=True)
class Offer:
    """To take back a message that leaves in a moment; `one` and `many` count `{n}` seconds."""

    url: str
    seconds: int
    label: str
    one: str
    many: str


def tell(request: HttpRequest, message: OutgoingMessage | None) -> None:
    """What the next page says; while the message is held, it offers to take it back."""
    if message is not None and message.planned_for is not None:
        messages.success(request, _said_later(message.planned_for))
    elif message is not None and message.due_at > timezone.now() + timedelta(seconds=1):
        request.session[SESSION_KEY] = [message.mailbox_id, message.pk, message.due_at.timestamp()]
    else:
        messages.success(request, _("Message envoyé."))


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def offered(request: HttpRequest, mailbox: Mailbox) -> Offer | None:
    """What the page of this mailbox should offer, from the session alone."""
    mailbox_id, message_id, due = request.session.get(SESSION_KEY) or (0, 0, 0.0)
    left = int(due - time.time())
    if mailbox_id != mailbox.pk or left <= 0:
        return None
    url = reverse("take_back_sending", args=[mailbox.pk, message_id])
    return Offer(url, left, _leaves_in(left), _leaves_in(1, "{n}"), _leaves_in(2, "{n}"))


def _leaves_in(seconds: int, shown: str = "") -> str:
    words = ngettext("Envoi dans %(n)s seconde…", "Envoi dans %(n)s secondes…", seconds)
    return words % {"n": shown or seconds}


def _said_later(planned: datetime) -> str:
    moment = local(planned)
    words = _(
        "Envoi programmé : le message partira le %(day)s à %(time)s. Il attend dans la boîte d’envoi."
    )
    return words % {"day": f"{moment:%d/%m/%Y}", "time": f"{moment:%H:%M}"}
