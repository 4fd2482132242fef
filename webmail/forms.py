"""The composer's form: what a person typed, turned into a checked Draft."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from webmail.compose import Attachment, Draft
from webmail.message.addresses import Address
from webmail.message.headers import CONTROLS
from webmail.presentation import size_label
from webmail.recipients import RecipientsField


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files → list of UploadedFile."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return [super(FilesField, self).clean(item, initial) for item in data or []]


class ComposeForm(forms.Form):
    """`senders` are the addresses this person may write from; `saving` a draft asks for no recipient.

    `carried_size`, in octets, is that of the files that come along from the message one forwards
    or resumes: with those one adds, they stay within PLI_MAX_ATTACHMENTS_MB.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    sender = forms.ChoiceField(label=gettext_lazy("De"))
    to = RecipientsField(label=gettext_lazy("À"), required=False)
    cc = RecipientsField(label=gettext_lazy("Copie"), required=False)
    bcc = RecipientsField(label=gettext_lazy("Copie cachée"), required=False)
    subject = forms.CharField(label=gettext_lazy("Objet"), required=False, max_length=900)
    body = forms.CharField(
        label=gettext_lazy("Message"), required=False, strip=False, widget=forms.Textarea,
        max_length=2_000_000,
    )  # fmt: skip
    attachments = FilesField(label=gettext_lazy("Pièces jointes"), required=False)

    def __init__(
        self,
        *args: Any,
        senders: list[Address],
        saving: bool = False,
        carried_size: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.saving = saving
        self.carried_size = carried_size
        self.senders = {sender.address: sender for sender in senders}
        choices = [(s.address, f"{s.name} <{s.address}>") for s in senders]
        field = self.fields["sender"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells mypy)
        field.choices = choices
        self.initial.setdefault("sender", choices[0][0])
        self.initial.setdefault("token", uuid4())

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        return CONTROLS.sub(" ", subject)

    def clean_attachments(self) -> "list[UploadedFile[bytes]]":
        files: list[UploadedFile[bytes]] = self.cleaned_data["attachments"]
        limit = settings.MAX_ATTACHMENTS_MB << 20
        total = self.carried_size + sum(file.size or 0 for file in files)
        if total > limit:
            message = _(
                "Les pièces jointes font %(total)s, la limite est de %(limit)s. Retirez-en."
            )
            shown = {"total": size_label(total), "limit": size_label(limit)}
            raise forms.ValidationError(message, params=shown)
        return files

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        written = any(data.get(name) for name in ("to", "cc", "bcc"))
        if (
            not self.saving
            and not written
            and not any(name in self.errors for name in ("to", "cc", "bcc"))
        ):
            self.add_error("to", _("Indiquez au moins un destinataire."))
        return data

    def draft(self, in_reply_to: str = "", references: tuple[str, ...] = (),
              forwarded: tuple[Attachment, ...] = ()) -> Draft:  # fmt: skip
        """The checked Draft; call after is_valid()."""
        data = self.cleaned_data
        return Draft(
            sender=self.senders[data["sender"]],
            to=data["to"],
            cc=data["cc"],
            bcc=data["bcc"],
            subject=data["subject"],
            text=data["body"].replace("\r\n", "\n"),
            attachments=[*forwarded, *(_attachment(file) for file in data["attachments"])],
            in_reply_to=in_reply_to,
            references=references,
        )


def _attachment(file: "UploadedFile[bytes]") -> Attachment:
    name = CONTROLS.sub(" ", file.name or "").strip() or "piece-jointe"
    return Attachment(name, file.content_type or "application/octet-stream", file.read())
