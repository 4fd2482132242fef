"""How things are said on a page: dates, sizes, names, initials. Pure."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.avatars import hue, initials
from webmail.message import filenames

__all__ = [
    "counted",
    "day_label",
    "full_date",
    "full_day",
    "hue",
    "initials",
    "local",
    "short_date",
    "size_label",
    "type_label",
]

Kind = tuple[object, str, set[str], str]  # label, icon, extensions, beginning of the type

KINDS: tuple[Kind, ...] = (
    ("PDF", "file-text", {"pdf"}, "application/pdf"),
    (gettext_lazy("Texte"), "file-text", {"odt", "doc", "docx", "rtf", "txt", "md"}, "text/plain"),
    (gettext_lazy("Tableur"), "file-spreadsheet", {"ods", "xls", "xlsx", "csv"}, "text/csv"),
    (gettext_lazy("Diaporama"), "presentation", {"odp", "ppt", "pptx"}, ""),
    (gettext_lazy("Agenda"), "calendar", {"ics"}, "text/calendar"),
    (gettext_lazy("Contact"), "contact", {"vcf"}, "text/vcard"),
    (gettext_lazy("Message"), "mail", {"eml"}, "message/"),
    (gettext_lazy("Archive"), "file-archive", {"zip", "7z", "gz", "tar"}, "application/zip"),
    (gettext_lazy("Image"), "file-image", {"png", "jpg", "jpeg", "gif", "webp", "svg"}, "image/"),
    (gettext_lazy("Son"), "file-music", {"mp3", "wav", "ogg", "m4a"}, "audio/"),
    (gettext_lazy("Vidéo"), "file-video-camera", {"mp4", "webm", "mov"}, "video/"),
)
UNITS = (
    (1 << 30, pgettext_lazy("size", "Go")),
    (1 << 20, pgettext_lazy("size", "Mo")),
    (1 << 10, pgettext_lazy("size", "ko")),
)
THOUSAND = 1000


def counted(number: int) -> str:
    """With its thousands apart, as the page's language writes them: "1 024", "1,024"."""
    return formats.number_format(number, force_grouping=True) if number >= THOUSAND else str(number)


def local(moment: datetime) -> datetime:
    """The moment here; as it is when it falls off either end of the calendar, as in some spam."""
    try:
        return moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    except OverflowError:
        return moment


def day_label(day: date, today: date) -> str:
    """The heading a message of this day stands under."""
    return _day_label(day, today, get_language() or "")


@lru_cache(maxsize=800)
def _day_label(day: date, today: date, _language: str) -> str:
    age = (today - day).days
    if age <= 0:
        return _("Aujourd’hui")
    if age == 1:
        return _("Hier")
    if day >= today - timedelta(days=today.weekday()):
        return _("Cette semaine")
    if (day.year, day.month) == (today.year, today.month):
        return _("Ce mois-ci")
    return formats.date_format(day, "F Y").capitalize()


def short_date(moment: datetime, now: datetime, language: str | None = None) -> str:
    """``10:42`` today, ``19 nov.`` this year, ``19/11/2024`` before.

    `language` is the page's, for who asks often and knows it.
    """
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    if moment.year == now.year:
        return _day_and_month(moment.date(), language or get_language() or "")
    return f"{moment.day:02d}/{moment.month:02d}/{moment.year}"


@lru_cache(maxsize=800)
def _day_and_month(day: date, _language: str) -> str:
    """In the language of the page; Django's own way takes longer than the rest of a row."""
    return formats.date_format(day, "j N")


def full_date(moment: datetime) -> str:
    return f"{full_day(moment, weekday=True)}, {moment:%H:%M}"


def full_day(day: date, *, weekday: bool = False) -> str:
    """``1er mars 2027``: in French the first of a month, and only it, is an ordinal."""
    is_ordinal = day.day == 1 and (get_language() or "").startswith("fr")
    number = "1er" if is_ordinal else str(day.day)
    before = f"{formats.date_format(day, 'l')} " if weekday else ""
    return f"{before}{number} {formats.date_format(day, 'F Y')}"


def size_label(octets: int) -> str:
    """``1,7 Mo``; at most one decimal, from 1 Mo on."""
    for unit, name in UNITS:
        if octets >= unit:
            amount = round(octets / unit, 0 if unit == 1 << 10 else 1)
            return f"{formats.number_format(amount, 0 if amount.is_integer() else 1)} {name}"
    return ngettext("%(n)s octet", "%(n)s octets", octets) % {"n": octets}


def type_label(name: str, media_type: str) -> tuple[str, str]:
    """What a file is, in a word, and its icon: by its extension, as people know files and as their
    computer opens them; what the mail says counts where that tells nothing.
    """
    extension = name.rpartition(".")[2].lower()
    by_name = next((kind for kind in KINDS if extension in kind[2]), None)
    told = None if filenames.is_dangerous(name, "") else _kind_told(media_type)
    kind = by_name or told
    if kind is not None:
        return str(kind[0]), kind[1]
    return (extension.upper() if 0 < len(extension) <= 4 else _("Fichier")), "file"


def _kind_told(media_type: str) -> Kind | None:
    return next((kind for kind in KINDS if kind[3] and media_type.startswith(kind[3])), None)
