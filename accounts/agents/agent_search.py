"""Finding agents among those that someone may see."""

from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.models import Agent, User
from accounts.roles import Permission, may, schools_where
from accounts.spelling import plain

LONGEST_WORDS = 100
WHERE_WORDS_STAND = (
    "first_name",
    "usual_name",
    "civil_name",
    "post",
    "school__uai",
    "school__name",
    "school__city",
)


def agents_seen_by(user: User) -> QuerySet[Agent]:
    """Everyone for those who work for the academy, else who belongs to their school."""
    agents = Agent.objects.select_related("user", "school")
    in_order = agents.order_by("usual_name", "first_name", "pk")
    if may(user, Permission.SEE_AGENTS):
        return in_order
    return in_order.filter(school__in=schools_where(user, Permission.SEE_AGENTS))


def words_typed(fields: QueryDict) -> str:
    """What stands in the search field, without the null that PostgreSQL refuses; cut where no name
    goes on."""
    return fields.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS]


def with_words(agents: QuerySet[Agent], typed: str) -> QuerySet[Agent]:
    """Those in whom each word is found, in the login, the names, the post or the school."""
    for word in typed.split():
        agents = agents.filter(_has(word))
    return agents


def _has(word: str) -> Q:
    """A login has no accents: ``Lefèvre`` finds whoever is called so on every database."""
    found = Q(user__username__icontains=plain(word))
    for field in WHERE_WORDS_STAND:
        found |= Q(**{f"{field}__icontains": word})
    return found
