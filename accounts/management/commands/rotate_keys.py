"""``manage.py rotate_keys``: seals personal data again with the current key of the ring."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.key_rotation import Rotation, check_numens, keys_in_use, rotate_numens
from accounts.keyring import KeyRingUnusable, key_ring


class Command(BaseCommand):
    help = "Seals every NUMEN with the current key; resumable. accounts/keyring.py tells the steps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only open everything, and change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            key_ring()
        except KeyRingUnusable as error:
            raise CommandError(str(error)) from error
        problems = {} if options["check"] else self._rotate()
        problems |= self._check()
        for row, problem in problems.items():
            self.stderr.write(f"agent {row}: {problem}")
        if problems:
            raise CommandError(f"{len(problems)} NUMEN need a person; keep all keys.")
        self._tell_keys()

    def _rotate(self) -> dict[int, str]:
        rotation = Rotation()
        for rotation in rotate_numens():
            self.stdout.write(f"{rotation.done} NUMEN sealed again …")
        return rotation.problems

    def _check(self) -> dict[int, str]:
        rotation = check_numens()
        self.stdout.write(f"{rotation.done} NUMEN open and are found by their index.")
        return rotation.problems

    def _tell_keys(self) -> None:
        ring, used = key_ring(), keys_in_use()
        for key_id in ring.keys:
            use = "current" if key_id == ring.current.id else "old"
            self.stdout.write(f"key {key_id} ({use}): {used.get(key_id, 0)} NUMEN")
        for key_id in ring.keys.keys() - used.keys() - {ring.current.id}:
            self.stdout.write(
                f"Key {key_id} can leave the ring once every machine has the new one."
            )
