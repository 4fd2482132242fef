"""Octets of files that other messages hold, brought to the spool a piece at a time."""

import hashlib
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from pathlib import Path

from webmail.drafts import files, spool
from webmail.errors import MessageGone
from webmail.imap import MailSession
from webmail.message import contents
from webmail.message.bodystructure import structure_from_imap
from webmail.message.structure import Part
from webmail.models import Draft, DraftFile
from webmail.syntax import transfer

Place = tuple[str, int, int]  # folder, UIDVALIDITY, UID


def bring(mail: MailSession, draft: Draft) -> None:
    """Fetches what is missing; what came stays. Raises MailError, and OSError when the disk is full."""
    for place, wanted in groupby(files.missing(draft), key=_place):
        folder, validity, uid = place
        mail.select(folder, uid_validity=validity)
        tree = structure_from_imap(mail.message(uid).structure)
        for file in wanted:
            _keep(file, _octets(mail, uid, tree, file.from_section))


def _place(file: DraftFile) -> Place:
    return file.from_folder, file.from_validity, file.from_uid or 0


def _octets(mail: MailSession, uid: int, tree: Part, section: str) -> Iterable[bytes]:
    if contents.INSIDE in section:
        # In winmail.dat or uuencoded text: small.
        content = contents.attachment_content(tree, section, partial(mail.section, uid))
        if content is None:
            raise MessageGone(f"{uid} {section}")
        return [content]
    stream = mail.part_stream(uid, section)
    part = tree.find(section) if section else None
    if section and part is None:
        raise MessageGone(f"{uid} {section}")
    return transfer.decode_pieces(stream, part.encoding) if part else stream


def _keep(file: DraftFile, octets: Iterable[bytes]) -> None:
    arrived = spool.new_path()
    try:
        file.size, file.sha256 = _written(arrived, octets)
        spool.keep(arrived, file.path)
    finally:
        arrived.unlink(missing_ok=True)
    file.save(update_fields=["size", "sha256"])


def _written(path: Path, octets: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as out:
        for piece in octets:
            out.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
