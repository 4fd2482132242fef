"""``manage.py rotate_keys``: seals personal data again with the current key of the ring."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sealed.key_rotation import (
    Rotation,
    check_numens,
    files_in_use,
    keys_in_use,
    rotate_numens,
)
from accounts.sealed.keyring import KeyRingUnusable, key_ring
from accounts.second_factor import seals


class Command(BaseCommand):
    help = "Seals every secret with the current key; resumable. accounts/sealed/keyring.py tells the steps."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._problems: dict[int, str] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only open everything, and change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            key_ring()
        except KeyRingUnusable as error:
            raise CommandError(str(error)) from error
        if not options["check"]:
            self._rotate()
        numens, factors = check_numens(), seals.check()
        self.stdout.write(f"{numens.done} NUMEN open and are found by their index.")
        self.stdout.write(f"{factors.done} second factors open.")
        self._stop_at(numens, factors)
        self._tell_keys()

    def _rotate(self) -> None:
        for rotation in rotate_numens():
            self.stdout.write(f"{rotation.done} NUMEN sealed again …")
            self._problems = rotation.problems
        self.stdout.write(f"{seals.seal_again().done} second factors sealed again.")

    def _stop_at(self, numens: Rotation, factors: Rotation) -> None:
        problems = self._problems | numens.problems
        for row, problem in problems.items():
            self.stderr.write(f"agent {row}: {problem}")
        for row, problem in factors.problems.items():
            self.stderr.write(f"second factor {row}: {problem}")
        if problems or factors.problems:
            raise CommandError(
                f"{len(problems)} NUMEN need a person; keep all keys."
                f" Second factors: {len(factors.problems)}."
            )

    def _tell_keys(self) -> None:
        ring, numens, factors = key_ring(), keys_in_use(), seals.keys_in_use()
        files = files_in_use()
        for key_id in ring.keys:
            use = "current" if key_id == ring.current.id else "old"
            self.stdout.write(
                f"key {key_id} ({use}): {numens.get(key_id, 0)} NUMEN,"
                f" {factors[key_id]} second factors, {files[key_id]} files that go by themselves"
            )
        needed = {*numens, *factors, *files, ring.current.id}
        for key_id in ring.keys.keys() - needed:
            self.stdout.write(
                f"Key {key_id} can leave the ring once every machine has the new one."
            )
