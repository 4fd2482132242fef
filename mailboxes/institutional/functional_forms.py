"""What is asked before something is done to a functional mailbox; each says why."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents.act_forms import DayInput, JustifiedForm
from accounts.models import School
from mailboxes.delegating.grant_forms import GrantForm

SMALLEST_MB, LARGEST_MB = 100, 100_000
TEXT = {"class": "in", "autocomplete": "off"}


class OpeningForm(JustifiedForm):
    """``schools`` are those that whoever asks may name; empty is the academy itself."""

    school = forms.ModelChoiceField(
        label=_("Établissement"),
        queryset=School.objects.none(),
        required=False,
        to_field_name="uai",
        widget=forms.TextInput(TEXT),
        help_text=_("Son code UAI."),
    )
    name = forms.CharField(label=_("Nom"), max_length=120, widget=forms.TextInput(TEXT))
    address = forms.CharField(
        label=_("Adresse"),
        help_text=_("Par exemple direction.college.jean-moulin@ac-normandie.fr"),
        max_length=254,
        widget=forms.TextInput(TEXT),
    )
    field_order = ("school", "name", "address", "justification")

    def __init__(self, *args: Any, schools: Any, needs_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells mypy)
        field.queryset = schools
        field.required = needs_school


class ChangeForm(JustifiedForm):
    name = forms.CharField(label=_("Nom"), max_length=120, widget=forms.TextInput(TEXT))
    quota_mb = forms.IntegerField(
        label=_("Quota (Mo)"),
        min_value=SMALLEST_MB,
        max_value=LARGEST_MB,
        widget=forms.NumberInput({"class": "in in--short"}),
    )
    field_order = ("name", "quota_mb", "justification")


class AliasForm(JustifiedForm):
    address = forms.CharField(label=_("Adresse"), max_length=254, widget=forms.TextInput(TEXT))
    field_order = ("address", "justification")


class ResponsableForm(JustifiedForm):
    person = forms.CharField(
        label=_("Identifiant ou adresse"), max_length=254, widget=forms.TextInput(TEXT)
    )
    field_order = ("person", "justification")


class ClosingForm(JustifiedForm):
    last_day = forms.DateField(
        label=_("Dernier jour"),
        widget=DayInput(),
        initial=timezone.localdate,
    )
    forwards_to = forms.CharField(
        label=_("Jusque-là, renvoyer le courrier à"),
        help_text=_("Une adresse de l’académie ; vide : le courrier reste dans la boîte."),
        required=False,
        max_length=254,
        widget=forms.TextInput(TEXT),
    )
    field_order = ("last_day", "forwards_to", "justification")


class JustifiedGrantForm(GrantForm):
    """An administrator says why; the journal and the responsable are told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("Elle reste dans le journal.")
