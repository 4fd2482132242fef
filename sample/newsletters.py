"""Newsletters: tables, style blocks, remote pictures, counting pixels, List-Unsubscribe."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2s
from pathlib import Path
from random import Random
from string import Template

from sample import vocabulary
from sample.chance import chance
from sample.letters import Letter, Person
from sample.school_time import Clock, at, in_words
from sample.typography import careful

FOLDER = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Publication:
    """A letter that comes every so many days."""

    key: str
    name: str
    domain: str
    accent: str
    every_days: int
    headings: tuple[str, ...]
    readers: tuple[str, ...]


PUBLICATIONS = (
    Publication(
        "edition", "Éditions du Méandre", "editions-meandre.example", "#1b5e4b", 13,
        ("Nouveautés de français", "Manuels : spécimens gratuits", "Un atelier d'écriture"),
        ("camille.lefevre", "sofia.benali", "maelle.d-aubigny"),
    ),
    Publication(
        "musee", "Musée de la Seine", "musee-seine.example", "#7a3e9d", 24,
        ("Les visites de la saison", "Une exposition pour les 4e", "Concours de dessin"),
        ("camille.lefevre", "sofia.benali", "ce.0760001n"),
    ),
    Publication(
        "fournitures", "Bureau Clair", "bureau-clair.example", "#b34700", 11,
        ("Ramettes : -20 % jusqu'à vendredi", "Le catalogue de la rentrée", "Vos points expirent"),
        ("camille.lefevre", "marc.langlois", "hugues.de-la-motte"),
    ),
    Publication(
        "pedagogie", "La Lettre des pédagogies", "lettre-pedagogies.example", "#005a8d", 14,
        ("Évaluer autrement", "Le travail en îlots", "Entretien : lire à voix haute"),
        ("camille.lefevre", "julien.morel", "yann.guerin", "nadia.perrin", "julien.morel1"),
    ),
    Publication(
        "syndicat", "Section académique du personnel", "section-academique.example", "#a4133c", 19,
        ("Compte rendu de la commission", "Calendrier des mutations", "Permanences du mois"),
        ("camille.lefevre", "paul.auvray", "anne.hebert", "jean-baptiste.le-goff-prigent"),
    ),
)  # fmt: skip


def _filled(page_name: str, /, **words: str) -> str:
    return Template(_source(page_name)).substitute(words)


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def page(kind: str, facts: Mapping[str, str]) -> str:
    """An HTML body of that kind. Raises KeyError for a kind that nobody draws."""
    return PAGES[kind](facts)


def _theatre(facts: Mapping[str, str]) -> str:
    pictures = "".join(
        f'<td><img src="https://img.deuxrives.example/malade-{number}.jpg" '
        'width="140" height="95" alt=""></td>'
        for number in range(1, 5)
    )
    return careful(_filled("theatre", pictures=pictures, **facts))


def _chart(facts: Mapping[str, str]) -> str:
    return _filled("chart", **facts)


PAGES: dict[str, Callable[[Mapping[str, str]], str]] = {"theatre": _theatre, "chart": _chart}


def newsletters(
    clock: Clock, readers: Callable[[tuple[str, ...]], tuple[Person, ...]], seed: int
) -> Iterator[Letter]:
    """Every issue of every publication over seven months, one letter per reader."""
    for rank, publication in enumerate(PUBLICATIONS):
        people = readers(publication.readers)
        for number in range(200 // publication.every_days):
            rng = chance(seed, publication.key, number)
            day = clock.today - timedelta(days=1 + 2 * rank + number * publication.every_days)
            for reader in people:
                yield _issue(publication, number, reader, day, rng)


def _issue(publication: Publication, number: int, reader: Person, day: date, rng: Random) -> Letter:
    about = f"{publication.key}/{number}/{reader.address}"
    token = blake2s(about.encode(), digest_size=5).hexdigest()
    title = careful(publication.headings[number % len(publication.headings)])
    unsubscribe = f"https://www.{publication.domain}/desabonnement/{token}"
    return Letter(
        key=f"lettre.{token}",
        sender=Person(publication.name, f"lettre@{publication.domain}"),
        to=(reader,),
        subject=f"{title} – la lettre du {in_words(day).partition(' ')[2]}",
        text=f"{title}\n\nLire cette lettre en ligne : https://www.{publication.domain}/lettre/{number}\n",
        html=_issue_page(publication, title, token, chance(publication.key, number)),
        sent_at=at(day, 6, 5 + number % 50),
        envelope_sender=f"retours+{token}@{publication.domain}",
        headers=(
            ("List-Id", f"{publication.key} <{publication.key}.{publication.domain}>"),
            (
                "List-Unsubscribe",
                f"<{unsubscribe}>, <mailto:desabonnement@{publication.domain}?subject={token}>",
            ),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "bulk"),
        ),
        filing={reader.address: "trash"} if number > 3 and rng.random() < 0.45 else {},
    )


def _issue_page(publication: Publication, title: str, token: str, rng: Random) -> str:
    """The whole HTML of an issue: banner, articles, foot with its counting pixel."""
    look = {"accent": publication.accent, "domain": publication.domain, "name": publication.name}
    headings = [title, *map(careful, publication.headings), "En bref", "Le mot de la fin"]
    articles = [_article(heading, look, rng) for heading in dict.fromkeys(headings)]
    head = _filled("head", title=title, preheader=rng.choice(vocabulary.NEWS_SENTENCES), **look)
    banner = _filled("banner", title=title, **look)
    return "".join([head, banner, *articles, _filled("foot", token=token, **look)])


def _article(heading: str, look: Mapping[str, str], rng: Random) -> str:
    words = careful(" ".join(rng.sample(vocabulary.NEWS_SENTENCES, rng.randint(2, 4))))
    picture = f"article-{rng.randint(100, 999)}"
    return _filled("article", picture=picture, heading=heading, words=words, **look)
