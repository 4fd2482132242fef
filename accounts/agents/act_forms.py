"""What is asked before something is done to somebody else's account."""

import secrets
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from audit.models import JUSTIFICATION_LENGTH, REASON_LENGTH

SHORTEST_JUSTIFICATION = 10
# The journal's words for how an identity was checked, and what people choose from.
IDENTITY_CHECKS = {
    "": _("Choisissez…"),
    "identity document": _("Pièce d’identité présentée"),
    "known in person": _("Personne que je connais, présente devant moi"),
    "called back": _("Rappel à un numéro connu de l’établissement"),
}
SPENT_FORMS = "spent_forms"  # in the session
SPENT_FORMS_KEPT = 20


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"class": "in in--short"}, format="%Y-%m-%d")


class JustifiedForm(forms.Form):
    """What is done to somebody else's account says why; the journal keeps it."""

    justification = forms.CharField(
        label=_("Justification"),
        help_text=_("Conservée dans le journal : la demande, qui l’a faite, quand."),
        min_length=SHORTEST_JUSTIFICATION,
        max_length=min(JUSTIFICATION_LENGTH, REASON_LENGTH),
        widget=forms.TextInput({"class": "in", "autocomplete": "off"}),
    )

    @property
    def why(self) -> str:
        return str(self.cleaned_data["justification"])


class RoleForm(JustifiedForm):
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=Role.choices,
        widget=forms.Select({"class": "in in--short"}),
    )
    field_order = ("role", "justification")


class DepartureForm(JustifiedForm):
    leaves_on = forms.DateField(
        label=_("Premier jour où le compte est fermé"),
        help_text=_("Aujourd’hui : il se ferme tout de suite."),
        widget=DayInput(),
        initial=timezone.localdate,
    )
    field_order = ("leaves_on", "justification")

    def clean_leaves_on(self) -> Any:
        day = self.cleaned_data["leaves_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée."), code="past")
        return day


class OnceForm(JustifiedForm):
    """Its answer shows a secret: sent again, by a reload or the back button, it shows nothing."""

    once = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        initial=secrets.token_hex,
        error_messages={"required": _("Cette page est incomplète. Ouvrez-la de nouveau.")},
    )

    def was_spent(self, request: HttpRequest) -> bool:
        return self.data.get("once", "") in request.session.get(SPENT_FORMS, [])

    def spend(self, request: HttpRequest) -> None:
        spent = [*request.session.get(SPENT_FORMS, []), self.cleaned_data["once"]]
        request.session[SPENT_FORMS] = spent[-SPENT_FORMS_KEPT:]


class IdentityCheckedForm(OnceForm):
    """A secret is handed over only to someone whose identity was checked, and the journal says how."""

    identity = forms.ChoiceField(
        label=_("Comment avez-vous vérifié l’identité de la personne ?"),
        choices=list(IDENTITY_CHECKS.items()),
        widget=forms.Select({"class": "in"}),
    )
    checked = forms.BooleanField(
        label=_("J’ai vérifié que cette personne est bien celle de la fiche."),
        widget=forms.CheckboxInput({"class": "cb"}),
    )
    field_order = ("identity", "checked", "justification")

    @property
    def method(self) -> str:
        return str(self.cleaned_data["identity"])
