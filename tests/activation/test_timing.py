"""How long a refusal takes tells nothing: tries of each kind are made in turn, and the quickest of each compared.

Counted is the processor time of this thread, which does all of a try: a busy machine makes people wait, and
takes no part in that.
"""

from collections.abc import Iterator
from time import thread_time

from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from activation.codes import in_groups, new_code
from activation.models import Letter
from tests.activation.activating import IDENTIFIER, LETTER, Newcomer, newcomer

PEOPLE, TRIES = 5, 4  # of each kind; nobody waits before their fifth failure
# Of the quickest. Argon2 takes two fifths of a try: one that skipped it would be seen.
LARGEST_DIFFERENCE = 0.3


def seconds_for(page: str, typed: dict[str, str]) -> float:
    client = Client()
    start = thread_time()
    response = client.post(page, typed)
    seconds = thread_time() - start
    assert "n’ouvrent aucun compte" in response.content.decode()
    return seconds


def compared(tries: Iterator[dict[str, tuple[str, dict[str, str]]]]) -> dict[str, float]:
    """The quickest of each kind of try, made in turn so that a busy machine slows all alike."""
    taken: dict[str, list[float]] = {}
    for one_round in tries:
        for kind, (page, typed) in one_round.items():
            taken.setdefault(kind, []).append(seconds_for(page, typed))
    return {kind: min(seconds) for kind, seconds in taken.items()}


def takes_as_long(quickest: dict[str, float]) -> None:
    shortest, longest = min(quickest.values()), max(quickest.values())
    assert longest - shortest < LARGEST_DIFFERENCE * shortest, quickest


def activated(one: Newcomer) -> Newcomer:
    Agent.objects.filter(pk=one.agent.pk).update(status=Agent.Status.ACTIVE)
    used = {"state": Letter.State.REDEEMED, "ended_at": timezone.now()}
    Letter.objects.filter(pk=one.letter.pk).update(**used)
    return one


def test_a_known_numen_an_unknown_one_and_a_used_letter_take_as_long(ring: None, db: None) -> None:
    def tries() -> Iterator[dict[str, tuple[str, dict[str, str]]]]:
        for number in range(PEOPLE):
            code, known, used = in_groups(new_code()), newcomer(), activated(newcomer())
            kinds = {
                "known": (LETTER, {"numen": known.numen, "code": code}),
                "unknown": (LETTER, {"numen": f"88E{number:07d}ZZZ", "code": code}),
                "used": (LETTER, used.typed),
            }
            yield from [kinds] * TRIES

    takes_as_long(compared(tries()))


def test_a_known_identifier_an_unknown_one_and_a_wrong_birth_date_take_as_long(
    ring: None, db: None
) -> None:
    def tries() -> Iterator[dict[str, tuple[str, dict[str, str]]]]:
        for number in range(PEOPLE):
            known, right = newcomer(), newcomer()
            wrong = {"code": in_groups(new_code()), "birth_date": "14/03/1986"}
            later = {"login": right.login, "code": right.code, "birth_date": "15/03/1986"}
            kinds = {
                "known": (IDENTIFIER, wrong | {"login": known.login}),
                "unknown": (IDENTIFIER, wrong | {"login": f"nemo{number}.personne"}),
                "born later": (IDENTIFIER, later),
            }
            yield from [kinds] * TRIES

    takes_as_long(compared(tries()))
