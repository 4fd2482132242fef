"""What one types of a contact, and the file of many."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.contacts import cards
from directory.contacts.cards import MAX_VALUES, Card, Value
from directory.models import Contact, ContactGroup

MAX_FILE = 10 << 20  # octets
MAX_CARDS = 5_000  # of one file
MAX_CARD_TEXT = 300_000  # characters of a card that a page hands over
BLANK_LINES = 2
PLACES = {"work": gettext_lazy("Travail"), "home": gettext_lazy("Domicile")}
PHONES = {**PLACES, "cell": gettext_lazy("Mobile")}


class LineForm(forms.Form):
    """One address or telephone; an empty one is none."""

    places: ClassVar[dict[str, Any]] = PLACES
    property: ClassVar = "EMAIL"
    text = forms.CharField(required=False, max_length=254, widget=forms.TextInput({"class": "in"}))
    place = forms.ChoiceField(required=False, widget=forms.Select({"class": "in"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells mypy)
        field.choices = [("", _("Autre")), *self.places.items()]

    def value(self) -> Value:
        """Its head keeps what nobody changes here. A line left blank has cleaned nothing."""
        head = self.initial.get("head", self.property)
        chosen, before = self.cleaned_data.get("place", ""), self.initial.get("place", "")
        if chosen != before:
            head = cards.with_type(head, chosen, {*self.places})
        return Value(head, self.cleaned_data.get("text", ""))


class AddressForm(LineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Adresse")
        self.fields["place"].label = _("Sorte d’adresse")
        self.fields["text"].widget.input_type = "email"

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if text and text != self.initial.get("text"):
            try:
                validate_email(text)
            except forms.ValidationError as error:
                said = _("« %(text)s » n’est pas une adresse.") % {"text": text}
                raise forms.ValidationError(said) from error
        return text


class PhoneForm(LineForm):
    places: ClassVar[dict[str, Any]] = PHONES
    property: ClassVar = "TEL"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Téléphone")
        self.fields["place"].label = _("Sorte de téléphone")
        self.fields["text"].widget.input_type = "tel"
        self.fields["text"].widget.attrs["maxlength"] = "60"

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if len(text) > int(self.fields["text"].widget.attrs["maxlength"]):
            raise forms.ValidationError(_("Un numéro a au plus 60 caractères."))
        return text


def _lines(form: type[LineForm]) -> "type[forms.BaseFormSet[LineForm]]":
    most = MAX_VALUES
    return forms.formset_factory(form, extra=BLANK_LINES, max_num=most, absolute_max=most + 10)


ADDRESSES, PHONE_LINES = _lines(AddressForm), _lines(PhoneForm)


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """`card` is what is known so far: what this form does not show stays."""

    new_group = forms.CharField(
        label=gettext_lazy("Nouveau groupe"), required=False, max_length=100
    )

    class Meta:
        model = Contact
        fields = ("name", "organisation", "note", "groups")
        widgets: ClassVar = {
            "note": forms.Textarea({"rows": 4}),
            "groups": forms.CheckboxSelectMultiple,
        }
        error_messages: ClassVar = {
            "name": {"required": gettext_lazy("Donnez un nom : une personne ou un organisme.")}
        }

    def __init__(self, data: Any, card: Card, groups: Sequence[ContactGroup]) -> None:
        self.card = card
        chosen = [group.pk for group in groups if group.name in card.groups]
        initial = {
            "name": card.name, "organisation": card.organisation, "note": card.note, "groups": chosen,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        for name in ("name", "organisation", "note", "new_group"):
            self.fields[name].widget.attrs["class"] = "in"
        self.fields["groups"] = forms.ModelMultipleChoiceField(
            ContactGroup.objects.filter(pk__in=[group.pk for group in groups]),
            label=_("Groupes"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.addresses = ADDRESSES(data, initial=_rows(card.addresses, PLACES), prefix="adresse")
        self.phones = PHONE_LINES(data, initial=_rows(card.phones, PHONES), prefix="telephone")

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.addresses.is_valid(), self.phones.is_valid()])

    def written(self) -> Card:
        """What was typed, as a card."""
        typed, new = self.cleaned_data, self.cleaned_data["new_group"].strip()
        groups = [group.name for group in typed["groups"]]
        return Card(
            name=typed["name"],
            uid=self.card.uid,
            organisation=typed["organisation"],
            note=typed["note"],
            addresses=_values(self.addresses),
            phones=_values(self.phones),
            groups=tuple([*groups, new] if new else groups),
            version=self.card.version,
            kept=self.card.kept,
        )


def _rows(values: Sequence[Value], places: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "text": it.text,
            "head": it.head,
            "place": next(iter(cards.types_of(it.head) & {*places}), ""),
        }
        for it in values
    ]


def _values(lines: "forms.BaseFormSet[LineForm]") -> tuple[Value, ...]:
    return tuple(value for line in lines if (value := line.value()).text)


class FileForm(forms.Form):
    """→ `cards`, those of the file."""

    file = forms.FileField(
        label=gettext_lazy("Fichier vCard (.vcf)"),
        widget=forms.ClearableFileInput({"class": "in", "accept": ".vcf,.vcard,text/vcard"}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide."),
        },
    )

    def clean_file(self) -> list[Card]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE:
            raise forms.ValidationError(_("Ce fichier est trop gros : 10 Mo au plus."))
        found = cards.read(decoded(file.read()))
        if not found:
            raise forms.ValidationError(
                _(
                    "Ce fichier ne contient aucune fiche vCard. Exportez vos contacts au format vCard (.vcf)."
                )
            )
        if len(found) > MAX_CARDS:
            said = _("Ce fichier contient %(n)s fiches : importez-en au plus %(most)s à la fois.")
            raise forms.ValidationError(said % {"n": len(found), "most": MAX_CARDS})
        return found


def decoded(octets: bytes) -> str:
    """Programs write UTF-8; old ones what Windows called text."""
    if octets[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")
