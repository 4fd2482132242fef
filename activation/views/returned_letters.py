"""``/gestion/courriers/revenus/``: what the post brought back, and handing it over at the school."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.mina.confirmed import confirmed
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, schools_where
from accounts.views.back_office import require_somewhere
from activation.letters.states import hand_over, mark_returned
from activation.models import Letter

LETTERS_A_PAGE = 50
State = Letter.State
DOCUMENTS = {
    "identity_card": gettext_lazy("Carte nationale d’identité"),
    "passport": gettext_lazy("Passeport"),
    "residence_permit": gettext_lazy("Titre de séjour"),
    "driving_licence": gettext_lazy("Permis de conduire"),
}


class HandOverForm(forms.Form):
    """The identity check, as the journal keeps it: never a number of the document."""

    document = forms.ChoiceField(
        label=gettext_lazy("Pièce d’identité présentée"),
        choices=[("", "–"), *DOCUMENTS.items()],
        widget=forms.Select({"class": "in in--short"}),
    )
    checked = forms.BooleanField(
        label=gettext_lazy(
            "J’ai la personne devant moi ; le visage, le nom et la date de naissance sont ceux de la pièce."
        ),
        error_messages={"required": gettext_lazy("Sans cette vérification, la lettre reste ici.")},
    )

    @property
    def justification(self) -> str:
        """The form must be valid."""
        return str(DOCUMENTS[self.cleaned_data["document"]])


@login_required
@never_cache
def returned_letters(request: SignedInRequest) -> HttpResponse:
    """Those that came back first, then those on their way, which may come back here."""
    require_somewhere(request.user, Permission.HAND_OUT_LETTERS)
    here_first = Case(When(state=State.RETURNED, then=Value(0)), default=Value(1))
    at_schools = _letters_for(request).filter(state__in=(State.POSTED, State.RETURNED))
    letters = at_schools.order_by(here_first, "agent__usual_name", "pk")
    page = Paginator(letters, LETTERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "gestion/returned_letters.html", {"page": page})


@login_required
@require_POST
def letter_returned(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = _letter_for(request, pk)
    if not mark_returned(request.user, Letter.objects.filter(pk=letter.pk), origin_of(request)):
        return _too_late(request)
    messages.success(request, _("Lettre revenue : son code ne sert plus tant qu’elle est ici."))
    return redirect("returned_letters")


@login_required
@never_cache
def letter_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = _letter_for(request, pk)
    if letter.state != State.RETURNED:
        return _too_late(request)
    return _hand_over_page(request, letter)


@confirmed
def _hand_over_page(request: SignedInRequest, letter: Letter) -> HttpResponse:
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hand_over(request.user, letter, form.justification, origin_of(request))
        messages.success(
            request, _("Lettre remise à %(name)s.") % {"name": letter.agent.display_name}
        )
        return redirect("returned_letters")
    status = 400 if form.errors else 200
    return render(
        request, "gestion/letter_hand_over.html", {"letter": letter, "form": form}, status=status
    )


def _too_late(request: SignedInRequest) -> HttpResponse:
    """The button was pressed twice, or the list is older than what happened since."""
    messages.warning(request, _("Rien n’a changé : ces lettres sont dans un autre état."))
    return redirect("returned_letters")


def _letters_for(request: SignedInRequest) -> QuerySet[Letter]:
    """What was posted to those for whom this person may act, whatever became of it since."""
    schools = schools_where(request.user, Permission.HAND_OUT_LETTERS)
    posted = Letter.objects.filter(posted_on__isnull=False, agent__school__in=schools)
    return posted.select_related("agent__school")


def _letter_for(request: SignedInRequest, pk: int) -> Letter:
    return get_object_or_404(_letters_for(request), pk=pk)
