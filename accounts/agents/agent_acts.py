"""What can be done for an agent from their card: each act has its right, its page and its moment."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.agents.departure import may_be_undone
from accounts.models import Agent, Departure, User
from accounts.questions import has_registered
from accounts.recovery.cases import Case, case_of
from accounts.roles import Permission, is_not_above, may

Status = Agent.Status


@dataclass(frozen=True)
class Act:
    """``suits`` says whether it makes sense for this agent today, when asked by this user.

    ``is_final`` when doing it leaves nothing to do: the button pressed twice is no error then.
    """

    view: str
    permission: Permission
    icon: str
    name: Promise
    about: Promise
    button: Promise
    suits: Callable[[User, Agent], bool]
    is_final: bool = False

    def is_open(self, user: User, agent: Agent) -> bool:
        return may(user, self.permission, agent.school) and self.suits(user, agent)

    def comes_too_late(self, user: User, agent: Agent) -> bool:
        """Whether ``user`` may do this, but not in the state in which the account is by now."""
        may_do = may(user, self.permission, agent.school) and _is_somebody_else(user, agent)
        return self.is_final and may_do and not self.suits(user, agent)

    def url(self, agent: Agent) -> str:
        return reverse(self.view, args=[agent.pk])


def _is_somebody_else(user: User, agent: Agent) -> bool:
    return agent.user_id != user.pk


def _has_account(user: User, agent: Agent, *statuses: Status) -> bool:
    return agent.user is not None and _is_somebody_else(user, agent) and agent.status in statuses


def _needs_handed_code(user: User, agent: Agent) -> bool:
    """It takes the place of a second proof, never of the answers (accounts/recovery/cases.py)."""
    if not _has_account(user, agent, Status.ACTIVE) or agent.user is None:
        return False
    return has_registered(agent.user) and case_of(agent.user) is Case.NEITHER


def _may_get_password(user: User, agent: Agent) -> bool:
    if not is_not_above(user, agent):
        return False
    return agent.status == Status.IMPORTED or _has_account(user, agent, Status.ACTIVE)


def _may_leave(user: User, agent: Agent) -> bool:
    return _is_somebody_else(user, agent) and agent.status != Status.DEPARTED


def _is_leaving(user: User, agent: Agent) -> bool:
    planned = Departure.objects.filter(agent=agent, carried_out_at=None)
    return _may_leave(user, agent) and planned.exists()


GIVE_PASSWORD = Act(
    "agent_temporary_password",
    Permission.GIVE_TEMPORARY_PASSWORDS,
    "key-round",
    _("Remettre un mot de passe provisoire"),
    _(
        "Pour qui ne peut plus entrer du tout. L’ancien mot de passe, les sessions et les "
        "logiciels de courrier s’arrêtent ; la personne choisit le sien à la première connexion."
    ),
    _("Créer le mot de passe"),
    _may_get_password,
)
HAND_OUT_CODE = Act(
    "agent_reset_code",
    Permission.HAND_OUT_RESET_CODES,
    "ticket-check",
    _("Remettre un code de réinitialisation"),
    _(
        "Pour qui connaît ses réponses, mais n’a ni adresse de secours, ni téléphone, ni double "
        "authentification. Le code remplace l’attente de « mot de passe oublié »."
    ),
    _("Créer le code"),
    _needs_handed_code,
)
FREEZE = Act(
    "agent_freeze",
    Permission.FREEZE_ACCOUNTS,
    "snowflake",
    _("Geler le compte"),
    _(
        "Le web, IMAP et SMTP se ferment tout de suite, connexions ouvertes comprises. "
        "La personne est prévenue."
    ),
    _("Geler"),
    lambda user, agent: _has_account(user, agent, Status.ACTIVE),
    is_final=True,
)
UNFREEZE = Act(
    "agent_unfreeze",
    Permission.UNFREEZE_ACCOUNTS,
    "lock-open",
    _("Rouvrir le compte"),
    _(
        "L’ancien mot de passe ne sert plus : la personne en choisit un autre par « mot de passe "
        "oublié », ou en reçoit un provisoire. Vérifiez son identité avant."
    ),
    _("Rouvrir"),
    lambda user, agent: _has_account(user, agent, Status.FROZEN),
    is_final=True,
)
CHANGE_ROLE = Act(
    "agent_role",
    Permission.GIVE_ROLES,
    "shield-user",
    _("Changer le rôle"),
    _("Ce que la personne peut faire pour les autres. Le rôle « agent » retire tout droit."),
    _("Enregistrer le rôle"),
    _may_leave,
)
PLAN_DEPARTURE = Act(
    "agent_departure",
    Permission.MANAGE_DEPARTURES,
    "user-minus",
    _("Enregistrer un départ"),
    _(
        "À la date choisie le compte se ferme : sessions, mots de passe, mots de passe "
        "d’application et réponses secrètes sont effacés. L’identifiant n’est jamais redonné."
    ),
    _("Enregistrer le départ"),
    _may_leave,
    is_final=True,
)
CANCEL_DEPARTURE = Act(
    "agent_departure_cancel",
    Permission.MANAGE_DEPARTURES,
    "undo-2",
    _("Annuler le départ"),
    _("Le compte reste ouvert après la date prévue."),
    _("Annuler le départ"),
    _is_leaving,
    is_final=True,
)
TAKE_BACK = Act(
    "agent_take_back",
    Permission.MANAGE_DEPARTURES,
    "user-check",
    _("Annuler un départ enregistré par erreur"),
    _(
        "Le compte et la boîte se rouvrent. Les réponses et les mots de passe sont effacés : "
        "remettez ensuite un mot de passe provisoire. Un rôle est à redonner."
    ),
    _("Rouvrir le compte"),
    lambda user, agent: _is_somebody_else(user, agent) and may_be_undone(agent),
    is_final=True,
)
SHOW_NUMEN = Act(
    "agent_numen",
    Permission.REVEAL_NUMEN,
    "eye",
    _("Afficher le NUMEN"),
    _("Une seule fois, sur cette page. Qui l’a demandé et pourquoi reste dans le journal."),
    _("Afficher"),
    lambda _user, agent: agent.numen_key is not None,
)

ACTS = (
    GIVE_PASSWORD,
    HAND_OUT_CODE,
    FREEZE,
    UNFREEZE,
    CHANGE_ROLE,
    PLAN_DEPARTURE,
    CANCEL_DEPARTURE,
    TAKE_BACK,
    SHOW_NUMEN,
)


def acts_for(user: User, agent: Agent) -> list[Act]:
    """What ``user`` may do for ``agent`` today, in the order of the card."""
    return [act for act in ACTS if act.is_open(user, agent)]
