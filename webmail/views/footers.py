"""``/gestion/pieds-de-page/``: what ends every message of a domain or of a school."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import School
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from audit import journal
from audit.events import Event
from webmail.models import Footer
from webmail.writing.formatted import FormattedForm


class FooterForm(FormattedForm):
    domain = forms.ChoiceField(
        label=gettext_lazy("Domaine"),
        required=False,
        widget=forms.Select({"class": "in in--short"}),
    )
    uai = forms.CharField(
        label=gettext_lazy("ou code UAI de l’établissement"),
        required=False,
        max_length=8,
        widget=forms.TextInput({"class": "in in--short"}),
    )

    class Meta:
        model = Footer
        fields = ("text", "html")
        widgets: ClassVar = {"text": forms.Textarea({"class": "in", "rows": 4})}

    field_order = ("domain", "uai", "text", "html")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"] = forms.ChoiceField(
            label=self.fields["domain"].label,
            required=False,
            choices=[("", "—"), *((domain, domain) for domain in settings.DOMAINS)],
            initial=self.instance.domain,
            widget=forms.Select({"class": "in in--short"}),
        )
        if self.instance.school:
            self.initial["uai"] = self.instance.school.uai

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        domain, uai = cleaned.get("domain", ""), cleaned.get("uai", "").strip().upper()
        school = School.objects.filter(uai=uai).first() if uai else None
        if uai and school is None:
            self.add_error("uai", _("Aucun établissement n’a ce code."))
        elif bool(domain) == bool(school):
            self.add_error("domain", _("Choisissez un domaine, ou donnez un établissement."))
        elif self._is_taken(domain, school):
            self.add_error("domain", _("Il y a déjà un pied de page pour ce choix : modifiez-le."))
        self.instance.domain, self.instance.school = domain, school
        return cleaned

    def _is_taken(self, domain: str, school: School | None) -> bool:
        same = (
            Footer.objects.filter(school=school) if school else Footer.objects.filter(domain=domain)
        )
        return same.exclude(pk=self.instance.pk).exists()


@login_required
def footers(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.MANAGE_MAILBOXES)
    known = Footer.objects.select_related("school")
    return render(request, "gestion/footers.html", {"footers": known})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_footer(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    require(request.user, Permission.MANAGE_MAILBOXES)
    footer = get_object_or_404(Footer, pk=pk) if pk else None
    form = FooterForm(request.POST or None, instance=footer)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            _record(request)
        messages.success(request, _("Le pied de page est enregistré."))
        return redirect("footers")
    context = {"form": form, "footer": footer, "is_rich": form.is_formatted(request.user)}
    return render(request, "gestion/footer.html", context)


@login_required
@require_POST
def remove_footer(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.MANAGE_MAILBOXES)
    footer = get_object_or_404(Footer, pk=pk)
    with transaction.atomic():
        footer.delete()
        _record(request)
    messages.success(request, _("Le pied de page est supprimé."))
    return redirect("footers")


def _record(request: SignedInRequest) -> None:
    journal.record(Event.FOOTER_CHANGED, actor=request.user.party, origin=origin_of(request))
