"""Signatures and templates of a mailbox: seeing, writing, removing them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for
from webmail.models import MessageTemplate, Signature
from webmail.views.shell import shell_of
from webmail.writing.formatted import FormattedForm

MOST = 100  # of a kind, in a mailbox


class _OwnForm(FormattedForm):
    """Its names are unique in the mailbox."""

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.mailbox = mailbox
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "in")
        self.order_fields(["name", "subject", "address", "text", "html"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        model = type(self.instance)
        same = model.objects.filter(mailbox=self.instance.mailbox, name=cleaned.get("name"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("Ce nom est déjà pris : choisissez-en un autre."))
        return cleaned


class SignatureForm(_OwnForm):
    class Meta:
        model = Signature
        fields = ("name", "address", "text", "html")
        widgets: ClassVar = {"text": forms.Textarea({"rows": 5})}

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, mailbox=mailbox, **kwargs)
        usable = mailbox.addresses.filter(can_send=True, is_active=True)
        self.fields["address"] = forms.ModelChoiceField(
            usable,
            label=self.fields["address"].label,
            required=False,
            empty_label=_("Aucune adresse : je l’insère moi-même"),
            widget=forms.Select({"class": "in"}),
        )

    def validate_unique(self) -> None:
        """An address that has another signature already gets this one: see `save`."""

    def save(self, commit: bool = True) -> Any:
        """An address has one signature: the newest choice."""
        Signature.objects.filter(address=self.cleaned_data["address"]).exclude(
            pk=self.instance.pk
        ).exclude(address=None).update(address=None)
        return super().save(commit)


class TemplateForm(_OwnForm):
    class Meta:
        model = MessageTemplate
        fields = ("name", "subject", "text", "html")
        widgets: ClassVar = {"text": forms.Textarea({"rows": 8})}
        help_texts: ClassVar = {
            "text": gettext_lazy(
                "{nom}, {établissement} et {date} sont remplacés quand on l’insère."
            )
        }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signatures(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`?id=` opens one of them."""
    return _page(request, mailbox_for(request.user, mailbox_id, Right.MANAGE), SignatureForm)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`?id=` opens one of them."""
    return _page(request, mailbox_for(request.user, mailbox_id, Right.MANAGE), TemplateForm)


def _page(
    request: SignedInRequest, chosen: Mailbox, kind: type[SignatureForm] | type[TemplateForm]
) -> HttpResponse:
    view = "signatures" if kind is SignatureForm else "message_templates"
    url = reverse(view, args=[chosen.pk])
    known = kind.Meta.model.objects.filter(mailbox=chosen)
    opened = _opened(request, known)
    if request.method == "POST" and "supprimer" in request.POST and opened is not None:
        opened.delete()
        messages.success(request, _("C’est supprimé."))
        return redirect(url)
    form = kind(request.POST or None, instance=opened, mailbox=chosen)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, url, full=opened is None and known.count() >= MOST)
    context = {"form": form, "known": known, "opened": opened, "url": url, "kind": view}
    context["is_rich"] = form.is_formatted(request.user)
    return render(
        request, "webmail/stationery.html", shell_of(request, chosen.pk, Right.MANAGE) | context
    )


def _saved(request: SignedInRequest, form: _OwnForm, url: str, *, full: bool) -> HttpResponse:
    if full:
        messages.error(request, _("Il y en a déjà %(n)s : supprimez-en d’abord.") % {"n": MOST})
    else:
        form.save()
        messages.success(request, _("C’est enregistré."))
    return redirect(url)


def _opened(request: SignedInRequest, known: Any) -> Any:
    """Raises Http404 for what is not this mailbox's."""
    asked = request.GET.get("id", "")
    if not asked:
        return None
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 19
    found = known.filter(pk=asked).first() if is_number else None
    if found is None:
        raise Http404("no such signature or template")
    return found
