"""The composer's form: what a person typed, turned into a checked Draft."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from webmail.composing.compose import Draft
from webmail.composing.outgoing_parts import Attachment
from webmail.composing.recipients import MAX_ADDRESS, RecipientsField
from webmail.drafts import Written
from webmail.syntax.addresses import Address
from webmail.syntax.headers import CONTROLS

MAX_TEXT = 2_000_000  # characters
MAX_SUBJECT = 998


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ComposeForm(forms.Form):
    """`senders` are the addresses this person may write from.

    The draft is kept before this form looks at it: files are none of its business.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)  # the draft's number
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1 << 31)
    page = forms.UUIDField(
        widget=forms.HiddenInput
    )  # tells this page from another of the same draft
    signed = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=MAX_ADDRESS
    )  # the address whose signature the text bears, unless somebody wrote in it
    # A script enables it: without one, the plain text is what counts.
    html = forms.CharField(
        required=False, strip=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"hidden": True, "disabled": True}),
    )  # fmt: skip
    sender = forms.ChoiceField(label=gettext_lazy("De"))
    to = RecipientsField(label=gettext_lazy("À"), required=False)
    cc = RecipientsField(label=gettext_lazy("Copie"), required=False)
    bcc = RecipientsField(label=gettext_lazy("Copie cachée"), required=False)
    subject = forms.CharField(label=gettext_lazy("Objet"), required=False, max_length=900)
    body = forms.CharField(
        label=gettext_lazy("Message"), required=False, strip=False, widget=forms.Textarea,
        max_length=MAX_TEXT,
    )  # fmt: skip
    attachments = forms.FileField(
        label=gettext_lazy("Pièces jointes"), required=False, widget=FilesInput
    )

    def __init__(self, *args: Any, senders: list[Address], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.senders = {sender.address: sender for sender in senders}
        choices = [(s.address, f"{s.name} <{s.address}>") for s in senders]
        field = self.fields["sender"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells mypy)
        field.choices = choices
        if self.initial.get("sender") not in self.senders:
            self.initial["sender"] = choices[0][0]
        self.initial["signed"] = self.initial["sender"]
        self.initial.setdefault("token", uuid4())
        self.initial.setdefault("version", 0)
        self.initial.setdefault("page", uuid4())

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        return CONTROLS.sub(" ", subject)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asked = ("to", "cc", "bcc")
        if not any(data.get(name) or name in self.errors for name in asked):
            self.add_error("to", _("Indiquez au moins un destinataire."))
        return data

    def letter(
        self,
        in_reply_to: str = "",
        references: tuple[str, ...] = (),
        files: tuple[Attachment, ...] = (),
    ) -> Draft:
        """What leaves; call after is_valid()."""
        data = self.cleaned_data
        return Draft(
            sender=self.senders[data["sender"]],
            to=data["to"],
            cc=data["cc"],
            bcc=data["bcc"],
            subject=data["subject"],
            text=data["body"].replace("\r\n", "\n"),
            html=data["html"] if "html" in self.data else None,
            attachments=files,
            in_reply_to=in_reply_to,
            references=references,
        )


def is_too_long(post: QueryDict) -> bool:
    """Whether some of what was typed would be cut off."""
    return any(len(post.get(name, "")) > MAX_TEXT for name in ("to", "cc", "bcc", "body", "html"))


def written_in(post: QueryDict) -> Written:
    """What a page of the composer says, whether or not it can leave like that."""

    def typed(name: str, longest: int = MAX_TEXT) -> str:
        return post.get(name, "").replace("\0", "")[:longest]

    return Written(
        sender=typed("sender", MAX_ADDRESS),
        to=typed("to"),
        cc=typed("cc"),
        bcc=typed("bcc"),
        subject=CONTROLS.sub(" ", typed("subject", MAX_SUBJECT)),
        text=typed("body").replace("\r\n", "\n"),
        html=typed("html") if "html" in post else None,
    )
