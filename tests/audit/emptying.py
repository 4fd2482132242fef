"""The journal refuses the flush with which a transactional test ends: it is pruned whole first."""

from django.db.models import F

from audit.models import Chain, Entry


def empty_the_journal() -> None:
    Chain.objects.update(base_number=F("head_number"))
    Entry.objects.all().delete()
