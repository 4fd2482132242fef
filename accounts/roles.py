"""Who may do what for others: the one place where a right is checked.

Every page under ``/gestion/`` and every act on someone else's account asks :func:`require`. What is
forbidden and what does not exist get the same answer.
"""

from enum import StrEnum, unique

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, School, User
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, Origin

Role = Agent.Role


@unique
class Permission(StrEnum):
    """One act, or one group of pages that always go together."""

    SEE_AGENTS = "see_agents"
    HAND_OUT_LETTERS = "hand_out_letters"  # returned letters, with an identity check
    HAND_OUT_RESET_CODES = "hand_out_reset_codes"
    GIVE_TEMPORARY_PASSWORDS = "give_temporary_passwords"
    FREEZE_ACCOUNTS = "freeze_accounts"
    UNFREEZE_ACCOUNTS = "unfreeze_accounts"
    REVEAL_NUMEN = "reveal_numen"
    ANSWER_TICKETS = "answer_tickets"
    IMPORT_STAFF = "import_staff"
    PRINT_LETTERS = "print_letters"
    MANAGE_MAILBOXES = "manage_mailboxes"
    SEE_DELEGATIONS = "see_delegations"
    ASK_FOR_MAILBOXES = "ask_for_mailboxes"
    ANNOUNCE = "announce"
    PUBLISH_TERMS = "publish_terms"
    SEE_FIGURES = "see_figures"
    REMIND_SCHOOLS = "remind_schools"
    GIVE_ROLES = "give_roles"
    MANAGE_DEPARTURES = "manage_departures"
    SEE_TECHNICAL_PAGES = "see_technical_pages"  # Django's own administration
    SEE_AUDIT = "see_audit"
    EXPORT_AUDIT = "export_audit"


P = Permission

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(),
    Role.SECRETARY: frozenset(
        {P.SEE_AGENTS, P.HAND_OUT_LETTERS, P.HAND_OUT_RESET_CODES, P.GIVE_TEMPORARY_PASSWORDS}
    ),
    Role.HEAD: frozenset({P.SEE_AGENTS, P.SEE_FIGURES, P.SEE_DELEGATIONS, P.ASK_FOR_MAILBOXES}),
    Role.HELPDESK: frozenset(
        {
            P.SEE_AGENTS,
            P.HAND_OUT_RESET_CODES,
            P.FREEZE_ACCOUNTS,
            P.UNFREEZE_ACCOUNTS,
            P.ANSWER_TICKETS,
            P.SEE_DELEGATIONS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.AUDITOR: frozenset({P.SEE_AGENTS, P.SEE_FIGURES, P.SEE_AUDIT, P.EXPORT_AUDIT}),
}

# These roles hold for the agent's own school, the others for the whole academy.
SCHOOL_ROLES = frozenset({Role.SECRETARY, Role.HEAD})


def may(user: User | AnonymousUser, permission: Permission, school: School | None = None) -> bool:
    """Whether ``user`` may do this for ``school``; without one, for the whole academy."""
    agent = _agent_at_work(user)
    if agent is None or permission not in PERMISSIONS[Role(agent.role)]:
        return False
    if agent.role in SCHOOL_ROLES:
        return school is not None and school.pk == agent.school_id
    return True


def require(
    user: User | AnonymousUser, permission: Permission, school: School | None = None
) -> None:
    """Raises Http404 unless ``user`` :func:`may`."""
    if not may(user, permission, school):
        raise Http404


def schools_where(user: User | AnonymousUser, permission: Permission) -> QuerySet[School]:
    """The schools for which ``user`` may do this: what lists show and menus depend on."""
    agent = _agent_at_work(user)
    if agent is None or permission not in PERMISSIONS[Role(agent.role)]:
        return School.objects.none()
    if agent.role in SCHOOL_ROLES:
        return School.objects.filter(agents=agent)
    return School.objects.all()


def is_not_above(user: User, agent: Agent) -> bool:
    """Whether ``agent`` is somebody else who may do nothing that ``user`` may not do.

    Who is given the key to an account gets its rights: a secretary must not become the head.
    """
    mine = _agent_at_work(user)
    if mine is None or mine.pk == agent.pk:
        return False
    return PERMISSIONS[Role(agent.role)] <= PERMISSIONS[Role(mine.role)]


@transaction.atomic
def give_role(
    by: User, agent: Agent, role: Role, justification: str, origin: Origin = NOWHERE
) -> None:
    """Changes what ``agent`` may do; they are told, the journal keeps it. Raises Http404.

    Nobody changes their own role: no one rises alone, and one administrator always remains, even
    when two take the role from each other at the same moment.
    """
    _lock_in_order(by, agent)
    require(User.objects.get(pk=by.pk), Permission.GIVE_ROLES)
    if agent.user_id == by.pk:
        raise Http404
    change = f"{agent.role} → {role.value}"
    agent.role = role
    agent.save(update_fields=["role"])
    if agent.user is not None:
        tell(agent.user, _("Votre rôle a changé"), origin, details=role.label)
    journal.record(
        Event.ROLE_GIVEN,
        actor=by.party,
        subject=agent.party,
        origin=origin,
        reason=change,
        justification=justification,
    )


def _lock_in_order(by: User, agent: Agent) -> None:
    both = Agent.objects.filter(Q(user=by) | Q(pk=agent.pk))
    list(both.select_for_update().order_by("pk"))


def _agent_at_work(user: User | AnonymousUser) -> Agent | None:
    """The agent whose account is open: a frozen, departed or closed one has no right at all."""
    if not isinstance(user, User) or not user.is_active:
        return None
    agent: Agent | None = getattr(user, "agent", None)
    return agent if agent is not None and agent.status == Agent.Status.ACTIVE else None
