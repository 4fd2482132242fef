"""``python -m bench.letters``: how long activation letters take, from the draft to the sealed PDF files.

Makes people of the sample's names who wait, drafts a letter for each, and makes the files as a
worker does: logins reserved, codes drawn and hashed, pages set, files sealed.
"""

import argparse
import os
import resource
import sys
import time
from random import Random

from bench.results import Result, table
from bench.stack import Stack

BUDGET_SECONDS = 300  # of 5,000 letters on two processors
BUDGET_LETTERS = 5000


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.letters", description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--letters", type=int, default=BUDGET_LETTERS)
    options = parser.parse_args()
    stack = Stack(options.database)
    try:
        stack.start()
        return _measure(options.letters)
    finally:
        stack.close()


def _measure(letters: int) -> int:
    import django  # noqa: PLC0415  (its settings need the stack's environment)

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from activation.letters.drafting import Choice, draft_for_waiting  # noqa: PLC0415
    from activation.letters.making import make_files  # noqa: PLC0415
    from audit.parties import NOWHERE  # noqa: PLC0415

    print(f"{letters} people…", flush=True)
    administrator = _people(letters)
    started = time.perf_counter()
    batch = draft_for_waiting(administrator, Choice(), NOWHERE)
    drafted = time.perf_counter()
    before = _processor_seconds()
    made = make_files(batch.pk)
    ended = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    budget = BUDGET_SECONDS * made / BUDGET_LETTERS
    octets = sum(len(file.sealed) for file in batch.files.all()) / 1_000_000
    also = {
        "cpu s": _processor_seconds() - before,
        "files": float(batch.files.count()),
        "MB of PDF": octets,
        "peak MB of memory": memory,
    }
    results = [
        Result(f"{made} letters drafted", drafted - started, "s"),
        Result(f"{made} letters made", ended - drafted, "s", budget, also=also),
    ]
    print(table(results))
    _clean(batch.pk)
    return 0 if all(result.holds is not False for result in results) else 1


def _processor_seconds() -> float:
    """Of this process and of the typesetters it ran."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _people(number: int):  # type: ignore[no-untyped-def]  # Django is not set up when this file is read
    """Who waits, and an administrator who may write to them."""
    from accounts.models import Agent, School, User  # noqa: PLC0415
    from accounts.sealed.numen import read_numen, seal_into  # noqa: PLC0415
    from sample import vocabulary  # noqa: PLC0415

    rng = Random(number)  # noqa: S311  (names, not secrets)
    user = User.objects.filter(username="mesure.courriers").first()
    user = user or User.objects.create_user("mesure.courriers", is_active=True)
    Agent.objects.update_or_create(
        user=user,
        defaults={"first_name": "Mesure", "usual_name": "Courriers", "civil_name": "Courriers"}
        | {"status": Agent.Status.ACTIVE, "role": Agent.Role.ADMINISTRATOR},
    )
    school, _created = School.objects.get_or_create(
        uai="0769998A",
        defaults={"name": "Mesures", "city": "Rouen", "street": "1, rue", "postal_code": "76000"},
    )
    agents = Agent.objects.bulk_create(
        Agent(
            first_name=rng.choice(vocabulary.PARENTS),
            usual_name=f"{rng.choice(vocabulary.SURNAMES)} {rng.choice(vocabulary.SURNAMES)}",
            civil_name="Mesure",
            school=school,
        )
        for _ in range(number)
    )
    for place, agent in enumerate(agents):
        seal_into(agent, read_numen(f"99Z{place:07d}ZZZ"))
    Agent.objects.bulk_update(agents, ["numen_sealed", "numen_key", "numen_index"], batch_size=500)
    return user


def _clean(batch_id: int) -> None:
    """Only the logins stay, for ever: the next run gives out higher numbers."""
    from accounts.models import Agent  # noqa: PLC0415
    from activation.models import LetterBatch  # noqa: PLC0415

    agents = Agent.objects.filter(civil_name="Mesure")
    agents.delete()
    LetterBatch.objects.filter(pk=batch_id).delete()


if __name__ == "__main__":
    sys.exit(main())
