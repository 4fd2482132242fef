"""Walking the chain: is the journal what was written?"""

from collections.abc import Iterator

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from audit import chain
from audit.chain import ORIGIN, Break, Link
from audit.events import Event
from audit.models import Chain, Entry

ROWS_AT_A_TIME = 2000


def verify(anchor: Link | None = None) -> list[Break]:
    """All places where the journal was tampered with; empty when it is whole.

    The triggers and the chain stop whoever does not know them. Someone who owns the database can
    rewrite everything, so an auditor notes the newest link elsewhere and hands it in later as
    ``anchor``: it must still be there, unless it has been pruned.
    """
    ends = ends_of_the_chain()
    entries = Entry.objects.filter(number__gt=ends.base_number, number__lte=ends.head_number)
    walk = entries.order_by("number").iterator(ROWS_AT_A_TIME)
    found = [*chain.breaks(walk, ends.base, ends.head), *_breaks_elsewhere(ends, anchor)]
    pruned_meanwhile = ends.base != ends_of_the_chain().base
    return verify(anchor) if found and pruned_meanwhile else found


def ends_of_the_chain() -> Chain:
    return Chain.objects.first() or Chain()


def _breaks_elsewhere(ends: Chain, anchor: Link | None) -> Iterator[Break]:
    if not _base_is_journalled(ends.base):
        yield Break(ends.base_number, "what stood before was removed, but not by pruning")
    # One statement, so that an entry added at this moment is seen together with its head.
    newest = Coalesce(Subquery(Chain.objects.values("head_number")[:1]), ORIGIN.number)
    if stray := Entry.objects.filter(number__gt=newest).order_by("number").first():
        yield Break(stray.number, "was added by another way than the journal's")
    if anchor and not _holds(ends.base, anchor):
        yield Break(anchor.number, "is not the entry that was noted elsewhere")


def _base_is_journalled(base: Link) -> bool:
    """Pruning tells in the journal up to where it went, and that entry is part of the chain."""
    if base == ORIGIN:
        return True
    prunings = Entry.objects.filter(event=Event.AUDIT_PRUNED, number__gt=base.number)
    return prunings.filter(reason=str(base)).exists()


def _holds(base: Link, anchor: Link) -> bool:
    if anchor.number <= base.number:
        return anchor.number < base.number or anchor == base
    return Entry.objects.filter(number=anchor.number, hash=anchor.hash).exists()
