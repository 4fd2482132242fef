"""What is asked before a right is given or changed."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents.act_forms import DayInput
from mailboxes.delegating.granting import LONGEST, Wish, usual_last_day
from mailboxes.delegating.words import LEVELS
from mailboxes.models import Delegation, Mailbox, Right
from mailboxes.models.delegations import REASON_LENGTH


class RightForm(forms.Form):
    """A level, its days, and why."""

    right = forms.TypedChoiceField(
        label=_("Ce que la personne peut faire"), coerce=lambda it: Right(int(it))
    )
    first_day = forms.DateField(
        label=_("À partir du"),
        help_text=_("Aujourd’hui, ou plus tard."),
        widget=DayInput(),
        initial=timezone.localdate,
    )
    last_day = forms.DateField(
        label=_("Jusqu’au"),
        help_text=_("Un an au plus. Un rappel part quinze jours avant."),
        widget=DayInput(),
        initial=usual_last_day,
    )
    reason = forms.CharField(
        label=_("Raison"),
        help_text=_(
            "Facultative : remplacement, secrétariat, examens… Elle reste dans le journal."
        ),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput({"class": "in", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rights = [it for it in Right if mailbox.owner_id is None or it != Right.MANAGE]
        self.levels = [
            (str(right.value), right.label, LEVELS[right] % {"name": mailbox.name})
            for right in rights
        ]
        field = self.fields["right"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells mypy)
        field.choices = [(right.value, right.label) for right in rights]
        self.initial.setdefault("right", str(Right.WRITE.value))

    @property
    def picked_right(self) -> str:
        return str(self["right"].value())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if isinstance(last, date) and last < timezone.localdate():
            self.add_error("last_day", _("Ce jour est passé."))
        elif isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("last_day", _("Le dernier jour vient avant le premier."))
            elif last - max(first, timezone.localdate()) > LONGEST:
                self.add_error("last_day", _("Un an au plus."))
        return data

    @property
    def wish(self) -> Wish:
        """Call after ``is_valid()``."""
        data = self.cleaned_data
        return Wish(data["right"], data["first_day"], data["last_day"], data["reason"])


class GrantForm(RightForm):
    people = forms.CharField(
        label=_("Personne"),
        help_text=_(
            "Nom, identifiant ou adresse ; plusieurs séparés par des virgules. Agents de l’académie seulement."
        ),
        required=False,
        max_length=4000,
        widget=forms.TextInput({"class": "in", "autocomplete": "off"}),
    )
    field_order = ("people", "right", "first_day", "last_day", "reason")


def changing(delegation: Delegation, data: Any = None) -> RightForm:
    """The form of a right that exists; the first day of one that has begun stays what it was."""
    known = {
        "right": str(delegation.level),
        "first_day": delegation.first_day,
        "last_day": delegation.last_day,
        "reason": delegation.reason,
    }
    return RightForm(data, initial=known, mailbox=delegation.mailbox)
