"""A reset is told at two addresses at least (IDENTITY rules, "Reset by questions, made strong").

Whoever reads the academic mailbox could delete the only notice. Where no personal address is
verified the telephone is told, and without one the people who see the person every day.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Agent, RecoveryContact, User
from accounts.telling.known_addresses import academic_addresses, known_addresses
from accounts.telling.notices import freeze_url, queue, queue_sms, words_of
from accounts.telling.sms import sms_can_leave
from audit.parties import Origin

ENOUGH = 2


def tell_elsewhere(user: User, what: str | Promise, origin: Origin) -> None:
    """Queues what the notices to the known addresses lack. Called inside the transaction."""
    if len(known_addresses(user)) >= ENOUGH:
        return
    phone = _phone_of(user)
    if phone:
        _text(user, phone, what)
        return
    for colleague in _secretariat_of(user):
        _ask_to_check(colleague, user, origin)


def _phone_of(user: User) -> str:
    kind = RecoveryContact.Kind.PHONE
    phones = user.recovery_contacts.filter(kind=kind, verified_at__isnull=False)
    return (phones.values_list("value", flat=True).first() or "") if sms_can_leave() else ""


def _text(user: User, phone: str, what: str | Promise) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = _("%(service)s : %(what)s. Ce n’est pas vous ? Gelez le compte : %(url)s") % {
            "service": settings.SERVICE_NAME,
            "what": what,
            "url": freeze_url(user),
        }
        queue_sms(user, phone, str(what), text)


def _secretariat_of(user: User) -> QuerySet[User]:
    """The open accounts of the school's secretaries, or of its head where it has none."""
    agent: Agent | None = getattr(user, "agent", None)
    school = agent.school if agent else None
    colleagues = User.objects.filter(
        is_active=True, agent__school=school, agent__status=Agent.Status.ACTIVE
    ).exclude(pk=user.pk)
    if school is None:
        return colleagues.none()
    secretaries = colleagues.filter(agent__role=Agent.Role.SECRETARY)
    return secretaries if secretaries.exists() else colleagues.filter(agent__role=Agent.Role.HEAD)


def _ask_to_check(colleague: User, user: User, origin: Origin) -> None:
    """Without the link that freezes: that right is the owner's, and the help desk's."""
    with translation.override(colleague.language or settings.LANGUAGE_CODE):
        what = _("Le mot de passe de %(name)s a été réinitialisé") % {"name": user.get_full_name()}
        details = _(
            "Cette personne n’a donné aucune adresse ni aucun téléphone de secours : "
            "demandez-lui de vive voix si c’est bien elle. Sinon, prévenez aussitôt l’assistance."
        )
        words = words_of(colleague, what, origin, details)
        for address in academic_addresses(colleague):
            queue(colleague, address, what, words)
