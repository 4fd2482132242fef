"""What the pages say of what was done to messages."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webmail.actions import Change


def done(what: Change, count: int) -> str:
    """ "3 messages archivés.", in the language of the page."""
    names = {"n": number_format(count, force_grouping=True)}
    if what.target is not None and what.name == "move":
        return _moved(count) % {**names, "folder": what.target.label}
    return _sentence(what.name, count) % names


def _moved(count: int) -> str:
    return ngettext(
        "%(n)s message déplacé vers « %(folder)s ».",
        "%(n)s messages déplacés vers « %(folder)s ».",
        count,
    )


def _sentence(name: str, count: int) -> str:
    match name:
        case "read":
            return ngettext(
                "%(n)s message marqué comme lu.", "%(n)s messages marqués comme lus.", count
            )
        case "unread":
            return ngettext(
                "%(n)s message marqué comme non lu.", "%(n)s messages marqués comme non lus.", count
            )
        case "star":
            return ngettext("%(n)s message suivi.", "%(n)s messages suivis.", count)
        case "unstar":
            return ngettext(
                "%(n)s message n’est plus suivi.", "%(n)s messages ne sont plus suivis.", count
            )
        case "archive":
            return ngettext("%(n)s message archivé.", "%(n)s messages archivés.", count)
        case "junk":
            return ngettext(
                "%(n)s message mis dans les indésirables.",
                "%(n)s messages mis dans les indésirables.",
                count,
            )
        case "inbox":
            return ngettext(
                "%(n)s message remis dans la boîte de réception.",
                "%(n)s messages remis dans la boîte de réception.",
                count,
            )
        case "delete":
            return ngettext(
                "%(n)s message mis à la corbeille.", "%(n)s messages mis à la corbeille.", count
            )
        case "erase":
            return ngettext(
                "%(n)s message sera supprimé définitivement.",
                "%(n)s messages seront supprimés définitivement.",
                count,
            )
        case "label":
            return ngettext("%(n)s message étiqueté.", "%(n)s messages étiquetés.", count)
        case _:
            return ngettext(
                "Étiquette retirée de %(n)s message.", "Étiquette retirée de %(n)s messages.", count
            )


def begun(what: Change, count: int) -> str:
    """What is said while a worker does it."""
    return _("En cours : %(what)s") % {"what": done(what, count)}
