"""Looking for entries of a mailbox's logbook, newest first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents.act_forms import DayInput
from accounts.models import User
from mailboxes.models import Deed, LogbookEntry, Mailbox
from webmail.models import MessageReference

A_PAGE = 50
# The first and the last year of the calendar have no neighbour to convert their hours into.
WITHIN_REASON = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Search:
    """What is left out does not limit; `since` is included, `until` is not."""

    person: int | None = None
    deed: str = ""
    since: datetime | None = None
    until: datetime | None = None
    conversation: int | None = None


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name()


class SearchForm(forms.Form):
    """As it stands in the page's address."""

    personne = PersonField(
        label=_("Personne"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("toutes"),
        widget=forms.Select({"class": "in"}),
    )
    acte = forms.ChoiceField(
        label=_("Acte"),
        choices=[("", _("tous")), *Deed.choices],
        required=False,
        widget=forms.Select({"class": "in"}),
    )
    du = forms.DateField(label=_("Du"), required=False, validators=WITHIN_REASON, widget=DayInput())
    au = forms.DateField(
        label=_("Au (compris)"), required=False, validators=WITHIN_REASON, widget=DayInput()
    )
    conversation = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput()
    )

    def __init__(self, data: Any, *, mailbox: Mailbox) -> None:
        super().__init__(data)
        field = self.fields["personne"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells mypy)
        field.queryset = people_of(mailbox)

    @property
    def search(self) -> Search:
        """Days are the academy's. The form must be valid."""
        asked = self.cleaned_data
        return Search(
            person=asked["personne"].pk if asked["personne"] else None,
            deed=asked["acte"],
            since=_start_of(asked["du"]) if asked["du"] else None,
            until=_start_of(asked["au"] + timedelta(days=1)) if asked["au"] else None,
            conversation=asked["conversation"],
        )

    @property
    def query(self) -> str:
        """What stands in the page's address. The form must be valid."""
        asked = self.cleaned_data
        values = asked | {"personne": asked["personne"].pk if asked["personne"] else None}
        return urlencode({name: value for name, value in values.items() if value})


def people_of(mailbox: Mailbox) -> QuerySet[User]:
    """Who has, or had, a right in it."""
    theirs = User.objects.filter(delegations__mailbox=mailbox).select_related("agent")
    return theirs.distinct().order_by("agent__usual_name", "agent__first_name", "pk")


def find(mailbox: Mailbox, search: Search) -> QuerySet[LogbookEntry]:
    """Newest first, with their people."""
    found = LogbookEntry.objects.filter(
        _of_conversation(mailbox, search.conversation), mailbox=mailbox
    )
    for lookup, value in (
        ("person", search.person),
        ("deed", search.deed),
        ("at__gte", search.since),
        ("at__lt", search.until),
    ):
        if value:
            found = found.filter(**{lookup: value})
    return found.select_related("person__agent", "about__agent").order_by("-at", "-pk")


def _of_conversation(mailbox: Mailbox, number: int | None) -> Q:
    if number is None:
        return Q()
    named = MessageReference.objects.filter(mailbox=mailbox, conversation=number)
    return Q(message_key__in=named.values("identifier")) & ~Q(message_key=0)


def page_after(
    found: QuerySet[LogbookEntry], mailbox: Mailbox, last: int | None
) -> tuple[list[LogbookEntry], int | None]:
    """Entries older than the one of this number, and the number from which the next page goes on."""
    if last is not None:
        at = LogbookEntry.objects.filter(mailbox=mailbox, pk=last).values_list("at", flat=True)
        if moment := at.first():
            found = found.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=last))
    entries = list(found[: A_PAGE + 1])
    more = entries[A_PAGE - 1].pk if len(entries) > A_PAGE else None
    return entries[:A_PAGE], more


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
