"""Finding colleagues, schools and functional mailboxes.

Everyone who signs in may read the directory, so it holds what a letterhead would say: usual name, post,
school, address. Never the birth name, the login's state or anything that a person told in confidence.
"""

from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Agent, School
from accounts.spelling import plain
from mailboxes.models import Address, Mailbox

# Rows have a ``mail_address`` besides the fields of their model.
Colleagues = QuerySet[Any]
FunctionalMailboxes = QuerySet[Any]
LONGEST_WORDS = 100
MOST_WORDS = 8
Kind = Mailbox.Kind
# A freeze is between the person and the academy: mail still reaches them.
WITH_MAIL = (Agent.Status.ACTIVE, Agent.Status.FROZEN)


def words_of(typed: str) -> list[str]:
    """What is looked for, without the null that PostgreSQL refuses; cut where no name goes on."""
    return typed.replace("\x00", "").strip()[:LONGEST_WORDS].split()[:MOST_WORDS]


def colleagues() -> Colleagues:
    """Those with a mailbox, by name, each with ``mail_address``."""
    primary = Q(user__mailbox__addresses__kind=Address.Kind.PRIMARY)
    agents = Agent.objects.filter(primary, status__in=WITH_MAIL, user__mailbox__is_active=True)
    with_address = agents.annotate(mail_address=F("user__mailbox__addresses__address"))
    return with_address.select_related("school").order_by("usual_name", "first_name", "pk")


def colleagues_with(words: list[str]) -> Colleagues:
    """Those in whose name, post, address or school each word is found."""
    found = colleagues()
    for word in words:
        named = Q(first_name__icontains=word) | Q(usual_name__icontains=word)
        # Logins have no accents: « lefevre » finds Lefèvre on every database.
        named |= Q(user__username__contains=plain(word)) | Q(mail_address__contains=plain(word))
        found = found.filter(named | Q(post__icontains=word) | Q(school__in=_schools_named(word)))
    return found


def staff_of(school: School) -> Colleagues:
    return colleagues().filter(school=school)


def schools_with(words: list[str]) -> list[School]:
    """Schools in whose name, city or UAI each word is found, by city; none when nothing is typed."""
    if not words:
        return []
    chosen = set.intersection(*({*_schools_named(word)} for word in words))
    return list(School.objects.filter(pk__in=chosen).order_by("city", "name", "pk"))


def functional_mailboxes() -> FunctionalMailboxes:
    """Mailboxes of posts that are open, by name, each with ``mail_address``."""
    primary = Q(addresses__kind=Address.Kind.PRIMARY)
    mailboxes = Mailbox.objects.filter(primary, kind=Kind.FUNCTIONAL, is_active=True)
    return mailboxes.annotate(mail_address=F("addresses__address")).order_by("name", "pk")


def functional_mailboxes_with(words: list[str]) -> FunctionalMailboxes:
    """Those in whose name or address each word is found."""
    found = functional_mailboxes()
    for word in words:
        found = found.filter(Q(name__icontains=word) | Q(mail_address__contains=plain(word)))
    return found


def mailboxes_of(school: School) -> FunctionalMailboxes:
    """The school's functional mailboxes: their address names its UAI (``ce.0760001n@…``)."""
    return functional_mailboxes().filter(mail_address__contains=f".{school.uai.lower()}@")


def _schools_named(word: str) -> list[int]:
    """Compared here, where accents do not count: there are some thousands of schools, not more."""
    wanted = plain(word)
    rows = School.objects.values_list("pk", "name", "city", "uai")
    return [pk for pk, *texts in rows if wanted in plain(" ".join(texts))]
