"""What people and the journal are told of rights on a mailbox."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.telling.notices import tell
from audit.parties import Origin
from mailboxes.delegating import standing
from mailboxes.models import Delegation, Mailbox, Right


def flow_of(mailbox: Mailbox) -> str:
    """What ties together the journal's entries of one mailbox."""
    return f"mailbox {mailbox.pk}"


def fact(delegation: Delegation) -> str:
    """For the journal, in no language: mailbox, right, days."""
    until = delegation.last_day.isoformat() if delegation.last_day else "post"
    days = f"{delegation.first_day.isoformat()}/{until}"
    return f"{delegation.mailbox.address} {delegation.right.name.lower()} {days}"


def granted(
    delegation: Delegation, by: User, origin: Origin, *, anew: bool, tells_person: bool = True
) -> None:
    """To who got it, unless they are told of many at once, and to whoever answers for the mailbox."""
    subject = (
        gettext_lazy("Une boîte vous est confiée")
        if anew
        else gettext_lazy("Votre accès à une boîte a changé")
    )
    if tells_person:
        _tell(delegation.person, subject, origin, lambda: _sentence(delegation, by))
    for person in answerable_for(delegation.mailbox, but_to=[delegation.person, by]):
        subject = gettext_lazy("Un accès à votre boîte a été donné")
        _tell(person, subject, origin, lambda: _sentence(delegation, by))


def revoked(delegation: Delegation, by: User, origin: Origin, *, tells_person: bool = True) -> None:
    if tells_person and delegation.person_id != by.pk:
        subject = gettext_lazy("Votre accès à une boîte est retiré")
        _tell(delegation.person, subject, origin, lambda: _named(delegation.mailbox))
    for person in answerable_for(delegation.mailbox, but_to=[delegation.person, by]):
        subject = gettext_lazy("Un accès à votre boîte a été retiré")
        _tell(person, subject, origin, lambda: _sentence(delegation, by))


def ends_soon(delegation: Delegation, origin: Origin) -> None:
    for person in [
        delegation.person,
        *answerable_for(delegation.mailbox, but_to=[delegation.person]),
    ]:
        subject = gettext_lazy("Un accès à une boîte prend bientôt fin")
        _tell(person, subject, origin, lambda: _sentence(delegation, None))


def answerable_for(mailbox: Mailbox, *, but_to: Iterable[User]) -> list[User]:
    """The owner of a personal mailbox, the responsable of another one; nobody where nobody is."""
    known = {person.pk for person in but_to}
    if mailbox.owner is not None:
        return [] if mailbox.owner.pk in known else [mailbox.owner]
    rows = Delegation.objects.filter(standing.in_effect(), mailbox=mailbox, is_responsable=True)
    return [it.person for it in rows.select_related("person") if it.person_id not in known]


def tell_about(
    person: User, subject: str | Promise, origin: Origin, words: Callable[[], str]
) -> None:
    """``subject`` is marked for translation; ``words`` are made in the person's language."""
    _tell(person, subject, origin, words)


def _tell(person: User, subject: str | Promise, origin: Origin, words: Callable[[], str]) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        tell(person, subject, origin, details=words(), offers_freezing=False)


def _named(mailbox: Mailbox) -> str:
    return f"{mailbox.name} ({mailbox.address})"


def _sentence(delegation: Delegation, by: User | None) -> str:
    """« Collège Jean Moulin (ce.…) – Camille Lefèvre : Lire, jusqu’au 31 août 2027. »"""
    words = {
        "mailbox": _named(delegation.mailbox),
        "person": delegation.person.get_full_name(),
        "right": Right(delegation.level).label,
    }
    sentence = _("%(mailbox)s – %(person)s : %(right)s") % words
    if delegation.last_day is not None:
        days = {
            "first": date_format(delegation.first_day, "DATE_FORMAT"),
            "last": date_format(delegation.last_day, "DATE_FORMAT"),
        }
        sentence += _(", du %(first)s au %(last)s") % days
    if by is not None:
        sentence += _(". Par %(name)s") % {"name": by.get_full_name()}
    return f"{sentence}."
