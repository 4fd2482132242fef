"""How much may go with a message: said before, checked again when it has come."""

from math import ceil

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from webmail.errors import FileRefused
from webmail.models import Draft, DraftFile
from webmail.presentation import size_label

LINE = 57  # octets that are 76 characters of base64 (RFC 2045 §6.8)
PART_HEADERS = 600  # octets, more than names and types take
TEXT_GROWTH = 4  # quoted-printable makes "é" of two octets one of six, and lines get ends


def encoded_size(octets: int) -> int:
    """Of a file in a message: base64, with line ends."""
    return ceil(octets / LINE) * 78 + PART_HEADERS


def check_file(name: str, size: int) -> None:
    """Raises FileRefused."""
    limit = settings.MAX_FILE_MB << 20
    if size > limit:
        raise FileRefused(too_large(name))


def too_large(name: str) -> str:
    return _(
        "« %(name)s » dépasse la limite de %(limit)s par fichier. Réduisez-le, ou déposez-le dans un "
        "espace partagé et envoyez son lien."
    ) % {"name": name, "limit": size_label(settings.MAX_FILE_MB << 20)}


def not_written(name: str) -> str:
    return _("« %(name)s » n’a pas pu être gardé : réessayez dans un instant.") % {"name": name}


def check_room(draft: Draft, more: int) -> None:
    """Whether so many octets still fit this message and this mailbox. Raises FileRefused."""
    sizes = list(draft.files.values_list("size", flat=True))
    total, limit = sum(sizes) + more, settings.MAX_ATTACHMENTS_MB << 20
    if total > limit:
        raise FileRefused(
            _("Les pièces jointes font %(total)s, la limite est de %(limit)s. Retirez-en.")
            % {"total": size_label(total), "limit": size_label(limit)}
        )
    _check_encoded(draft, [*sizes, more])
    _check_mailbox(draft, more)


def _check_encoded(draft: Draft, sizes: list[int]) -> None:
    written = len(draft.text) + len(draft.html or "")
    encoded = sum(map(encoded_size, sizes)) + TEXT_GROWTH * written
    limit = settings.MAX_MESSAGE_MB << 20
    if encoded > limit:
        raise FileRefused(
            _(
                "Une fois encodé, le message ferait %(total)s, la limite est de %(limit)s. Retirez une "
                "pièce jointe, ou envoyez-la à part."
            )
            % {"total": size_label(encoded), "limit": size_label(limit)}
        )


def _check_mailbox(draft: Draft, more: int) -> None:
    kept = DraftFile.objects.filter(draft__mailbox=draft.mailbox_id).aggregate(sum=Sum("size"))
    limit = settings.MAX_DRAFT_FILES_MB << 20
    if (kept["sum"] or 0) + more > limit:
        raise FileRefused(
            _(
                "Les brouillons de cette boîte gardent déjà %(limit)s de fichiers. Envoyez ou supprimez "
                "des brouillons."
            )
            % {"limit": size_label(limit)}
        )
