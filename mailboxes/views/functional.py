"""``/gestion/boites/``: the functional mailboxes of all schools, and who has a right in each.

An administrator opens, gives, takes back and closes; the help desk sees and repairs; a head sees those of
the school and asks for more. None of these pages leads to the mail.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.agents.act_forms import JustifiedForm
from accounts.agents.agent_search import words_typed
from accounts.csv_files import csv_file
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, require, schools_where
from accounts.views.back_office import require_somewhere
from audit import journal
from audit.events import Event
from mailboxes.delegating import granting, people, standing
from mailboxes.delegating.granting import GrantRefused
from mailboxes.institutional import functional, functional_export, responsables
from mailboxes.institutional.functional_forms import (
    AliasForm,
    ChangeForm,
    ClosingForm,
    JustifiedGrantForm,
    OpeningForm,
    ResponsableForm,
)
from mailboxes.models import Delegation, Mailbox, MailboxRequest
from mailboxes.models.mailboxes import with_address
from mailboxes.views.sharing import Access, numbers, words_of

A_PAGE = 50


def seen_by(request: SignedInRequest) -> QuerySet[Mailbox]:
    """Functional mailboxes that this person may know of."""
    boxes = Mailbox.objects.filter(owner=None, is_active=True).select_related("school")
    if may(request.user, Permission.SEE_DELEGATIONS):
        return boxes
    return boxes.filter(school__in=schools_where(request.user, Permission.SEE_DELEGATIONS))


SHOWS = ("sans-titulaire", "sans-acces", "expire", "en-fermeture")
SOON = timedelta(days=15)


def found_by(request: SignedInRequest, asked: QueryDict) -> QuerySet[Mailbox]:
    """Fields `q`, `montrer` (one of SHOWS) and `personne`: a login or an address, who has a right there."""
    found = _shown(seen_by(request), asked.get("montrer", ""))
    person = asked.get("personne", "").replace("\x00", "").strip()
    if person:
        theirs = Delegation.objects.filter(standing.in_effect(), person__in=_people(person))
        found = found.filter(pk__in=theirs.values("mailbox"))
    for word in words_typed(asked).split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(addresses__address__icontains=word)
            | Q(school__uai__icontains=word)
            | Q(school__name__icontains=word)
            | Q(school__city__icontains=word)
        )
    return found.distinct().order_by("school__uai", "name", "pk")


def _people(typed: str) -> list[int]:
    """Accounts of whoever is meant."""
    meant = [agent.user_id for it in people.found(typed) for agent in it.agents]
    return [pk for pk in meant if pk is not None]


def _shown(boxes: QuerySet[Mailbox], show: str) -> QuerySet[Mailbox]:
    rights = Delegation.objects.filter(standing.in_effect(), mailbox=OuterRef("pk"))
    bosses = rights.filter(is_responsable=True, person__is_active=True)
    number = rights.order_by().values("mailbox").annotate(number=Count("pk"))
    found = boxes.annotate(
        has_responsable=Exists(bosses), people=Coalesce(Subquery(number.values("number")), 0)
    )
    if show == "sans-titulaire":
        return found.filter(has_responsable=False)
    if show == "sans-acces":
        return found.filter(~Exists(rights))
    if show == "expire":
        return found.filter(Exists(rights.filter(ends_at__lte=timezone.now() + SOON)))
    return found.filter(closes_at__isnull=False) if show == "en-fermeture" else found


@login_required
@require_safe
def mailboxes(request: SignedInRequest) -> HttpResponse:
    require_somewhere(request.user, Permission.SEE_DELEGATIONS)
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "montrer", "personne")}
    found = with_address(found_by(request, request.GET))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    bosses = responsables.responsables_of(page)
    rows = [(box, bosses.get(box.pk)) for box in page]
    waiting = MailboxRequest.objects.filter(answered_at=None).select_related("school", "asked_by")
    manages = may(request.user, Permission.MANAGE_MAILBOXES)
    context = {
        "rows": rows,
        "page": page,
        "asked": asked,
        "query": f"{urlencode(asked)}&",
        "is_narrowed": any(asked.values()),
        "manages": manages,
        "asks": bool(schools_where(request.user, Permission.ASK_FOR_MAILBOXES)[:1]),
        "waiting": waiting if manages else waiting.filter(asked_by=request.user),
    }
    return render(request, "gestion/mailboxes.html", context)


@login_required
@require_safe
def as_csv(request: SignedInRequest) -> HttpResponseBase:
    require(request.user, Permission.SEE_DELEGATIONS)
    found = found_by(request, request.GET)
    journal.record(Event.DELEGATIONS_EXPORTED, actor=request.user.party, origin=origin_of(request))
    lines: Iterator[str] = functional_export.lines(found)
    return csv_file(lines, "delegations.csv")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """An administrator opens it; a head asks for it."""
    require_somewhere(request.user, Permission.ASK_FOR_MAILBOXES)
    manages = may(request.user, Permission.MANAGE_MAILBOXES)
    schools = schools_where(request.user, Permission.ASK_FOR_MAILBOXES)
    form = OpeningForm(request.POST or None, schools=schools, needs_school=not manages)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = (data["name"], data["address"], data["school"], origin_of(request), form.why)
        try:
            if manages:
                box = functional.open_mailbox(request.user, *wanted)
                messages.success(request, _("La boîte est ouverte."))
                return redirect("functional_mailbox", box.pk)
            functional.ask(request.user, *wanted)
        except ValidationError as error:
            form.add_error("address", error.messages)
        else:
            messages.success(request, _("Votre demande est transmise."))
            return redirect("functional_mailboxes")
    context = {"form": form, "manages": manages}
    status = 400 if form.errors else 200
    return render(request, "gestion/mailbox_new.html", context, status=status)


@login_required
@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fields ``reponse`` (oui or non) and ``justification``."""
    form = JustifiedForm(request.POST)
    require(request.user, Permission.MANAGE_MAILBOXES)
    if not form.is_valid():
        messages.error(request, _("Dites pourquoi, en dix caractères au moins."))
        return redirect("functional_mailboxes")
    agrees = request.POST.get("reponse") == "oui"
    try:
        functional.answer(request.user, pk, origin_of(request), form.why, agrees=agrees)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La boîte est ouverte.") if agrees else _("Demande refusée."))
    return redirect("functional_mailboxes")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: SignedInRequest, pk: int) -> HttpResponse:
    """One mailbox, without its mail: its facts, its people, and what may be done."""
    box = get_object_or_404(seen_by(request), pk=pk)
    form: Any = None
    if request.method == "POST":
        form = _do(request, box)
        if form is None:
            return redirect("functional_mailbox", box.pk)
    return _page(request, box, form)


def _do(request: SignedInRequest, box: Mailbox) -> Any:
    """None when it is done; else the form with its faults."""
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise Http404("no such act")
    make, act = ACTS[action]
    form = make(request, box)
    if not form.is_valid():
        return form
    try:
        act(request, box, form)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return form
    except GrantRefused as refused:
        form.add_error(None, words_of(refused))
        return form
    return None


def _page(request: SignedInRequest, box: Mailbox, form: Any) -> HttpResponse:
    manages = may(request.user, Permission.MANAGE_MAILBOXES)
    forms = {name: make(None, box) for name, (make, _act) in ACTS.items()}
    if form is not None:
        forms[request.POST["action"]] = form
    context = {
        "box": box,
        "rows": [Access.of(it) for it in standing.current(box)],
        "responsable": responsables.responsable_of(box),
        "manages": manages,
        "repairs": may(request.user, Permission.SEE_DELEGATIONS),
        "forms": forms,
        "form": forms["grant"],
    }
    status = 200 if form is None else 400
    return render(request, "gestion/mailbox.html", context, status=status)


def _posted(request: HttpRequest | None) -> Any:
    return request.POST if request is not None else None


def _grant(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    found = people.found(form.cleaned_data["people"])
    if not found or not all(it.is_clear for it in found):
        raise ValidationError(_("Écrivez l’identifiant ou l’adresse de chaque personne."))
    whom = people.chosen([it.agents[0].pk for it in found])
    granting.grant(request.user, box, whom, form.wish, origin_of(request))
    messages.success(request, _("L’accès est donné ; la personne et la titulaire sont prévenues."))


def _revoke(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    require(request.user, Permission.MANAGE_MAILBOXES)
    ids = numbers(request.POST.getlist("acces"))
    if not ids:
        raise ValidationError(_("Cochez d’abord une personne."))
    granting.revoke(request.user, box, ids, origin_of(request), form.why)
    messages.success(request, _("L’accès est retiré."))


def _name(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    require(request.user, Permission.MANAGE_MAILBOXES)
    found = people.found(form.cleaned_data["person"])
    if len(found) != 1 or not found[0].is_clear:
        raise ValidationError(_("Écrivez l’identifiant ou l’adresse d’une seule personne."))
    person = people.chosen([found[0].agents[0].pk])[0]
    responsables.name(box, person, request.user, origin_of(request), form.why)
    messages.success(request, _("La personne titulaire est désignée."))


def _change(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    data = form.cleaned_data
    functional.change(
        request.user, box, data["name"], data["quota_mb"], origin_of(request), form.why
    )
    messages.success(request, _("La boîte est modifiée."))


def _alias(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    address = form.cleaned_data["address"]
    functional.add_alias(request.user, box, address, origin_of(request), form.why)
    messages.success(request, _("L’adresse est ajoutée."))


def _close(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    data = form.cleaned_data
    functional.begin_closing(
        request.user, box, data["last_day"], data["forwards_to"], origin_of(request), form.why
    )
    messages.success(request, _("La fermeture est enregistrée."))


def _keep(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    functional.keep_open(request.user, box, origin_of(request), form.why)
    messages.success(request, _("La boîte reste ouverte."))


def _repair(request: SignedInRequest, box: Mailbox, form: Any) -> None:
    functional.repair(request.user, box, origin_of(request), form.why)
    messages.success(request, _("Les serveurs de courriel relisent les accès de cette boîte."))


Maker = Callable[[HttpRequest | None, Mailbox], Any]
Doer = Callable[[SignedInRequest, Mailbox, Any], None]
ACTS: dict[str, tuple[Maker, Doer]] = {
    "grant": (lambda request, box: JustifiedGrantForm(_posted(request), mailbox=box), _grant),
    "revoke": (lambda request, _box: JustifiedForm(_posted(request)), _revoke),
    "name": (lambda request, _box: ResponsableForm(_posted(request)), _name),
    "change": (
        lambda request, box: ChangeForm(
            _posted(request), initial={"name": box.name, "quota_mb": box.quota_mb}
        ),
        _change,
    ),
    "alias": (lambda request, _box: AliasForm(_posted(request)), _alias),
    "close": (lambda request, _box: ClosingForm(_posted(request)), _close),
    "keep": (lambda request, _box: JustifiedForm(_posted(request)), _keep),
    "repair": (lambda request, _box: JustifiedForm(_posted(request)), _repair),
}
