"""manage.py load_sample: the sample academy, its accounts and their mail."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sample import people
from sample.academy import NORMANDIE, SampleAgent
from sample.bulk import generate_bulk
from sample.delivery import opened
from sample.mails import TIDY, SampleMail, generate
from webmail.errors import MailError

SEED = 1


class Command(BaseCommand):
    help = (
        "Creates the sample academy and delivers its mail through the IMAP server."
        " A second run adds nothing, and completes a first one that was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--messages",
            type=int,
            default=0,
            metavar="N",
            help=f"also fill the INBOX of {TIDY} with N plain messages, for measuring",
        )
        parser.add_argument(
            "--reset",
            action="store_true",
            help="first empty the sample's mailboxes and give back the first passwords",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self._refuse_other_sites()
        people.create_people(NORMANDIE)
        try:
            if options["reset"]:
                self._reset()
            self._load(options["messages"])
        except MailError as error:
            raise CommandError(f"The mail server did not take the sample: {error!r}") from error

    def _refuse_other_sites(self) -> None:
        missing = set(NORMANDIE.domains) - set(settings.DOMAINS)
        if missing:
            raise CommandError(
                f"The sample academy needs PLI_DOMAINS to hold {', '.join(sorted(missing))}."
            )
        try:
            people.check_site(NORMANDIE)
        except people.NotTheSampleSite as error:
            raise CommandError(str(error)) from error

    def _reset(self) -> None:
        people.close_accounts(NORMANDIE)
        for address in NORMANDIE.names_by_address():
            with opened(address) as drop:
                drop.empty()
        self.stdout.write("The sample's mailboxes are empty again.")

    def _load(self, bulk_count: int) -> None:
        waiting = [a for a in NORMANDIE.agents if a.is_active and not people.is_open(a)]
        if bulk_count:
            self._deliver_bulk(bulk_count)
        if not waiting:
            self.stdout.write("The sample academy is complete.")
            return
        self._deliver_stories(waiting)
        self.stdout.write(self.style.SUCCESS("The sample academy is ready."))

    def _deliver_stories(self, waiting: Sequence[SampleAgent]) -> None:
        mails = self._mails_by_mailbox()
        for post in NORMANDIE.functional_mailboxes:
            self._deliver(NORMANDIE.address_of(post.local_part), mails)
        for agent in waiting:
            self._deliver(NORMANDIE.address_of(agent.login), mails)
            people.open_account(agent)

    def _mails_by_mailbox(self) -> dict[str, list[SampleMail]]:
        sorted_out: dict[str, list[SampleMail]] = defaultdict(list)
        for mail in generate(NORMANDIE, seed=SEED, until=people.reference_date(NORMANDIE)):
            sorted_out[mail.mailbox].append(mail)
        return sorted_out

    def _deliver(self, address: str, mails: dict[str, list[SampleMail]]) -> None:
        with opened(address) as drop:
            count = drop.deliver_missing(mails[address])
        self.stdout.write(f"{address}: {count} messages")

    def _deliver_bulk(self, wanted: int) -> None:
        address = NORMANDIE.address_of(TIDY)
        until = people.reference_date(NORMANDIE)
        started = monotonic()
        with opened(address) as drop:
            present = drop.bulk_count()
            mails = islice(generate_bulk(address, wanted, seed=SEED, until=until), present, None)
            for count in drop.deliver("inbox", mails):
                self._show(address, present + count, wanted, count / (monotonic() - started))

    def _show(self, address: str, done: int, wanted: int, rate: float) -> None:
        if done % 5000 == 0 or done == wanted:
            self.stdout.write(f"{address}: {done} of {wanted} messages, {rate:.0f} a second")
            self.stdout.flush()
