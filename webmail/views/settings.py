"""How a person likes the mail pages, and the list of keyboard shortcuts."""

from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, own_mailbox
from webmail.lists.list_address import OddAddress, number
from webmail.lists.surroundings import preferences_of
from webmail.models import Preferences
from webmail.models.preferences import NARROWEST, STEP, WIDEST
from webmail.views.browsing.acting import ours
from webmail.views.shell import shell_of

WIDTHS = range(NARROWEST, WIDEST + 1, STEP)
WIDTH_NAMES = {
    18: gettext_lazy("Étroite"),
    26: gettext_lazy("Moyenne"),
    34: gettext_lazy("Large"),
    44: gettext_lazy("Très large"),
}
UNDO_NAMES = {
    0: gettext_lazy("Aucun : les messages partent aussitôt"),
    5: gettext_lazy("5 secondes"),
    10: gettext_lazy("10 secondes"),
    20: gettext_lazy("20 secondes"),
    30: gettext_lazy("30 secondes"),
}


NEVER = "jamais"
READ_AFTER = (
    ("0", gettext_lazy("Dès qu’il est ouvert")),
    ("3", gettext_lazy("Après 3 secondes")),
    ("10", gettext_lazy("Après 10 secondes")),
    (NEVER, gettext_lazy("Seulement quand je le demande")),
)


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Preferences
        fields = (
            "by_conversation",
            "with_snippets",
            "density",
            "pane",
            "list_width",
            "adapts_dark",
            "read_after",
            "with_shortcuts",
            "undo_seconds",
        )
        widgets: ClassVar = {"density": forms.RadioSelect, "pane": forms.RadioSelect}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = dict(WIDTH_NAMES)
        dragged = self.instance.list_width
        names.setdefault(dragged, gettext_lazy("Comme je l’ai tirée"))
        usual = _("Comme dans toute l’académie (%(n)s s)") % {"n": settings.UNDO_SECONDS}
        self.fields["undo_seconds"] = forms.TypedChoiceField(
            label=self.fields["undo_seconds"].label,
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", usual), *UNDO_NAMES.items()],
        )
        self.fields["list_width"] = forms.TypedChoiceField(
            label=self.fields["list_width"].label, coerce=int, choices=sorted(names.items())
        )
        self.fields["read_after"] = forms.TypedChoiceField(
            label=self.fields["read_after"].label,
            coerce=_seconds,
            choices=READ_AFTER,
            required=False,
            empty_value="0",
        )
        if self.instance.read_after is None:
            self.initial["read_after"] = NEVER


def _seconds(chosen: str) -> int | None:
    return None if chosen == NEVER else int(chosen)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """`retour` in the address is the page one comes from."""
    back = ours(request.GET.get("retour")) or "/"
    form = PreferencesForm(request.POST or None, instance=preferences_of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Vos réglages sont enregistrés."))
        return redirect(back)
    context = shell_of(request, own_mailbox(request.user).pk, Right.MANAGE)
    return render(request, "webmail/preferences.html", context | {"form": form, "back_url": back})


@login_required
@require_POST
def list_width(request: SignedInRequest) -> HttpResponse:
    """Field `largeur`, in rem: remembered when the edge of the list was dragged."""
    try:
        asked = number(request.POST.get("largeur", ""))
    except OddAddress as error:
        raise Http404("no such width") from error
    if asked not in WIDTHS:
        raise Http404("no such width")
    Preferences.objects.update_or_create(person=request.user, defaults={"list_width": asked})
    return HttpResponse(status=204)


@login_required
@require_POST
def adapt_dark(request: SignedInRequest) -> HttpResponse:
    """Field `adapter`: whether mails take the colours of a dark page. `retour` is the page one is on."""
    wanted = request.POST.get("adapter") == "oui"
    Preferences.objects.update_or_create(person=request.user, defaults={"adapts_dark": wanted})
    return redirect(ours(request.POST.get("retour")) or "/")


@login_required
@require_safe
def shortcuts(request: SignedInRequest) -> HttpResponse:
    context = shell_of(request, own_mailbox(request.user).pk, Right.MANAGE)
    return render(request, "webmail/shortcuts.html", context | {"help_url": reverse("preferences")})
