"""The settings page of writing: format, font, replies, and the address one writes from."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from webmail import senders
from webmail.access import Right, own_mailbox
from webmail.habits import habits_of
from webmail.models import WritingHabits
from webmail.senders import Sender
from webmail.views.shell import shell_of


class HabitsForm(forms.ModelForm):  # type: ignore[type-arg]
    sender = forms.ChoiceField(label=gettext_lazy("Adresse d’expédition par défaut"))

    class Meta:
        model = WritingHabits
        fields = ("is_rich", "font", "font_size", "place", "quote_language")
        widgets: ClassVar = {"place": forms.RadioSelect}

    def __init__(self, *args: object, offered: list[Sender], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        addresses = [(sender.address, sender.address) for sender in offered]
        self.fields["sender"] = forms.ChoiceField(
            label=self.fields["sender"].label, choices=addresses
        )
        self.initial["sender"] = addresses[0][0] if addresses else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def habits(request: SignedInRequest) -> HttpResponse:
    mailbox = own_mailbox(request.user)
    offered = senders.choices(request.user, mailbox)
    form = HabitsForm(request.POST or None, instance=habits_of(request.user), offered=offered)
    if request.method == "POST" and form.is_valid():
        form.save()
        senders.prefer(request.user, mailbox, form.cleaned_data["sender"])
        messages.success(request, _("Vos réglages sont enregistrés."))
        return redirect("writing_habits")
    context = {"form": form, "own_mailbox_id": mailbox.pk}
    return render(
        request, "webmail/habits.html", shell_of(request, mailbox.pk, Right.MANAGE) | context
    )
