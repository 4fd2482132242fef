"""``manage.py build_password_lists SOURCES``: the lists of refused passwords, made again."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.passwords.build_lists import DATA, Sources, WrongVersion, build


class Command(BaseCommand):
    help = "Makes accounts/passwords/data/ from the sources that its README names."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sources", type=Path, help="the folder of fetched sources")
        parser.add_argument("--into", type=Path, default=DATA, help="where the lists are written")

    def handle(self, *args: object, sources: Path, into: Path, **options: object) -> None:
        try:
            build(Sources(sources), into)
        except (OSError, WrongVersion) as error:
            raise CommandError(str(error)) from error
