"""manage.py measure_cautions: how often the cautions of the reading pane are right on the sample's mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import override

from sample.academy import NORMANDIE
from sample.letters import JUNK
from sample.mails import SampleMail, generate
from sample.trace import OUR_SERVER
from sample.traps import TRAPS
from webmail.conversations.acquaintance import Acquaintance
from webmail.conversations.caution_notes import Caution, cautions
from webmail.message.words import words_of
from webmail.readable import mime
from webmail.readable.reading import Reading, prepare

SEED = 1
HARMFUL = {trap.sender.address for trap in TRAPS}
FROM_OUTSIDE = "Expéditeur externe"  # true, and no alarm by itself


@dataclass
class Correspondents:
    """What the index of one mailbox knows at a moment: addresses, and names of the academy's people."""

    addresses: set[str] = field(default_factory=set)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def meet(self, mail: SampleMail, reading: Reading) -> Acquaintance:
        """What they are before this message; afterwards they are known."""
        author = reading.message.from_[0]
        name, is_external = tuple(sorted(words_of(author.name))), reading.flags.external
        known = Acquaintance()
        if is_external:
            known = Acquaintance(author.address not in self.addresses, self.names.get(name, ""))
        elif len(name) > 1:
            self.names[name] = author.address
        if mail.folder != JUNK:
            self.addresses.add(author.address)
        return known


class Command(BaseCommand):
    help = (
        "Prints, for each caution, how many messages of the sample bear it and how many mean harm."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        mails = generate(NORMANDIE, seed=SEED, until=timezone.now())
        raised, right, missed, harmful, total = measured(mails)
        for title, count in raised.most_common():
            share = f"{right[title] / count:.0%}"
            self.stdout.write(f"{count:6} {right[title]:6} harmful {share:>5}  {title}")
        self.stdout.write(
            f"{total} messages received, {harmful} mean harm, {missed} of them without any alarm"
        )


def measured(
    mails: Iterable[SampleMail],
) -> tuple[Counter[str], Counter[str], int, int, int]:
    """By caution how often it was raised and how often on harmful mail; harmful mail without an alarm
    beyond "from outside"; harmful mail; all mail received.
    """
    raised, right = Counter[str](), Counter[str]()
    missed = harmful = total = 0
    for mail, found in _received(mails):
        is_harmful = mail.envelope_sender in HARMFUL
        total, harmful = total + 1, harmful + is_harmful
        raised.update(caution.title for caution in found)
        right.update(caution.title for caution in found if is_harmful)
        missed += is_harmful and not any(map(is_alarm, found))
    return raised, right, missed, harmful, total


def is_alarm(caution: Caution) -> bool:
    return caution.level != "info" and not caution.title.startswith(FROM_OUTSIDE)


def _received(mails: Iterable[SampleMail]) -> Iterator[tuple[SampleMail, list[Caution]]]:
    """Messages as their readers saw them arrive, with what the pane would say."""
    correspondents = defaultdict[str, Correspondents](Correspondents)
    with override("fr"):
        for mail in sorted(mails, key=_moment):
            if mail.envelope_sender == mail.mailbox:
                continue
            reading = prepare(
                mime.read_bytes(mail.raw),
                settings.DOMAINS,
                inline_url=lambda part: f"cid:{part.content_id}",
                authentication_servers=[OUR_SERVER],
            )
            yield mail, cautions(reading, correspondents[mail.mailbox].meet(mail, reading))


def _moment(mail: SampleMail) -> datetime:
    return mail.received_at
