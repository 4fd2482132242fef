"""``/gestion/conditions/``: the versions of the conditions of use, and publishing a new one.

Nothing is kept until it is published: the preview carries what was typed, so that what was read
over is what gets published.
"""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import TermsVersion
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from accounts.terms import current_terms
from accounts.terms.publishing import Draft, VersionOvertaken, publish
from accounts.terms.text import blocks_of, changes_between, tidy

LONGEST = 60_000  # characters: some twenty pages
UNCHANGED = gettext_lazy("Ce texte est celui de la version en vigueur.")
OVERTAKEN = gettext_lazy(
    "Une autre version vient d’être publiée. Relisez les différences avec celle-ci avant de publier."
)
HOW = gettext_lazy(
    "Une ligne vide entre deux paragraphes. « # » commence un titre, « - » une ligne de liste."
)


class TermsForm(forms.Form):
    french = forms.CharField(
        label=gettext_lazy("Texte français"),
        help_text=HOW,
        max_length=LONGEST,
        widget=forms.Textarea({"class": "in", "rows": 22, "lang": "fr"}),
    )
    english = forms.CharField(
        label=gettext_lazy("Texte anglais"),
        help_text=gettext_lazy("Une traduction : le texte français fait foi."),
        max_length=LONGEST,
        widget=forms.Textarea({"class": "in", "rows": 22, "lang": "en"}),
    )

    def clean_french(self) -> str:
        text = tidy(self.cleaned_data["french"])
        if not changes_between(current_terms().french, text):
            raise ValidationError(UNCHANGED, code="unchanged")
        return text

    def clean_english(self) -> str:
        return tidy(self.cleaned_data["english"])


class PublishingForm(forms.Form):
    """``replaces`` is the version with which the preview compared the text."""

    replaces = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField()


@login_required
def terms_versions(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PUBLISH_TERMS)
    versions = TermsVersion.objects.select_related("published_by__agent")
    context = {"versions": versions.annotate(accepted=Count("acceptances"))}
    return render(request, "gestion/terms.html", context)


@login_required
def write_terms(request: SignedInRequest) -> HttpResponse:
    """The form, with the version in force or with what comes back from the preview."""
    require(request.user, Permission.PUBLISH_TERMS)
    current = current_terms()
    texts = {"french": current.french, "english": current.english}
    typed = {name: request.POST[name] for name in texts if name in request.POST}
    return _form(request, TermsForm(initial=texts | typed))


@login_required
@require_POST
def preview_terms(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PUBLISH_TERMS)
    texts = TermsForm(request.POST)
    return _preview(request, texts) if texts.is_valid() else _form(request, texts)


@login_required
@require_POST
def publish_terms(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PUBLISH_TERMS)
    texts, consent = TermsForm(request.POST), PublishingForm(request.POST)
    if not texts.is_valid():
        return _form(request, texts)
    if not consent.is_valid():
        return _preview(request, texts, consent)
    draft = Draft(**texts.cleaned_data, replaces=consent.cleaned_data["replaces"])
    try:
        version = publish(request.user, draft, origin_of(request))
    except VersionOvertaken:
        messages.error(request, OVERTAKEN)
        return _preview(request, texts)
    messages.success(
        request, _("La version %(number)d est en vigueur.") % {"number": version.number}
    )
    return redirect("terms_versions")


def _form(request: SignedInRequest, form: TermsForm) -> HttpResponse:
    return render(request, "gestion/terms_write.html", {"form": form})


def _preview(
    request: SignedInRequest, texts: TermsForm, consent: PublishingForm | None = None
) -> HttpResponse:
    current, texts_typed = current_terms(), texts.cleaned_data
    context = {
        "texts": texts_typed,
        "consent": consent,
        "current": current,
        "next_number": current.number + 1,
        "changes": changes_between(current.french, texts_typed["french"]),
        "english_changes": changes_between(current.english, texts_typed["english"]),
        "blocks": blocks_of(texts_typed["french"]),
        "english_blocks": blocks_of(texts_typed["english"]),
    }
    return render(request, "gestion/terms_preview.html", context)
