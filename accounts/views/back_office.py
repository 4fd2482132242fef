"""``/gestion/``: what this person may do for others, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, schools_where


@dataclass(frozen=True)
class Task:
    """A group of pages, and the right that opens it."""

    permission: Permission
    view: str
    icon: str
    name: Promise
    about: Promise

    @property
    def url(self) -> str:
        return reverse(self.view)


_TASKS = [
    Task(
        Permission.SEE_AGENTS,
        "agents",
        "user-search",
        _("Agents"),
        _("Retrouver une personne, voir son compte, agir pour elle."),
    ),
    Task(
        Permission.GIVE_ROLES,
        "role_holders",
        "shield-user",
        _("Rôles"),
        _("Qui peut agir pour les autres ; donner et retirer un rôle."),
    ),
    Task(
        Permission.ANNOUNCE,
        "announcements",
        "megaphone",
        _("Annonces"),
        _("Le bandeau que tout le monde lit, connexion comprise."),
    ),
    Task(
        Permission.PUBLISH_TERMS,
        "terms_versions",
        "scroll-text",
        _("Conditions d’utilisation"),
        _("Le texte que chacun accepte à sa connexion, et ses versions."),
    ),
    Task(
        Permission.SEE_AUDIT,
        "journal",
        "history",
        _("Journal"),
        _("Qui a fait quoi, quand et d’où, sur douze mois."),
    ),
    Task(
        Permission.SEE_TECHNICAL_PAGES,
        "admin:index",
        "database",
        _("Administration technique"),
        _("Les données telles qu’elles sont, à lire seulement ; double authentification."),
    ),
]


def offer(task: Task) -> None:
    """Adds pages of a room that this one does not know; called once, when the site starts."""
    _TASKS.append(task)


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    tasks = list(tasks_of(request.user))
    if not tasks:
        raise Http404
    return render(request, "gestion/home.html", {"tasks": tasks})


def tasks_of(user: User) -> Iterator[Task]:
    return (task for task in _TASKS if may_somewhere(user, task.permission))


def may_somewhere(user: User, permission: Permission) -> bool:
    """For the whole academy, or for a school."""
    return may(user, permission) or schools_where(user, permission).exists()


def require_somewhere(user: User, permission: Permission) -> None:
    """Raises Http404 unless ``user`` :func:`may_somewhere`."""
    if not may_somewhere(user, permission):
        raise Http404
