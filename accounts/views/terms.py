"""The conditions of use: read by anyone, accepted in the middle of signing in."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from accounts.models import TermsVersion
from accounts.origins import origin_of
from accounts.signing_in.pending_signin import in_stage
from accounts.signing_in.stages import NewTermsStage
from accounts.terms import accept, current_terms
from accounts.terms.text import blocks_of


class AcceptanceForm(forms.Form):
    """``number`` says which version the person has read: another may be published meanwhile."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    agrees = forms.BooleanField()

    def __init__(self, data: QueryDict | None, version: TermsVersion) -> None:
        super().__init__(data)
        self.version = version

    @property
    def is_of_another_version(self) -> bool:
        return self.is_valid() and self.cleaned_data["number"] != self.version.number


def terms(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The version in force, or the one of that ``number``."""
    version = get_object_or_404(TermsVersion, number=number) if number else current_terms()
    others = TermsVersion.objects.exclude(pk=version.pk)
    context = {"is_current": version == current_terms(), "others": others, **_shown(version)}
    return render(request, "account/terms.html", context)


@in_stage(NewTermsStage)
def new_terms(request: HttpRequest, stage: NewTermsStage) -> HttpResponse:
    version = current_terms()
    form = AcceptanceForm(request.POST or None, version)
    if form.is_valid() and not form.is_of_another_version:
        accept(stage.login.user, version, origin_of(request))
        response: HttpResponse = stage.exit()
        return response
    known = stage.login.user.terms_acceptances.exists()
    context = {"form": form, "has_accepted_earlier": known, **_shown(version)}
    return render(request, "account/new_terms.html", context)


def _shown(version: TermsVersion) -> dict[str, object]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "version": version,
        "blocks": blocks_of(version.text_in(language)),
        "is_translated": not language.startswith("fr"),
    }
