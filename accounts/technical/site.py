"""Django's administration behind three doors: an administrator, a second factor, read-only.

What changes data has pages of its own, with a reason, a notice and the journal; here nothing can be
changed. Each app lists the fields it shows, one by one: what is not listed does not exist, and
cannot be filtered by either. Source: docs/decisions/0011-technical-pages.md.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, require
from audit import journal
from audit.events import Event

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin

OPENED = "technical_pages_opened"  # in the session: the journal tells it once
# Signing in and out has pages of its own; the others show what nobody chose to show.
NOT_SERVED = {
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "view_on_site",
}


class TechnicalSite(admin.AdminSite):
    site_header = site_title = _("Administration technique")
    index_title = _("Données")
    enable_nav_sidebar = False
    site_url = None

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Permission.SEE_TECHNICAL_PAGES) and used_second_factor(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        @never_cache
        @login_required
        @wraps(view)
        def behind_the_doors(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, Permission.SEE_TECHNICAL_PAGES)
            if not used_second_factor(request):
                return _closed(request)
            _tell_once(request)
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return csrf_protect(behind_the_doors)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [it for it in super().get_urls() if getattr(it, "name", None) not in NOT_SERVED]


class ReadOnly(ModelAdmin):
    """Shows ``fields`` of each row, and changes none. It filters by ``list_filter`` alone."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "gestion/technical_object.html"

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if not self.fields:
            raise ImproperlyConfigured(f"{type(self).__name__} must list the fields it shows.")
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django allows any field of the row: one could guess a hash letter by letter."""
        return lookup.partition("__")[0] in map(str, self.list_filter)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def history_view(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """The journal tells what happened; Django's own history stays empty."""
        raise Http404


def used_second_factor(request: HttpRequest) -> bool:
    """In this session: a device that is trusted without being asked again is not enough."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def _closed(request: SignedInRequest) -> HttpResponse:
    methods = get_adapter().get_reauthentication_methods(request.user)
    context = {"factors": [method for method in methods if method["id"].startswith("mfa")]}
    return render(request, "gestion/technical_closed.html", context, status=403)


def _tell_once(request: SignedInRequest) -> None:
    if not request.session.get(OPENED):
        request.session[OPENED] = True
        journal.record(
            Event.TECHNICAL_PAGES_OPENED, actor=request.user.party, origin=origin_of(request)
        )


technical_site = TechnicalSite()
