"""How many guesses a password would take: zxcvbn (Wheeler, 2016), taught French.

The estimate is what the form's meter shows and what the rules ask a minimum of, as the CNIL's
recommendation on passwords (2022-100) lets a service do in place of composition rules.
"""

import gzip
from functools import cache

from accounts.passwords.blocklists import DATA
from accounts.passwords.person import NOBODY, Person
from accounts.passwords.personal import terms
from accounts.spelling import normalised

# The work grows faster than the square of the length; a longer password only gains.
MEASURED_LENGTH = 72


def guesses_log10(password: str, who: Person = NOBODY) -> float:
    """The decimal logarithm of the guesses that someone who knows the person, and French, needs."""
    measured = normalised(password)[:MEASURED_LENGTH]
    if not measured:
        return 0.0
    # 12 MB of lists, which a process that is never asked about a password need not hold. And
    # zxcvbn() itself keeps the person's words in a global shared by all threads: not for us.
    from zxcvbn.matching import build_ranked_dict, omnimatch  # noqa: PLC0415
    from zxcvbn.scoring import most_guessable_match_sequence  # noqa: PLC0415

    matches = omnimatch(measured, {**_dictionaries(), "person": build_ranked_dict(terms(who))})
    return float(most_guessable_match_sequence(measured, matches)["guesses_log10"])


@cache
def _dictionaries() -> dict[str, dict[str, int]]:
    from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict  # noqa: PLC0415

    french = {name: build_ranked_dict(_ranked(name)) for name in ("words", "names", "places")}
    return {**RANKED_DICTIONARIES, **{f"french {name}": words for name, words in french.items()}}


def _ranked(name: str) -> list[str]:
    """Commonest first."""
    with gzip.open(DATA / f"ranked-{name}.txt.gz", "rt", encoding="utf-8") as lines:
        return lines.read().splitlines()
