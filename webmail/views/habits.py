"""The settings page of writing: format, font, replies, and the address one writes from."""

from itertools import groupby
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, own_mailbox
from webmail.models import WritingHabits
from webmail.views.shell import shell_of
from webmail.writing import senders
from webmail.writing.habits import habits_of
from webmail.writing.senders import Sender

OWN_ADDRESS = gettext_lazy("Adresse d’expédition par défaut")


class HabitsForm(forms.ModelForm):  # type: ignore[type-arg]
    sender = forms.ChoiceField(label=OWN_ADDRESS)

    class Meta:
        model = WritingHabits
        fields = ("is_rich", "font", "font_size", "place", "quote_language")
        widgets: ClassVar = {"place": forms.RadioSelect}

    def __init__(self, *args: object, offered: list[Sender], **kwargs: object) -> None:
        """`offered` in the order of senders.all_choices: the default of each mailbox is its first."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.mailboxes: dict[str, Mailbox] = {}  # by the field that chooses an address there
        for mailbox, known in groupby(offered, key=lambda sender: sender.mailbox):
            usable = list(known)
            addresses = [sender.address for sender in usable]
            if usable[0].is_own:
                self._choose("sender", mailbox, str(OWN_ADDRESS), addresses)
            elif len(addresses) > 1:
                label = _("Adresse d’expédition de %(name)s") % {"name": mailbox.name}
                self._choose(f"sender_{mailbox.pk}", mailbox, label, addresses)

    def _choose(self, name: str, mailbox: Mailbox, label: str, addresses: list[str]) -> None:
        choices = [(address, address) for address in addresses]
        self.fields[name] = forms.ChoiceField(label=label, choices=choices)
        self.initial[name] = addresses[0]
        self.mailboxes[name] = mailbox

    def keep(self, person: User) -> None:
        """Call after ``is_valid()``."""
        self.save()
        for name, mailbox in self.mailboxes.items():
            senders.prefer(person, mailbox, self.cleaned_data[name])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def habits(request: SignedInRequest) -> HttpResponse:
    mailbox = own_mailbox(request.user)
    offered = senders.all_choices(request.user, mailbox)
    form = HabitsForm(request.POST or None, instance=habits_of(request.user), offered=offered)
    if request.method == "POST" and form.is_valid():
        form.keep(request.user)
        messages.success(request, _("Vos réglages sont enregistrés."))
        return redirect("writing_habits")
    context = {"form": form, "own_mailbox_id": mailbox.pk}
    return render(
        request, "webmail/habits.html", shell_of(request, mailbox.pk, Right.MANAGE) | context
    )
