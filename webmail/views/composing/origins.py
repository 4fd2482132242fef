"""The message that a new one answers, forwards or resumes: what the composer starts with.

What the page knows of it travels in a signed hidden field until the draft is saved for the first
time: no mail server is needed then, and nothing written is lost while it is away.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.acting import deeds
from webmail.composing import answers
from webmail.drafts import Beginning, Source, Written
from webmail.drafts.files import clean_name
from webmail.imap import FetchedMessage
from webmail.message.readable import Attachment
from webmail.models import Draft, DraftFile, Folder
from webmail.readable.reading import Reading
from webmail.views.opening.reading import fetch_reading
from webmail.views.shell import open_session
from webmail.writing.habits import habits_of, manner_of

SALT = "webmail.views.origins"
ATTACH = "attach"
MODES = (*answers.MODES, ATTACH)
CARRIES_FILES = frozenset({"forward", "as_new", "draft"})
SEALED = ("name", "type", "size", "content_id", "from_folder", "from_validity", "from_section")


@dataclass(frozen=True)
class Origin:
    """What the composer starts with, and what the draft remembers of where it came from."""

    written: Written
    beginning: Beginning


def asked_origin(request: SignedInRequest, chosen: Mailbox) -> Origin | None:
    """Of ``?mode=reply&dossier=7&uid=42``; None without a mode. Raises Http404 and MailError."""
    found = asked_message(request, chosen)
    if found is None:
        return None
    mode, folder, uid = found
    with open_session(request, chosen) as mail:
        fetched, shown = fetch_reading(mail, folder, uid)
    deeds.had(request.user, folder, uid)
    if mode == "draft" and "\\Draft" not in fetched.flags:
        raise Http404("not a draft: resuming it would remove it")
    if mode == ATTACH:
        return _attached(request, folder, shown, fetched)
    own = {address.address.lower() for address in chosen.addresses.all()}
    manner = manner_of(habits_of(request.user))
    start = answers.start(mode, shown.message, shown.text, own, manner)
    return Origin(_written(start), _beginning(mode, folder, fetched, shown, start))


def asked_message(request: SignedInRequest, chosen: Mailbox) -> tuple[str, Folder, int] | None:
    """Mode, folder and UID. Raises Http404 for what cannot be."""
    mode = request.GET.get("mode", "")
    if not mode:
        return None
    folder_id, uid = request.GET.get("dossier", ""), request.GET.get("uid", "")
    if mode not in MODES or not are_numbers(folder_id, uid):
        raise Http404("no such message")
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=chosen)
    folder.mailbox = chosen
    return mode, folder, int(uid)


def are_numbers(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) <= 10 for text in texts)


def draft_in_folder(chosen: Mailbox, folder: Folder, uid: int) -> Draft | None:
    """The draft whose copy this message is."""
    place = {"filed_folder": folder.name, "filed_validity": folder.uid_validity, "filed_uid": uid}
    return Draft.objects.filter(mailbox=chosen, state=Draft.State.WRITING, **place).first()


def _beginning(
    mode: str, folder: Folder, fetched: FetchedMessage, shown: Reading, start: answers.Start
) -> Beginning:
    place = Source(folder.name, folder.uid_validity, fetched.uid)
    pictures = {file.section for file in start.pictures}
    carried = [it for it in shown.attachments if it.section not in pictures]
    files = [carried_file(place, file, in_text=True) for file in start.pictures]
    if mode in CARRIES_FILES:
        files += [carried_file(place, file) for file in carried]
    elif mode == "enclose":
        files += [whole_message(place, fetched, shown)]
    return Beginning(
        mode=mode,
        in_reply_to=start.in_reply_to,
        references=start.references,
        source=None if mode in {"draft", "as_new"} else place,
        replaces=place if mode == "draft" else None,
        files=files,
    )


def _attached(
    request: SignedInRequest, folder: Folder, shown: Reading, fetched: FetchedMessage
) -> Origin:
    """A new message with another one, or with one of its files (``&piece=2``)."""
    place = Source(folder.name, folder.uid_validity, fetched.uid)
    section = request.GET.get("piece", "")
    if not section:
        return Origin(Written(), Beginning(files=[whole_message(place, fetched, shown)]))
    wanted = [file for file in shown.attachments if file.section == section]
    if not wanted:
        raise Http404("no such file")
    return Origin(Written(), Beginning(files=[carried_file(place, file) for file in wanted]))


def _written(start: answers.Start) -> Written:
    return Written(
        sender=start.sender,
        to=answers.listed(start.to),
        cc=answers.listed(start.cc),
        bcc=answers.listed(start.bcc),
        subject=start.subject,
        text=start.body,
        html=start.html,
    )


def carried_file(place: Source, file: Attachment, *, in_text: bool = False) -> DraftFile:
    """A file of another message; its octets come later."""
    return DraftFile(
        name=file.name[:255],
        type=file.type[:255],
        size=file.size,
        content_id=file.content_id[:255] if in_text else "",
        from_folder=place.folder,
        from_validity=place.validity,
        from_uid=place.uid,
        from_section=file.section,
    )


def whole_message(place: Source, fetched: FetchedMessage, shown: Reading) -> DraftFile:
    return DraftFile(
        name=clean_name(f"{shown.message.subject or _('Message')}.eml"),
        type="message/rfc822",
        size=fetched.size,
        from_folder=place.folder,
        from_validity=place.validity,
        from_uid=place.uid,
    )


def seal(beginning: Beginning) -> str:
    """For `unsealed`."""
    known = {
        "mode": beginning.mode,
        "in_reply_to": beginning.in_reply_to,
        "references": beginning.references,
        "source": _place(beginning.source),
        "replaces": _place(beginning.replaces),
        "files": [
            [str(file.pk), *(getattr(file, name) for name in SEALED), file.from_uid]
            for file in beginning.files
        ],
    }
    return signing.dumps(known, salt=SALT, compress=True)


def unsealed(sealed: str) -> Beginning:
    """As the page was given it; a page that cannot prove it is a missing one. Raises Http404."""
    try:
        known = signing.loads(sealed, salt=SALT)
    except signing.BadSignature as error:
        raise Http404("no such message") from error
    return Beginning(
        mode=known["mode"],
        in_reply_to=known["in_reply_to"],
        references=tuple(known["references"]),
        source=Source(*known["source"]) if known["source"] else None,
        replaces=Source(*known["replaces"]) if known["replaces"] else None,
        files=[_unsealed_file(*file) for file in known["files"]],
    )


def _place(source: Source | None) -> tuple[str, int, int] | None:
    return (source.folder, source.validity, source.uid) if source else None


def _unsealed_file(number: str, *values: Any) -> DraftFile:
    *known, uid = values
    return DraftFile(pk=UUID(number), from_uid=uid, **dict(zip(SEALED, known, strict=True)))
