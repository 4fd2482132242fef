"""How a person likes the mail pages, and the list of keyboard shortcuts."""

from typing import ClassVar

from django import forms
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
from webmail.list_address import OddAddress, number
from webmail.models import Preferences
from webmail.models.preferences import NARROWEST, STEP, WIDEST
from webmail.surroundings import preferences_of
from webmail.views.acting import ours
from webmail.views.shell import shell_of

WIDTHS = range(NARROWEST, WIDEST + 1, STEP)
WIDTH_NAMES = {
    18: gettext_lazy("Étroite"),
    26: gettext_lazy("Moyenne"),
    34: gettext_lazy("Large"),
    44: gettext_lazy("Très large"),
}


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Preferences
        fields = (
            "by_conversation",
            "with_snippets",
            "density",
            "pane",
            "list_width",
            "with_shortcuts",
        )
        widgets: ClassVar = {"density": forms.RadioSelect, "pane": forms.RadioSelect}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = dict(WIDTH_NAMES)
        dragged = self.instance.list_width
        names.setdefault(dragged, gettext_lazy("Comme je l’ai tirée"))
        self.fields["list_width"] = forms.TypedChoiceField(
            label=self.fields["list_width"].label, coerce=int, choices=sorted(names.items())
        )


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
@require_safe
def shortcuts(request: SignedInRequest) -> HttpResponse:
    context = shell_of(request, own_mailbox(request.user).pk, Right.MANAGE)
    return render(request, "webmail/shortcuts.html", context | {"help_url": reverse("preferences")})
