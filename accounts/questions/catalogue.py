"""The questions one chooses from, and the answers to each that are too common to protect.

None is about school, birth or colours: colleagues know them, registers hold them, or seven
guesses cover them. A code is never given to another question: stored answers hang on it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.questions.normalisation import normalised_answer

COMMON_ANSWERS = Path(__file__).parent / "common_answers.toml"
FOR_ALL = "any"


@dataclass(frozen=True)
class Question:
    code: str
    french: str

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        return gettext(self.french)


QUESTIONS = (
    Question("first_pet", _("Comment s’appelait votre premier animal ?")),
    Question("first_concert", _("Qui avez-vous vu à votre tout premier concert ?")),
    Question("childhood_hero", _("Quel était votre héros ou votre héroïne d’enfance ?")),
    Question("first_car", _("Quel était le modèle de votre première voiture ?")),
    Question("first_job", _("Quel a été votre premier travail payé ?")),
    Question(
        "grandparents_place",
        _("Dans quel village ou quelle ville vivaient vos grands-parents ?"),
    ),
    Question(
        "first_trip_abroad",
        _("Quelle est la première ville étrangère que vous avez visitée ?"),
    ),
    Question("childhood_dish", _("Quel plat vous rappelle le plus votre enfance ?")),
    Question("first_cinema_film", _("Quel est le premier film que vous avez vu au cinéma ?")),
    Question("dream_job", _("Quel métier rêviez-vous de faire, enfant ?")),
    Question("holiday_place", _("Où passiez-vous vos vacances, enfant ?")),
    Question("soft_toy", _("Comment s’appelait votre peluche préférée ?")),
    Question("family_nickname", _("Quel surnom votre famille vous donnait-elle ?")),
    Question("childhood_book", _("Quel livre vous a marqué dans votre enfance ?")),
)
BY_CODE = {question.code: question for question in QUESTIONS}


@cache
def common_answers(code: str) -> frozenset[str]:
    """Normalised answers that are refused for this question."""
    lists = tomllib.loads(COMMON_ANSWERS.read_text(encoding="utf-8"))
    return frozenset(normalised_answer(answer) for answer in [*lists[code], *lists[FOR_ALL]])
