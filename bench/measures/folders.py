"""Asking whether anything is new in a mailbox of 30 folders."""

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed

COMMAND = "RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))"


def nothing_new(bench: Bench) -> list[Result]:
    with bench.raw() as mail:
        ours = timed(mail.folders, bench.runs)
        raw = mail.client._imap  # noqa: SLF001  (the floor is the command without any parsing)

        def list_status() -> None:
            raw._simple_command("LIST", '""', '"*"', COMMAND)  # noqa: SLF001
            raw.untagged_responses.clear()

        floor = timed(list_status, bench.runs)
    return [
        Result(
            "nothing-new check, 30 folders",
            ours.wall,
            "ms",
            10,
            floor.wall,
            "LIST-STATUS on a warm connection, answer not parsed",
            also={"CPU ms": ours.cpu},
        )
    ]
