"""``/gestion/journal/``: searching the journal and taking it away as a file, for who has the right.

Pages follow the entries' numbers, so that a page stays what it was while new entries come in.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.csv_files import csv_file
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, require
from accounts.sealed.numen import looks_like_numen
from audit import journal as audit_journal
from audit.events import EVENTS, Event, Result
from audit.export import csv_lines
from audit.models import Entry
from audit.search import Search, find

ENTRIES_A_PAGE = 50
ENTRIES_READ_AT_ONCE = 500
# The first and the last year of the calendar have no neighbour to convert their hours into.
WITHIN_REASON = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
# How the journal names people; anything else that was typed may be a secret in the wrong field.
PERSON_ID = re.compile(r"(?:agent|user):[0-9]+")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"class": "in"}, format="%Y-%m-%d")


class JournalForm(forms.Form):
    """What to look for; what is left empty does not limit."""

    data: QueryDict

    person = forms.CharField(
        label=gettext_lazy("Personne"),
        help_text=gettext_lazy("Un nom, ou une partie : auteur ou personne concernée."),
        max_length=100,
        required=False,
        widget=forms.TextInput({"class": "in"}),
    )
    event = forms.ChoiceField(
        label=gettext_lazy("Événement"),
        choices=[("", gettext_lazy("Tous")), *((it.value, it.sentence) for it in Event)],
        required=False,
        widget=forms.Select({"class": "in"}),
    )
    since = forms.DateField(
        label=gettext_lazy("Du"), required=False, validators=WITHIN_REASON, widget=DayInput()
    )
    until = forms.DateField(
        label=gettext_lazy("Au (compris)"),
        required=False,
        validators=WITHIN_REASON,
        widget=DayInput(),
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Résultat"),
        choices=[("", gettext_lazy("Tous")), *Result.choices],
        required=False,
        widget=forms.Select({"class": "in"}),
    )
    address = forms.GenericIPAddressField(
        label=gettext_lazy("Adresse IP"),
        required=False,
        unpack_ipv4=True,
        widget=forms.TextInput({"class": "in", "inputmode": "url", "autocomplete": "off"}),
    )

    def clean_person(self) -> str:
        person: str = self.cleaned_data["person"].strip()
        if looks_like_numen(person):
            self.data = self.data.copy()
            self.data["person"] = ""  # it must not come back in the page
            raise forms.ValidationError(_("C’est un NUMEN : le journal n’en contient aucun."))
        return person

    @property
    def search(self) -> Search:
        """Days are those of the academy's time zone. The form must be valid."""
        asked = self.cleaned_data
        return Search(
            person=asked["person"],
            event=EVENTS[asked["event"]] if asked["event"] else None,
            since=_start_of(asked["since"]) if asked["since"] else None,
            until=_start_of(asked["until"] + timedelta(days=1)) if asked["until"] else None,
            result=Result(asked["result"]) if asked["result"] else None,
            address=asked["address"],
        )

    @property
    def query(self) -> str:
        """What stands in the page's address. The form must be valid."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})

    @property
    def criteria(self) -> str:
        """For the journal itself: what was asked, without a name that somebody typed."""
        return " ".join(
            f"{name}={value}" if name != "person" or PERSON_ID.fullmatch(value) else name
            for name, value in self.cleaned_data.items()
            if value
        )


@login_required
@never_cache
def journal(request: SignedInRequest) -> HttpResponse:
    """Searches are sent by POST: what was typed is looked at before it stands in an address."""
    require(request.user, Permission.SEE_AUDIT)
    form = JournalForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "gestion/journal.html", {"form": form}, status=400)
    if request.method == "POST":
        return redirect(f"{reverse('journal')}?{form.query}")
    before = _number(request.GET)
    if before is None:
        _note(request, Event.AUDIT_SEARCHED, form.criteria)
    return render(request, "gestion/journal.html", _results(request, form, before))


@login_required
@require_POST
def journal_as_csv(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    require(request.user, Permission.EXPORT_AUDIT)
    form = JournalForm(request.POST)
    if not form.is_valid():
        return render(request, "gestion/journal.html", {"form": form}, status=400)
    _note(request, Event.AUDIT_EXPORTED, form.criteria)
    name = f"journal-{timezone.localtime():%Y-%m-%d}.csv"
    return csv_file(csv_lines(entries_of(form.search)), name)


def entries_of(search: Search) -> Iterator[Entry]:
    """All that match, newest first, read some hundred at a time: a year does not fit in memory."""
    following = list(find(search)[:ENTRIES_READ_AT_ONCE])
    while following:
        yield from following
        last = following[-1].number
        following = list(find(search).filter(number__lt=last)[:ENTRIES_READ_AT_ONCE])


def _results(request: SignedInRequest, form: JournalForm, before: int | None) -> dict[str, object]:
    found = find(form.search)
    if before is not None:
        found = found.filter(number__lt=before)
    entries = list(found[: ENTRIES_A_PAGE + 1])
    more = len(entries) > ENTRIES_A_PAGE
    return {
        "form": form,
        "entries": entries[:ENTRIES_A_PAGE],
        "query": form.query,
        "is_first": before is None,
        "older_than": entries[ENTRIES_A_PAGE - 1].number if more else None,
        "may_export": may(request.user, Permission.EXPORT_AUDIT),
    }


def _note(request: SignedInRequest, event: Event, criteria: str) -> None:
    audit_journal.record(
        event, actor=request.user.party, origin=origin_of(request), reason=criteria
    )


def _number(asked: QueryDict) -> int | None:
    """The entry before which the page starts; anything else than a number is the first page."""
    typed = asked.get("avant", "")
    return int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else None


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
