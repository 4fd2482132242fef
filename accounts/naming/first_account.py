"""The account that waits for its agent: closed, without a password, under the reserved login."""

from django.db import transaction

from accounts.models import Agent, User
from accounts.naming.logins import reserve_login


def account_of(agent: Agent) -> User:
    """The account of this saved agent, made when first needed; the same at each call."""
    login = reserve_login(agent)
    with transaction.atomic():
        agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
        if agent.user is None:
            agent.user = User.objects.create_user(login)
            agent.save(update_fields=["user"])
        return agent.user
