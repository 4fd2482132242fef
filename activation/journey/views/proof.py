"""The four doors of activation. Typed secrets are in no page that comes back, nor in any address."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from accounts.signing_in import signin
from activation.journey import proofs, stepper
from activation.journey.browser import follow, followed, next_page
from activation.journey.forms import IdentifierForm, LetterForm, TemporaryForm, TransferForm
from activation.models import Journey

WRONG_LETTER = gettext_lazy(
    "Ces informations n’ouvrent aucun compte. Comparez-les au courrier : le code ne sert qu’une "
    "fois, jusqu’à la date imprimée, et un courrier plus récent l’annule. Si votre compte est déjà "
    "activé, connectez-vous."
)
WRONG_TRANSFER = gettext_lazy(
    "Ces informations n’ouvrent aucun compte. Vérifiez-les ; votre arrivée doit avoir été annoncée "
    "par les ressources humaines. Si votre compte est déjà activé, connectez-vous."
)
WRONG_TEMPORARY = gettext_lazy(
    "Cet identifiant et ce mot de passe n’ouvrent aucun compte. Vérifiez-les ; un mot de passe "
    "provisoire ne sert que peu de temps. Le secrétariat peut vous en remettre un autre."
)

Prove = Callable[[], Journey]


@never_cache
@sensitive_post_parameters()
def letter(request: HttpRequest) -> HttpResponse:
    form = LetterForm(request.POST or None)

    def prove() -> Journey:
        return proofs.by_letter(request, form.cleaned_data["numen"], form.cleaned_data["code"])

    return _door(request, "letter", form, prove, str(WRONG_LETTER))


@never_cache
@sensitive_post_parameters()
def identifier(request: HttpRequest) -> HttpResponse:
    form = IdentifierForm(request.POST or None)

    def prove() -> Journey:
        typed = form.cleaned_data
        return proofs.by_identifier(request, typed["login"], typed["code"], typed["birth_date"])

    return _door(request, "identifier", form, prove, str(WRONG_LETTER))


@never_cache
@sensitive_post_parameters()
def transfer(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.POST or None)

    def prove() -> Journey:
        typed = form.cleaned_data
        return proofs.by_transfer(request, typed["numen"], typed["birth_date"])

    return _door(request, "transfer", form, prove, str(WRONG_TRANSFER))


@never_cache
@sensitive_post_parameters()
def temporary(request: HttpRequest) -> HttpResponse:
    form = TemporaryForm(request.POST or None)

    def prove() -> Journey:
        login = form.cleaned_data["login"]
        return proofs.by_temporary_password(request, login, form.typed_password)

    try:
        return _door(request, "temporary", form, prove, str(WRONG_TEMPORARY))
    except proofs.AlreadyOpen:
        messages.info(request, _("Ce compte est déjà activé : connectez-vous."))
        return redirect("account_login")


def lead_on(request: HttpRequest, account: User) -> HttpResponse | None:
    """A temporary password typed on the sign-in page activates as it does here."""
    try:
        return follow(request, proofs.by_signing_in(request, account))
    except proofs.NotProved:
        return None


def _door(
    request: HttpRequest, way: str, form: forms.Form, prove: Prove, wrong: str
) -> HttpResponse:
    if form.is_valid():
        try:
            return follow(request, prove())
        except proofs.NotProved:
            form.add_error(None, wrong)
        except signin.MustWait as pause:
            form.add_error(None, pause.refusal.sentence)
    begun = followed(request)
    context = {
        "form": form,
        "way": way,
        "refused": form.is_bound and bool(form.non_field_errors()),
        "goes_on": next_page(begun) if begun else "",
        "step": stepper.PROOF,
        "temporary_hours": settings.TEMPORARY_PASSWORD_HOURS,
        "restricted_hours": settings.RESTRICTED_HOURS,
    }
    return render(request, f"activation/proof_{way}.html", context)
