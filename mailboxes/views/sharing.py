"""``/mina/boites/``: the mailboxes one answers for, and who else may use them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.avatars import hue, initials
from accounts.models import User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from audit.events import Event
from audit.models import Entry
from mailboxes.delegating import granting, people, standing, telling
from mailboxes.delegating.grant_forms import GrantForm, changing
from mailboxes.delegating.granting import GrantRefused
from mailboxes.delegating.people import Found
from mailboxes.delegating.words import COLOURS, REFUSALS, SHORT
from mailboxes.gate import mailbox_for
from mailboxes.institutional.responsables import responsable_of
from mailboxes.models import Delegation, Mailbox, Right

SOON = timedelta(days=15)
ENTRIES_SHOWN = 20
ENTRIES_KEPT = timedelta(days=365)
HISTORY = (
    Event.DELEGATION_GRANTED,
    Event.DELEGATION_CHANGED,
    Event.DELEGATION_REVOKED,
    Event.DELEGATION_EXPIRED,
    Event.RESPONSABLE_NAMED,
    Event.RESPONSABLE_RELIEVED,
    Event.FUNCTIONAL_MAILBOX_OPENED,
    Event.FUNCTIONAL_MAILBOX_CHANGED,
)


@dataclass(frozen=True)
class Access:
    """One line of the table."""

    delegation: Delegation
    label: str
    colour: str
    ends_in: int | None  # days, when it ends soon
    begins_later: bool
    name: str
    initials: str
    hue: int

    @classmethod
    def of(cls, delegation: Delegation) -> "Access":
        now = timezone.now()
        ends_soon = delegation.ends_at is not None and delegation.ends_at - now <= SOON
        last_day = delegation.last_day
        left = (last_day - timezone.localdate()).days if last_day and ends_soon else None
        return cls(
            delegation,
            str(SHORT[delegation.right]),
            COLOURS[delegation.right],
            left,
            delegation.starts_at > now,
            name := delegation.person.get_full_name(),
            initials(name, name),
            hue(delegation.person.username),
        )


@login_required
@require_safe
def mailboxes(request: SignedInRequest) -> HttpResponse:
    """One's own, those one manages, those one was given a right in."""
    own = Mailbox.objects.filter(owner=request.user, is_active=True).first()
    rights = Delegation.objects.filter(
        standing.in_effect(), person=request.user, mailbox__is_active=True
    )
    rows = rights.select_related("mailbox__school", "mailbox__owner").order_by("mailbox__name")
    context = {"own": own, "rows": [Access.of(it) for it in rows], "manage": Right.MANAGE}
    return render(request, "mailboxes/mailboxes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Who may use it, the form that gives a right, and what happened."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    form = GrantForm(request.POST or None, mailbox=chosen)
    if request.method != "POST" or not form.is_valid():
        return _page(request, chosen, form)
    ticked = set(numbers(request.POST.getlist("agent")))
    doubtful = [it for it in people.found(form.cleaned_data["people"]) if it.is_doubtful(ticked)]
    picked = _picked(form, ticked)
    if doubtful or not picked:
        return _page(request, chosen, form, doubtful, asks_whom=not doubtful)
    try:
        given = granting.grant(request.user, chosen, picked, form.wish, origin_of(request))
    except GrantRefused as refused:
        form.add_error(None, words_of(refused))
        return _page(request, chosen, form)
    messages.success(request, _given(given))
    return redirect("shared_mailbox", chosen.pk)


def _picked(form: GrantForm, ticked: set[int]) -> list[User]:
    """Those ticked in the lists of whom might be meant, and those who were clear."""
    clear = [it.agents[0].pk for it in people.found(form.cleaned_data["people"]) if it.is_clear]
    return people.chosen([*ticked, *clear])


def numbers(texts: Iterable[str]) -> list[int]:
    """Rows' numbers as a form names them; anything else is nobody's."""
    return [int(it) for it in texts if it.isascii() and it.isdigit() and len(it) < 19]


def words_of(refused: GrantRefused) -> str:
    return str(REFUSALS[refused.reason]) % {"name": refused.who}


def _given(given: list[Delegation]) -> str:
    if len(given) == 1:
        return _("%(name)s a maintenant accès à la boîte.") % {
            "name": given[0].person.get_full_name()
        }
    sentence = ngettext(
        "%(n)s personne a maintenant accès à la boîte.",
        "%(n)s personnes ont maintenant accès à la boîte.",
        len(given),
    )
    return sentence % {"n": len(given)}


def _page(
    request: SignedInRequest,
    chosen: Mailbox,
    form: GrantForm,
    doubtful: Iterable[Found] = (),
    *,
    asks_whom: bool = False,
) -> HttpResponse:
    if asks_whom:
        form.add_error("people", _("Indiquez à qui donner l’accès."))
    rows = [Access.of(it) for it in standing.current(chosen)]
    doubtful = list(doubtful)
    context = {
        "mailbox": chosen,
        "responsable": responsable_of(chosen),
        "rows": rows,
        "ending": sum(it.ends_in is not None for it in rows),
        "form": form,
        "doubtful": doubtful,
        "ticked": numbers(request.POST.getlist("agent")),
        "last_year": len(last_years(chosen)),
        "entries": _entries(chosen),
        "usual_last_day": granting.usual_last_day(),
    }
    wrong = bool(form.errors) or bool(doubtful)
    return render(request, "mailboxes/mailbox.html", context, status=400 if wrong else 200)


def _entries(chosen: Mailbox) -> list[Entry]:
    """What the journal kept of this mailbox's rights, newest first; never what was written in it."""
    since = timezone.now() - ENTRIES_KEPT
    mine = Entry.objects.filter(
        event__in=[it.value for it in HISTORY], flow=telling.flow_of(chosen), time__gt=since
    )
    return list(mine.order_by("-number")[:ENTRIES_SHOWN])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: SignedInRequest, mailbox_id: int, pk: int) -> HttpResponse:
    """One right: its level and days change here."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    delegation = get_object_or_404(standing.current(chosen), pk=pk, is_responsable=False)
    form = changing(delegation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = [delegation.person]
        try:
            granting.grant(request.user, chosen, person, form.wish, origin_of(request))
        except GrantRefused as refused:
            form.add_error(None, words_of(refused))
        else:
            messages.success(request, _("L’accès est modifié."))
            return redirect("shared_mailbox", chosen.pk)
    context = {"mailbox": chosen, "delegation": delegation, "form": form}
    status = 400 if form.errors else 200
    return render(request, "mailboxes/access.html", context, status=status)


@login_required
@require_POST
def revoke(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Fields ``acces`` (several), and ``raison``."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    ids, reason = numbers(request.POST.getlist("acces")), request.POST.get("raison", "")
    if not ids:
        messages.warning(request, _("Cochez d’abord une personne."))
        return redirect("shared_mailbox", chosen.pk)
    try:
        taken = granting.revoke(request.user, chosen, ids, origin_of(request), reason[:200])
    except GrantRefused as refused:
        messages.error(request, words_of(refused))
    else:
        sentence = ngettext("%(n)s accès retiré.", "%(n)s accès retirés.", len(taken))
        messages.success(request, sentence % {"n": len(taken)})
    return redirect("shared_mailbox", chosen.pk)


@login_required
@require_POST
def extend(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Fields ``acces`` (several), and ``jusqu``: their new last day."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    ids, last_day = numbers(request.POST.getlist("acces")), _day(request.POST.get("jusqu", ""))
    if not ids:
        messages.warning(request, _("Cochez d’abord une personne."))
    elif last_day is None:
        messages.error(request, _("Indiquez jusqu’à quel jour prolonger : rien n’a été changé."))
    else:
        _extend(request, chosen, ids, last_day)
    return redirect("shared_mailbox", chosen.pk)


def _extend(request: SignedInRequest, chosen: Mailbox, ids: list[int], last_day: date) -> None:
    try:
        given = granting.extend(request.user, chosen, ids, last_day, origin_of(request))
    except GrantRefused as refused:
        messages.error(request, words_of(refused))
        return
    sentence = ngettext(
        "%(n)s accès prend fin le %(day)s.", "%(n)s accès prennent fin le %(day)s.", len(given)
    )
    day = date_format(last_day, "DATE_FORMAT")
    messages.success(request, sentence % {"n": len(given), "day": day})


def _day(text: str) -> date | None:
    """None for what is no day that a calendar of ours has."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 9000 else None


@login_required
@require_POST
def give_up(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """One's own right in somebody else's mailbox."""
    chosen = mailbox_for(request.user, mailbox_id, Right.READ)
    mine = Delegation.objects.filter(
        standing.in_effect(), mailbox=chosen, person=request.user, is_responsable=False
    )
    ids = list(mine.values_list("pk", flat=True))
    if granting.revoke(request.user, chosen, ids, origin_of(request)):
        messages.success(
            request, _("Vous n’avez plus accès à « %(name)s ».") % {"name": chosen.name}
        )
    return redirect("shared_mailboxes")


def last_years(chosen: Mailbox) -> list[Delegation]:
    """Rights that came to their last day within a year, of people who have none now."""
    a_year_ago = timezone.now() - timedelta(days=365)
    ended = Delegation.objects.filter(
        Q(closed_by=None), mailbox=chosen, is_responsable=False, closed_at__gt=a_year_ago
    )
    present = Delegation.objects.filter(mailbox=chosen, closed_at=None)
    again = ended.filter(person__is_active=True).exclude(person__in=present.values("person"))
    by_person = {it.person_id: it for it in again.order_by("closed_at").select_related("person")}
    return list(by_person.values())


@login_required
@require_POST
def copy_last_year(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """The same people with the same levels, until the end of this school year."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    given: list[Delegation] = []
    try:
        for one in last_years(chosen):
            wish = granting.Wish(
                one.right, timezone.localdate(), granting.usual_last_day(), one.reason
            )
            given += granting.grant(request.user, chosen, [one.person], wish, origin_of(request))
    except GrantRefused as refused:
        messages.error(request, words_of(refused))
    if given:
        messages.success(request, _given(given))
    return redirect("shared_mailbox", chosen.pk)
