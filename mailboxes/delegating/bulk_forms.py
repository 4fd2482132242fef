"""What is asked before rights in many mailboxes change."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agents.act_forms import SHORTEST_JUSTIFICATION
from accounts.models import User
from mailboxes.delegating import people
from mailboxes.delegating.bulk import Order
from mailboxes.delegating.grant_forms import GrantForm
from mailboxes.delegating.granting import Wish
from mailboxes.models import BulkKind, Mailbox, Right
from mailboxes.models.delegations import REASON_LENGTH


class BulkForm(GrantForm):
    """The right and its days matter only where a right is given or changed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Que faire"),
        choices=BulkKind.choices,
        widget=forms.Select({"class": "in"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Justification"),
        help_text=gettext_lazy("Conservée dans le journal : la demande, qui l’a faite, quand."),
        min_length=SHORTEST_JUSTIFICATION,
        max_length=REASON_LENGTH,
        widget=forms.TextInput({"class": "in", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        whole = Mailbox(kind=Mailbox.Kind.FUNCTIONAL, name=_("ces boîtes"))
        super().__init__(*args, mailbox=whole, **kwargs)
        self.order_fields(["kind", *GrantForm.field_order])
        self.fields["people"].required = True
        self.fields["people"].label = _("Personnes")
        self.fields["people"].help_text = _("Identifiants ou adresses, séparés par des virgules.")
        if self.data.get("kind") == BulkKind.REVOKE:
            for name in ("right", "first_day", "last_day"):
                self.fields[name].required = False

    def clean_people(self) -> str:
        """Nobody is guessed where many mailboxes are at stake."""
        typed = str(self.cleaned_data["people"])
        found = people.found(typed)
        unclear = [it.typed for it in found if not it.is_clear]
        if unclear or not found:
            raise forms.ValidationError(
                _("Écrivez l’identifiant ou l’adresse de chaque personne : %(names)s")
                % {"names": ", ".join(unclear)}
            )
        return typed

    @property
    def order(self) -> Order:
        """The form must be valid."""
        data = self.cleaned_data
        today: date = timezone.localdate()
        wish = Wish(
            data["right"] or Right.READ,
            data["first_day"] or today,
            data["last_day"] or today,
            data["reason"],
        )
        return Order(BulkKind(data["kind"]), self.people_meant, wish)

    @property
    def people_meant(self) -> list[User]:
        found = people.found(self.cleaned_data["people"])
        return people.chosen([it.agents[0].pk for it in found])
