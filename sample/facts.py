"""What a story is about this time: the class, the day, the room, the amount."""

from datetime import date, datetime, timedelta
from random import Random

from sample import vocabulary
from sample.cast import Family
from sample.school_time import (
    DAYS,
    Clock,
    in_words,
    school_day_from,
    school_days_before,
    school_year,
    term,
)

FRIDAY = 4


def drawn_facts(rng: Random, start: datetime, family: Family, clock: Clock) -> dict[str, str]:
    """Every word in braces of the stories; all days lie after the start, as plans do."""
    day = school_day_from(start.date() + timedelta(days=rng.randint(7, 13)))
    year = school_year(start.date())
    return {
        **_days(day, start),
        **_front_page(clock),
        "classe": rng.choice(vocabulary.CLASSES),
        "professeur": rng.choice(vocabulary.TEACHERS),
        "eleve": family.pupil,
        "nom": family.surname,
        "parent": family.parent.name,
        "salle": rng.choice(vocabulary.ROOMS),
        "heure": rng.choice(vocabulary.HOURS),
        "nombre": str(rng.randint(22, 31)),
        "nombre_petit": str(rng.randint(3, 7)),
        "montant": f"{rng.randint(1, 2)} {rng.randint(100, 999)},{rng.choice(('00', '50', '80'))}",
        "reference": f"{year}-{rng.randint(10000, 99999)}",
        "annee": str(year),
        "annee_scolaire": f"{year - 1}-{year}",
        "trimestre": term(start.date()),
    }


def _days(day: date, start: datetime) -> dict[str, str]:
    return {
        "jour": in_words(day),
        "jour_court": f"{DAYS[day.weekday()]} {day.day:02}/{day.month:02}",
        "jour_iso": day.strftime("%Y%m%d"),
        "veille": in_words(next(school_days_before(day))),
        "semaine": str(start.isocalendar().week),
        "stamp": start.strftime("%Y%m%dT%H%M%SZ"),
    }


def _front_page(clock: Clock) -> dict[str, str]:
    show = clock.today + timedelta(days=14 + (FRIDAY - clock.today.weekday()) % 7)
    return {
        "front_class": "4ᵉ B",
        "front_other_class": "3ᵉ A",
        "front_show": in_words(show),
        "front_deadline": in_words(show - timedelta(days=7)),
        "semaine_du_jour": str(clock.today.isocalendar().week),
    }
