"""The sample academy's rows: schools, agents, accounts, mailboxes, by the product's own functions.

An account is opened last, when its mailbox has all its mail: so an open account means that
nothing is left to load.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.sealed.numen import keep_numen
from accounts.secrets import Numen
from accounts.terms import accept, current_terms
from audit.parties import NOWHERE
from mailboxes import lookup
from mailboxes.delegating.granting import midnight, usual_last_day
from mailboxes.institutional.provisioning import create_functional_mailbox, create_personal_mailbox
from mailboxes.models import Delegation, Mailbox, Right
from sample.academy import Academy, FunctionalMailbox, SampleAgent
from sample.hr_files import invented_numen

KINDS = {
    "école": School.Kind.PRIMARY,
    "collège": School.Kind.COLLEGE,
    "lycée": School.Kind.LYCEE,
    "DSDEN": School.Kind.DSDEN,
    "rectorat": School.Kind.RECTORAT,
}


class NotTheSampleSite(Exception):
    """The site has accounts of its own: public passwords must not join them."""


def check_site(academy: Academy) -> None:
    """Raises NotTheSampleSite unless the sample is here already, or nobody is."""
    first = academy.address_of(academy.functional_mailboxes[0].local_part)
    if User.objects.exists() and not Mailbox.objects.filter(addresses__address=first).exists():
        raise NotTheSampleSite("This site has accounts of its own; the sample academy stays out.")


@transaction.atomic
def create_people(academy: Academy) -> None:
    """Schools, agents, functional mailboxes, closed accounts; what exists stays as it is."""
    for school in academy.schools:
        School.objects.get_or_create(
            uai=school.uai,
            defaults={
                "name": school.name,
                "kind": KINDS[school.kind],
                "street": school.street,
                "postal_code": school.postal_code,
                "city": school.city,
                "phone": school.telephone,
                "email": academy.contact_of(school),
            },
        )
    for post in academy.functional_mailboxes:
        _functional_mailbox(academy, post)
    for sample in academy.agents:
        agent = _agent(sample)
        if sample.password and agent.user is None:
            _closed_account(academy, sample, agent, sample.password)
    for post in academy.functional_mailboxes:
        _delegations(academy, post)


def _functional_mailbox(academy: Academy, post: FunctionalMailbox) -> None:
    address = academy.address_of(post.local_part)
    if not Mailbox.objects.filter(addresses__address=address).exists():
        historic = [f"{post.local_part}@{domain}" for domain in post.historic_domains]
        create_functional_mailbox(post.name, address, historic=historic)


def _delegations(academy: Academy, post: FunctionalMailbox) -> None:
    """Until the end of the school year, from the responsable; rights that are there stay as they are."""
    mailbox = Mailbox.objects.get(addresses__address=academy.address_of(post.local_part))
    if Delegation.objects.filter(mailbox=mailbox).exists():
        return
    Mailbox.objects.filter(pk=mailbox.pk).update(school=School.objects.get(uai=post.uai))
    people = {user.username: user for user in User.objects.all()}
    today = timezone.localdate()
    starts, ends = midnight(today), midnight(usual_last_day(today) + timedelta(days=1))
    boss = people[post.responsable]
    rows = [Delegation(person=boss, level=Right.MANAGE, is_responsable=True, starts_at=starts)]
    rows += [
        Delegation(
            person=people[it.login],
            level=Right[it.right.upper()],
            starts_at=starts,
            ends_at=ends,
            granted_by=boss,
        )
        for it in post.delegations
    ]
    for row in rows:
        row.mailbox = mailbox
        row.save()


def _agent(sample: SampleAgent) -> Agent:
    agent, created = Agent.objects.get_or_create(
        civil_name=sample.civil_name,
        first_name=sample.first_name,
        birth_date=sample.birth_date,
        defaults={
            "usual_name": sample.usual_name,
            "school": School.objects.get(uai=sample.uai),
            "post": sample.post,
            "role": sample.role,
        },
    )
    if created:
        keep_numen(agent, Numen(invented_numen(sample.login)))
    return agent


def _closed_account(academy: Academy, sample: SampleAgent, agent: Agent, password: str) -> None:
    agent.user = User.objects.create_user(sample.login, password)
    agent.save(update_fields=["user"])
    historic = [f"{sample.login}@{domain}" for domain in sample.historic_domains]
    create_personal_mailbox(agent.user, academy.address_of(sample.login), historic=historic)


def is_open(sample: SampleAgent) -> bool:
    return User.objects.filter(username=sample.login, is_active=True).exists()


@transaction.atomic
def open_account(sample: SampleAgent) -> None:
    """The person can sign in from now on, to the site and with a mail program."""
    user = User.objects.get(username=sample.login)
    user.is_active = True
    user.save(update_fields=["is_active"])
    Agent.objects.filter(user=user).update(status=Agent.Status.ACTIVE)
    accept(user, current_terms(), NOWHERE)


@transaction.atomic
def close_accounts(academy: Academy) -> None:
    """Back to the beginning: accounts closed, with first passwords; a new reference date."""
    for sample in academy.agents:
        user = User.objects.filter(username=sample.login).first()
        if user and sample.password:
            user.is_active = user.must_change_password = False
            user.set_password(sample.password)
            user.save(update_fields=["is_active", "must_change_password", "password"])
    _mailboxes(academy).update(created_at=timezone.now())
    lookup.refresh_on_commit()


def reference_date(academy: Academy) -> datetime:
    """When the sample was loaded for the first time: the end of all its stories (aware).

    Raises ``Mailbox.DoesNotExist`` before ``create_people``.
    """
    return _mailboxes(academy).earliest("created_at").created_at


def _mailboxes(academy: Academy) -> QuerySet[Mailbox]:
    posts = [academy.address_of(post.local_part) for post in academy.functional_mailboxes]
    ids = Mailbox.objects.filter(addresses__address__in=posts).values("pk")
    return Mailbox.objects.filter(pk__in=ids)
