"""``/gestion/annonces/``: the announcements that are shown or will be, and writing them."""

from typing import ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.agents.announcements import publish, withdraw
from accounts.models import Announcement
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require

LEAST_URGENT = Announcement.Level.INFORMATION


class LocalTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__({"class": "in in--short"}, format="%Y-%m-%dT%H:%M")


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = Announcement
        fields = ("level", "text", "starts_at", "ends_at")
        widgets: ClassVar = {
            "text": forms.Textarea({"class": "in", "rows": 3}),
            "level": forms.Select({"class": "in in--short"}),
            "starts_at": LocalTime(),
            "ends_at": LocalTime(),
        }
        help_texts: ClassVar = {
            "text": _("Une phrase ou deux : ce qui ne marche pas, pour qui, jusqu’à quand.")
        }


@login_required
def announcements(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.ANNOUNCE)
    now = timezone.now()
    coming = Announcement.objects.not_over_at(now).order_by("starts_at")
    over = Announcement.objects.exclude(pk__in=coming).order_by("-ends_at")[:20]
    context = {"announcements": coming, "over": over, "now": now}
    return render(request, "account/announcements.html", context)


@login_required
def write_announcement(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    require(request.user, Permission.ANNOUNCE)
    announcement = get_object_or_404(_open(), pk=pk) if pk else None
    initial = {} if pk else {"starts_at": timezone.localtime(), "level": LEAST_URGENT}
    form = AnnouncementForm(request.POST or None, instance=announcement, initial=initial)
    if form.is_valid():
        publish(request.user, form.save(commit=False), origin_of(request))
        return redirect("announcements")
    context = {"form": form, "announcement": announcement}
    return render(request, "account/announcement.html", context)


@login_required
@require_POST
def withdraw_announcement(request: SignedInRequest, pk: int) -> HttpResponse:
    withdraw(request.user, get_object_or_404(_open(), pk=pk), origin_of(request))
    return redirect("announcements")


def _open() -> QuerySet[Announcement]:
    return Announcement.objects.not_over_at(timezone.now())
