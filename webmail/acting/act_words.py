"""What the pages say of what was done to messages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from webmail.acting.actions import Change
from webmail.presentation import counted

# The number decides as `count` and is written as `n`.
SENTENCES = {
    "read": ngettext_lazy(
        "%(n)s message marqué comme lu.", "%(n)s messages marqués comme lus.", "count"
    ),
    "unread": ngettext_lazy(
        "%(n)s message marqué comme non lu.", "%(n)s messages marqués comme non lus.", "count"
    ),
    "star": ngettext_lazy("%(n)s message suivi.", "%(n)s messages suivis.", "count"),
    "unstar": ngettext_lazy(
        "%(n)s message n’est plus suivi.", "%(n)s messages ne sont plus suivis.", "count"
    ),
    "archive": ngettext_lazy("%(n)s message archivé.", "%(n)s messages archivés.", "count"),
    "junk": ngettext_lazy(
        "%(n)s message déplacé dans les indésirables.",
        "%(n)s messages déplacés dans les indésirables.",
        "count",
    ),
    "inbox": ngettext_lazy(
        "%(n)s message remis dans la boîte de réception.",
        "%(n)s messages remis dans la boîte de réception.",
        "count",
    ),
    "delete": ngettext_lazy(
        "%(n)s message mis à la corbeille.", "%(n)s messages mis à la corbeille.", "count"
    ),
    "erase": ngettext_lazy(
        "%(n)s message sera supprimé définitivement.",
        "%(n)s messages seront supprimés définitivement.",
        "count",
    ),
    "move": ngettext_lazy(
        "%(n)s message déplacé vers « %(folder)s ».",
        "%(n)s messages déplacés vers « %(folder)s ».",
        "count",
    ),
    "label": ngettext_lazy("%(n)s message étiqueté.", "%(n)s messages étiquetés.", "count"),
    "todo": ngettext_lazy("%(n)s message à traiter.", "%(n)s messages à traiter.", "count"),
    "doing": ngettext_lazy("%(n)s message en cours.", "%(n)s messages en cours.", "count"),
    "handled": ngettext_lazy("%(n)s message traité.", "%(n)s messages traités.", "count"),
    "no-state": ngettext_lazy(
        "État retiré de %(n)s message.", "État retiré de %(n)s messages.", "count"
    ),
    "unlabel": ngettext_lazy(
        "Étiquette retirée de %(n)s message.", "Étiquette retirée de %(n)s messages.", "count"
    ),
}


def done(what: Change, count: int) -> str:
    """'3 messages archivés.', in the language of the page."""
    folder = what.target.label if what.target else ""
    values = {"count": count, "n": counted(count), "folder": folder}
    return str(SENTENCES[what.name] % values)


def begun(what: Change, count: int) -> str:
    """What is said while a worker does it."""
    return _("En cours : %(what)s") % {"what": done(what, count)}


def broken_off(total: int) -> str:
    """Beside what was done: of `total` messages, the others are as they were."""
    number = counted(total)
    return _(
        "Le serveur de courriel ne répond plus : les autres messages, sur %(n)s, n’ont pas changé."
    ) % {"n": number}


def assigned(name: str, count: int) -> str:
    """'2 conversations attribuées à Camille Lefèvre.'; without a name, to nobody."""
    if not name:
        return ngettext(
            "%(n)s conversation n’est plus attribuée.",
            "%(n)s conversations ne sont plus attribuées.",
            count,
        ) % {"n": count}
    return ngettext(
        "%(n)s conversation attribuée à %(name)s.",
        "%(n)s conversations attribuées à %(name)s.",
        count,
    ) % {"n": count, "name": name}
