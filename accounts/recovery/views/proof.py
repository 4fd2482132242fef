"""The second proof without a second factor: a page for each case, open to nobody else."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.models import RecoveryContact, Reset
from accounts.origins import origin_of
from accounts.recovery import journey
from accounts.recovery.cases import reachable_contacts
from accounts.recovery.channels import ChannelUnavailable, minutes_valid
from accounts.recovery.forms import CodeForm
from accounts.recovery.handed_codes import handed_code_is_right
from accounts.recovery.holds import end_wait, has_waited, hold
from accounts.recovery.masking import masked
from accounts.recovery.resets import JourneyOver, prove
from accounts.recovery.sent_codes import awaits_code, code_is_right, send_reset_code
from accounts.secrets import Token
from accounts.signing_in import signin

WRONG = _("Ce n’est pas le bon code, ou il ne sert plus.")
AWAY = _("Le code n’a pas pu partir. Réessayez dans quelques minutes.")


@journey.step("mina_reset_contact")
def contact(request: HttpRequest, reset: Reset) -> HttpResponse:
    """Where to send the code, then the code."""
    form = CodeForm(request.POST if "code" in request.POST else None)
    if "contact" in request.POST:
        return _send(request, reset, form)
    if form.is_valid() and _code_is_right(request, reset, form):
        return to_new_password(request, reset, _channel_of(reset))
    return _contact_page(request, reset, form)


@journey.step("mina_reset_neither")
def neither(request: HttpRequest, reset: Reset) -> HttpResponse:
    """A code from the secretary, or a day's wait."""
    if "wait" in request.POST:
        return _wait(request, reset)
    form = CodeForm(request.POST or None)
    if form.is_valid() and _handed_code_is_right(request, reset, form):
        return to_new_password(request, reset, "handed code")
    return render(request, "mina/forgotten_neither.html", {"form": form})


@journey.step("mina_reset_held")
def held(request: HttpRequest, reset: Reset) -> HttpResponse:
    """Until when to wait; once it is over, the button to the new password."""
    if request.method == "POST":
        try:
            return _follow_link(request, end_wait(reset))
        except JourneyOver:
            return redirect("mina_reset_held")
    return render(
        request, "mina/forgotten_held.html", {"reset": reset, "waited": has_waited(reset)}
    )


def to_new_password(request: HttpRequest, reset: Reset, proof: str) -> HttpResponse:
    """On to the link; ``proof`` says what was shown besides the answers."""
    try:
        return _follow_link(request, prove(reset, proof))
    except JourneyOver:
        return journey.begin_again(request)


def _follow_link(request: HttpRequest, token: Token) -> HttpResponse:
    """From here on the link alone counts."""
    journey.forget(request)
    return redirect("mina_reset_new", token.reveal())


def _send(request: HttpRequest, reset: Reset, form: CodeForm) -> HttpResponse:
    chosen = _chosen(request, reset)
    if chosen is None:
        return redirect("mina_reset_contact")
    try:
        send_reset_code(request, reset, chosen)
    except signin.MustWait as pause:
        return _contact_page(request, reset, form, pause.refusal.sentence)
    except ChannelUnavailable:
        return _contact_page(request, reset, form, str(AWAY))
    return redirect("mina_reset_contact")


def _chosen(request: HttpRequest, reset: Reset) -> RecoveryContact | None:
    posted = request.POST["contact"]
    return next((one for one in reachable_contacts(reset.user) if str(one.pk) == posted), None)


def _contact_page(
    request: HttpRequest, reset: Reset, form: CodeForm, problem: str = ""
) -> HttpResponse:
    sent_to = reset.contact if awaits_code(reset) else None
    context = {
        "form": form,
        "problem": problem,
        "contacts": [(one, masked(one)) for one in reachable_contacts(reset.user)],
        "where": masked(sent_to) if sent_to else "",
        "minutes": minutes_valid(sent_to) if sent_to else 0,
    }
    return render(request, "mina/forgotten_contact.html", context)


def _code_is_right(request: HttpRequest, reset: Reset, form: CodeForm) -> bool:
    try:
        return code_is_right(request, reset, form.typed) or _wrong(form)
    except signin.MustWait as pause:
        return _wrong(form, pause.refusal.sentence)


def _handed_code_is_right(request: HttpRequest, reset: Reset, form: CodeForm) -> bool:
    try:
        return handed_code_is_right(request, reset.user, form.typed) or _wrong(form)
    except signin.MustWait as pause:
        return _wrong(form, pause.refusal.sentence)


def _wrong(form: forms.Form, sentence: str = "") -> bool:
    form.add_error("code", sentence or str(WRONG))
    return False


def _wait(request: HttpRequest, reset: Reset) -> HttpResponse:
    try:
        hold(reset, origin_of(request))
    except JourneyOver:
        return journey.begin_again(request)
    return redirect("mina_reset_held")


def _channel_of(reset: Reset) -> str:
    return f"code by {reset.contact.kind}" if reset.contact else "code"
