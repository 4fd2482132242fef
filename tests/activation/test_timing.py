"""How long a refusal takes tells nothing: tries of each kind are made in turn, and the quickest of each compared.

Counted is the processor time of this thread, which does all of a try. A busy machine lengthens that too: its
caches and its memory are shared. Such a try is never the quickest, so more are made until the quickest agree; a
step that one kind leaves out shows in all of its tries, however many.
"""

from collections.abc import Iterator
from itertools import count
from time import thread_time

from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from activation.codes import in_groups, new_code
from activation.models import Letter
from tests.activation.activating import IDENTIFIER, LETTER, Newcomer, newcomer

TRIES = 4  # of each person; nobody waits before their fifth failure
FEWEST, MOST = 20, 80  # of each kind
# Of the quickest. Argon2 takes two fifths of a try: one that skipped it would be seen.
LARGEST_DIFFERENCE = 0.3


def seconds_for(page: str, typed: dict[str, str]) -> float:
    client = Client()
    start = thread_time()
    response = client.post(page, typed)
    seconds = thread_time() - start
    assert "n’ouvrent aucun compte" in response.content.decode()
    return seconds


def take_as_long(tries: Iterator[dict[str, tuple[str, dict[str, str]]]]) -> None:
    """Tries of each kind are made in turn, so that a busy machine slows all alike."""
    quickest: dict[str, float] = {}
    for number, one_round in zip(range(1, MOST + 1), tries, strict=False):
        for kind, (page, typed) in one_round.items():
            quickest[kind] = min(seconds_for(page, typed), quickest.get(kind, 1e9))
        if number >= FEWEST and agree(quickest):
            return
    assert agree(quickest), quickest


def agree(quickest: dict[str, float]) -> bool:
    shortest, longest = min(quickest.values()), max(quickest.values())
    return longest - shortest < LARGEST_DIFFERENCE * shortest


def activated(one: Newcomer) -> Newcomer:
    Agent.objects.filter(pk=one.agent.pk).update(status=Agent.Status.ACTIVE)
    used = {"state": Letter.State.REDEEMED, "ended_at": timezone.now()}
    Letter.objects.filter(pk=one.letter.pk).update(**used)
    return one


def test_a_known_numen_an_unknown_one_and_a_used_letter_take_as_long(ring: None, db: None) -> None:
    def tries() -> Iterator[dict[str, tuple[str, dict[str, str]]]]:
        for number in count():
            code, known, used = in_groups(new_code()), newcomer(), activated(newcomer())
            kinds = {
                "known": (LETTER, {"numen": known.numen, "code": code}),
                "unknown": (LETTER, {"numen": f"88E{number:07d}ZZZ", "code": code}),
                "used": (LETTER, used.typed),
            }
            yield from [kinds] * TRIES

    take_as_long(tries())


def test_a_known_identifier_an_unknown_one_and_a_wrong_birth_date_take_as_long(
    ring: None, db: None
) -> None:
    def tries() -> Iterator[dict[str, tuple[str, dict[str, str]]]]:
        for number in count():
            known, right = newcomer(), newcomer()
            wrong = {"code": in_groups(new_code()), "birth_date": "14/03/1986"}
            later = {"login": right.login, "code": right.code, "birth_date": "15/03/1986"}
            kinds = {
                "known": (IDENTIFIER, wrong | {"login": known.login}),
                "unknown": (IDENTIFIER, wrong | {"login": f"nemo{number}.personne"}),
                "born later": (IDENTIFIER, later),
            }
            yield from [kinds] * TRIES

    take_as_long(tries())
