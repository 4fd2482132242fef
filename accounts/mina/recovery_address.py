"""One's own address and telephone, to which codes and notices go."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.mina.confirmed import confirmed
from accounts.models import RecoveryContact
from accounts.origins import origin_of
from accounts.recovery import contacts
from accounts.recovery.channels import ChannelUnavailable, minutes_valid
from accounts.recovery.forms import CodeForm
from accounts.recovery.masking import masked
from accounts.requests import SignedInRequest
from accounts.restriction import unrestricted
from accounts.signing_in import signin
from accounts.telling.sms import sms_can_leave

Kind = RecoveryContact.Kind

AWAY = gettext_lazy("Le code n’a pas pu partir. Réessayez dans quelques minutes.")
WRONG = gettext_lazy("Ce n’est pas le bon code, ou il ne sert plus.")
LONGEST = 254


class ContactForm(forms.Form):
    """One address, or one number: the kind is in the URL."""

    value = forms.CharField(max_length=LONGEST)

    def __init__(self, *args: object, kind: Kind, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.kind = kind

    def clean_value(self) -> str:
        return contacts.read_contact(self.kind, self.cleaned_data["value"])


@never_cache
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """What is known, masked: a screen is easily seen by others."""
    kinds = [kind for kind in Kind if kind == Kind.ADDRESS or sms_can_leave()]
    shown = [(kind, _shown(request, kind)) for kind in kinds]
    return render(request, "mina/recovery.html", {"contacts": shown})


@never_cache
@confirmed
@unrestricted
def give(request: SignedInRequest, kind: str) -> HttpResponse:
    """Asks for an address or a number, and sends it a code."""
    asked = _kind(kind)
    form = ContactForm(request.POST or None, kind=asked)
    if form.is_valid() and _asked(request, form):
        return redirect("mina_recovery_code", asked.value)
    return render(request, "mina/recovery_contact.html", {"form": form, "kind": asked})


@never_cache
@sensitive_post_parameters()
@confirmed
@unrestricted
def type_code(request: SignedInRequest, kind: str) -> HttpResponse:
    contact = contacts.pending_contact(request.user, _kind(kind))
    if contact is None:
        messages.error(request, WRONG)
        return redirect("mina_recovery")
    form = CodeForm(request.POST or None)
    if form.is_valid() and _verified(request, contact, form):
        messages.success(request, _("C’est vérifié : %(where)s.") % {"where": masked(contact)})
        return redirect("mina_recovery")
    context = {"form": form, "where": contact.value, "minutes": minutes_valid(contact)}
    return render(request, "mina/recovery_code.html", context)


@require_POST
@confirmed
@unrestricted
def remove(request: SignedInRequest, kind: str) -> HttpResponse:
    contact = get_object_or_404(
        RecoveryContact, user=request.user, kind=_kind(kind), verified_at__isnull=False
    )
    contacts.remove(contact, origin_of(request))
    messages.success(request, _("C’est retiré."))
    return redirect("mina_recovery")


def _asked(request: SignedInRequest, form: ContactForm) -> bool:
    try:
        contacts.ask(request, request.user, form.kind, form.cleaned_data["value"])
    except signin.MustWait as pause:
        form.add_error("value", pause.refusal.sentence)
    except ChannelUnavailable:
        form.add_error("value", AWAY)
    return not form.errors


def _verified(request: SignedInRequest, contact: RecoveryContact, form: CodeForm) -> bool:
    try:
        if contacts.verify(request, contact, form.typed):
            return True
    except signin.MustWait as pause:
        form.add_error("code", pause.refusal.sentence)
    else:
        form.add_error("code", WRONG)
    return False


def _kind(text: str) -> Kind:
    if text not in Kind.values or (text == Kind.PHONE and not sms_can_leave()):
        raise Http404
    return Kind(text)


def _shown(request: SignedInRequest, kind: Kind) -> str:
    contact = request.user.recovery_contacts.filter(kind=kind, verified_at__isnull=False).first()
    return masked(contact) if contact else ""
