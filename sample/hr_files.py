"""Files as an HR program writes them: the sample academy's, and any number of invented people's.

``python -m sample.hr_files`` writes the first two into ``sample/hr/``. No NUMEN here was ever given:
their academy, 99, does not exist.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from accounts.uai import check_letter
from sample.academy import NORMANDIE, RECTORAT, Academy, SampleAgent
from sample.chance import chance
from sample.vocabulary import PARENTS, PUPILS, SURNAMES

FOLDER = Path(__file__).parent / "hr"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SCHOOL_TITLES = (
    "UAI", "Nom", "Nature", "Adresse", "Code postal", "Commune", "Téléphone", "Courriel",
    "Responsable",
)  # fmt: skip
AGENT_TITLES = (
    "NUMEN", "Nom de naissance", "Nom d’usage", "Prénom", "Prénoms", "Date de naissance", "UAI",
    "Fonction", "Début", "Fin", "Courriel personnel", "Adresse", "Complément", "Code postal",
    "Commune", "Pays", "Académie d’origine", "Date de mutation", "Ancienne adresse",
)  # fmt: skip
POSTS = (
    "Professeur des écoles", "Professeure certifiée, anglais", "Professeur agrégé, histoire",
    "Accompagnante d’élèves en situation de handicap", "Adjoint administratif", "Gestionnaire",
    "Infirmière scolaire", "Psychologue de l’éducation nationale",
)  # fmt: skip
STREETS = ("rue des Tilleuls", "chemin du Phare", "place de la Fontaine", "impasse des Genêts")
TOWNS = (
    ("76000", "Rouen"),
    ("14000", "Caen"),
    ("50100", "Cherbourg-en-Cotentin"),
    ("61000", "Alençon"),
)
NEWCOMERS = 24  # in the sample's file, beside the people whom the site knows

Cells = tuple[str, ...]


def invented_numen(name: str) -> str:
    """A NUMEN that is this name's for ever."""
    draw = chance("numen", name)
    digits = "".join(draw.choices("0123456789", k=7))
    return f"99E{digits}{''.join(draw.choices(LETTERS, k=3))}"


def invented_uai(number: int) -> str:
    """The UAI of an invented school, of the department 099."""
    digits = f"099{number:04d}"
    return digits + check_letter(digits)


def schools(academy: Academy) -> Iterator[Cells]:
    heads = {agent.uai: agent.display_name for agent in academy.agents if agent.role == "head"}
    for it in academy.schools:
        place = (it.street, it.postal_code, it.city)
        contact, head = academy.contact_of(it), heads.get(it.uai, "")
        yield (it.uai, it.name, it.kind, *place, it.telephone, contact, head)


def agents(academy: Academy) -> Iterator[Cells]:
    """The academy's own people, then some whom the site has never seen."""
    for agent in academy.agents:
        yield _known(agent)
    yield from people(NEWCOMERS, [it.uai for it in academy.schools if it.uai != RECTORAT])


def many_schools(count: int) -> Iterator[Cells]:
    for number in range(count):
        code, city = TOWNS[number % len(TOWNS)]
        name = f"École de {SURNAMES[number % len(SURNAMES)]} {number}"
        yield (invented_uai(number), name, "école", "1 rue Haute", code, city, "", "", "")


def people(count: int, uais: list[str]) -> Iterator[Cells]:
    """Invented people of these schools; the first ``n`` are the same whatever ``count`` is."""
    for number in range(count):
        draw = chance("hr", number)
        yield _person(number, draw, uais[draw.randrange(len(uais))])


def as_csv(titles: Cells, rows: Iterable[Cells]) -> str:
    """The text of a file, as a French spreadsheet separates and ends its lines."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return text.getvalue()


def _known(agent: SampleAgent) -> Cells:
    other = agent.usual_name if agent.usual_name != agent.civil_name else ""
    born = agent.birth_date.strftime("%d/%m/%Y")
    names = (agent.civil_name, other, agent.first_name, "")
    return (invented_numen(agent.login), *names, born, agent.uai, agent.post, *[""] * 11)


def _person(number: int, draw: Random, uai: str) -> Cells:
    first = draw.choice(PUPILS + PARENTS)
    name = draw.choice(SURNAMES)
    if draw.random() < 0.3:
        name = f"{name}-{draw.choice(SURNAMES)}"
    usual = draw.choice(SURNAMES) if draw.random() < 0.2 else ""
    born = date(1960, 1, 1) + timedelta(days=draw.randrange(42 * 365))
    code, city = draw.choice(TOWNS)
    home = (f"{draw.randrange(1, 120)} {draw.choice(STREETS)}", "", code, city, "")
    arrival = _arrival(number) if number % 12 == 0 else ("", "", "")
    post = (uai, draw.choice(POSTS), "01/09/2026", "")
    return (
        invented_numen(f"hr {number}"), name, usual, first, "", born.strftime("%d/%m/%Y"), *post,
        f"personne{number}@courriel-libre.example", *home, *arrival,
    )  # fmt: skip


def _arrival(number: int) -> Cells:
    return ("Nantes", "01/09/2026", f"personne{number}@ac-nantes.example")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in sample_files().items():
        (FOLDER / name).write_text(text, encoding="utf-8-sig", newline="")


def sample_files() -> dict[str, str]:
    """The files of ``sample/hr/``, by name."""
    return {
        "schools.csv": as_csv(SCHOOL_TITLES, schools(NORMANDIE)),
        "agents.csv": as_csv(AGENT_TITLES, agents(NORMANDIE)),
    }


if __name__ == "__main__":
    main()
