"""Taking one's data away (GDPR, articles 15 and 20): JSON for programs, vCard for address books.

Apps above this one add what they keep with :func:`add_part`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.mina.confirmed import confirmed
from accounts.mina.history import line_of
from accounts.models import Agent, RecoveryContact, User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.restriction import unrestricted
from accounts.sealed.numen import masked_numen
from accounts.telling.known_addresses import academic_addresses
from accounts.vcards import escaped, folded
from audit import journal
from audit.events import Event
from audit.search import history_of

# Given an account: what is kept about its owner, ready for JSON.
Part = Callable[[User], object]

POSTAL = ("street", "street_extra", "postal_code", "city", "country")

_parts: dict[str, Part] = {}


def add_part(name: str, part: Part) -> None:
    _parts[name] = part


@login_required
def choices(request: SignedInRequest) -> HttpResponse:
    return render(request, "mina/data.html")


@confirmed
@unrestricted
def as_json(request: SignedInRequest) -> HttpResponse:
    answer = JsonResponse(
        data_of(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    return _handed_out(request, answer, "json")


@confirmed
@unrestricted
def as_vcard(request: SignedInRequest) -> HttpResponse:
    answer = HttpResponse(vcard_of(request.user), content_type="text/vcard; charset=utf-8")
    return _handed_out(request, answer, "vcf")


def _handed_out(request: SignedInRequest, answer: HttpResponse, ending: str) -> HttpResponse:
    party = request.user.party
    journal.record(
        Event.DATA_DOWNLOADED,
        actor=party,
        subject=party,
        origin=origin_of(request),
        method=ending,
    )
    name = f"{request.user.get_username()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def data_of(user: User) -> dict[str, Any]:
    """No hash, no sealed value: they are of no use to the person, and of some to a thief."""
    person_id = user.party.id
    history = history_of(person_id)
    return {
        "account": _account(user),
        "person": _person(getattr(user, "agent", None)),
        "addresses": academic_addresses(user),
        "recovery": list(_verified(user).values("kind", "value", "verified_at")),
        "application_passwords": list(
            user.application_passwords.values(
                "name",
                "reads",
                "sends",
                "created_at",
                "expires_at",
                "last_used_at",
                "last_used_from",
            )
        ),
        "trusted_browsers": list(
            user.trusted_browsers.values("user_agent", "address", "trusted_at", "last_used_at")
        ),
        "mail_lines": list(user.mail_lines.values("address", "last_success_at")),
        "terms_accepted": list(
            user.terms_acceptances.values("version__number", "accepted_at", "address")
        ),
        "security_questions": list(user.security_answers.values("question", "registered_at")),
        "history": [vars(line_of(entry, person_id)) for entry in history.iterator(500)],
        **{name: part(user) for name, part in _parts.items()},
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "login": user.get_username(),
        "created_at": user.created_at,
        "last_login": user.last_login,
        "password_changed_at": user.password_changed_at,
    }


def _person(agent: Agent | None) -> dict[str, Any]:
    if agent is None:
        return {}
    return {
        "first_name": agent.first_name,
        "first_names": agent.first_names,
        "usual_name": agent.usual_name,
        "civil_name": agent.civil_name,
        "birth_date": agent.birth_date,
        "numen": masked_numen(agent),
        "personal_email": agent.personal_email,
        "postal_address": {name: getattr(agent, name) for name in POSTAL},
        "post": agent.post,
        "posted_from": agent.posted_from,
        "posted_until": agent.posted_until,
        "school": str(agent.school) if agent.school else "",
        "uai": agent.school.uai if agent.school else "",
        "status": agent.status,
        "role": agent.role,
    }


def vcard_of(user: User) -> str:
    """vCard 4.0 (RFC 6350), lines of at most 75 octets ended by CRLF."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", *_properties(user), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _properties(user: User) -> Iterator[str]:
    yield f"FN:{escaped(user.get_full_name())}"
    agent: Agent | None = getattr(user, "agent", None)
    if agent:
        yield f"N:{escaped(agent.usual_name)};{escaped(agent.first_name)};;;"
        if agent.birth_date:
            yield f"BDAY:{agent.birth_date:%Y%m%d}"
        if agent.post:
            yield f"TITLE:{escaped(agent.post)}"
        if agent.school:
            yield f"ORG:{escaped(str(agent.school))}"
    for address in academic_addresses(user):
        yield f"EMAIL;TYPE=work:{escaped(address)}"
    for contact in _verified(user):
        is_phone = contact.kind == RecoveryContact.Kind.PHONE
        yield f"{'TEL' if is_phone else 'EMAIL'};TYPE=home:{escaped(contact.value)}"


def _verified(user: User) -> Any:
    return user.recovery_contacts.filter(verified_at__isnull=False)
