"""Files to bring and the people who bring them."""

from collections.abc import Callable

import pytest

from accounts.models import Agent, School, User
from activation.imports import arrivals, reading, writing
from activation.models import Import

Bring = Callable[..., Import]
PASSWORD = "boussole orage figuier drap"
TITLES = "NUMEN;Nom de naissance;Prénom;Date de naissance;UAI;Fonction"
LINE = "{numen};{name};{first};{born};{uai};{post}"


def agents_file(*lines: str, titles: str = TITLES) -> bytes:
    return "\r\n".join([titles, *lines]).encode()


def line(
    numen: str = "99E0000001AAA",
    name: str = "Lefèvre",
    first: str = "Camille",
    born: str = "17/05/1984",
    uai: str = "0760001N",
    post: str = "Secrétaire",
) -> str:
    """A row of the agents' file."""
    return LINE.format(numen=numen, name=name, first=first, born=born, uai=uai, post=post)


@pytest.fixture
def moulin(db: None) -> School:
    return School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")


@pytest.fixture
def administrator(db: None) -> User:
    user = User.objects.create_user("claire.vatinel", PASSWORD, is_active=True)
    Agent.objects.create(
        user=user,
        civil_name="Dumont",
        usual_name="Vatinel",
        first_name="Claire",
        status=Agent.Status.ACTIVE,
        role=Agent.Role.ADMINISTRATOR,
    )
    return user


@pytest.fixture
def bring(db: None) -> Bring:
    """``bring(bytes)`` gives the import as the dry run leaves it; ``kind`` is agents by default."""

    def brought(content: bytes, kind: Import.Kind = Import.Kind.AGENTS) -> Import:
        row = arrivals.receive(kind, "rh.csv", [content], asks_worker=False)
        reading.read(row.pk)
        row.refresh_from_db()
        return row

    return brought


@pytest.fixture
def write(db: None) -> Callable[[Import], Import]:
    """``write(import)`` confirms what was shown and writes it, leaving faulty rows out."""

    def written(row: Import) -> Import:
        arrivals.confirm(row, row.plan_hash, without_errors=True, by=None, asks_worker=False)
        writing.write(row.pk)
        row.refresh_from_db()
        return row

    return written
