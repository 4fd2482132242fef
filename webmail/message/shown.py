"""Which parts of a message are read, which stand in the text as pictures, and which are offered as
attachments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from webmail.message.structure import Part

MAX_SHOWN_OCTETS = 16 << 20
MAX_SHOWN_PARTS = 500
MAX_UNPACKED_OCTETS = 64 << 20

REPORT_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
    }
)
CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
SIGNATURE_TYPES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
RESOURCE_FORK = "application/applefile"
# Text by name only: data that belongs to another program.
NOT_PROSE = CALENDAR_TYPES | frozenset(
    {
        "text/csv",
        "text/css",
        "text/directory",
        "text/javascript",
        "text/rfc822-headers",
        "text/rtf",
        "text/tab-separated-values",
        "text/vcard",
        "text/x-amp-html",
        "text/x-vcard",
        "text/xml",
    }
)
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
ENRICHED_TYPES = frozenset({"text/enriched", "text/richtext"})
# Second versions of the text, for programs and devices that Pli is not.
OTHER_DEVICES = ENRICHED_TYPES | {"text/x-amp-html", "text/watch-html"}


class Role(Enum):
    """What becomes of a part."""

    TEXT = "read in place"
    OFFERED = "offered as an attachment"
    TNEF = "opened: winmail.dat"
    SMIME = "opened: an S/MIME shell"
    UNREADABLE = "a multipart whose parts could not be found"


@dataclass
class Plan:
    """What to do with each part. `steps` are in the order of the message."""

    steps: list[tuple[Role, Part]] = field(default_factory=list)
    invitations: list[Part] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    enclosed: list[Part] = field(default_factory=list)  # messages; they are offered too
    signed: str = ""  # "smime", "pgp" or ""
    encrypted: str = ""
    is_cut: bool = False
    texts: int = 0
    text_octets: int = 0

    @property
    def sections(self) -> list[str]:
        """What must be fetched before the message can be read, attachments excluded: one round
        trip.
        """
        opened = [part for role, part in self.steps if role is not Role.OFFERED]
        return list(
            dict.fromkeys(part.section for part in [*opened, *self.invitations, *self.reports])
        )

    def take(self, role: Role, part: Part) -> None:
        self.steps.append((role, part))
        if role is Role.TEXT:
            self.texts += 1
            self.text_octets += part.size


def choose(tree: Part) -> Plan:
    """The plan for a message whose body is `tree`. Enclosed messages are not entered."""
    plan = Plan()
    _place(tree, plan)
    return plan


def _place(part: Part, plan: Plan) -> None:
    if part.is_multipart:
        _place_multipart(part, plan)
    elif part.is_cut_off:
        plan.is_cut = True
    elif part.type in REPORT_TYPES:
        plan.reports.append(part)
    elif part.is_message:
        plan.enclosed.append(part)
        plan.take(Role.OFFERED, part)
    elif part.type == "text/plain" and not part.size and not part.is_attached and not part.filename:
        return
    elif _is_prose(part, plan):
        plan.take(Role.TEXT, part)
    else:
        _place_data(part, plan)


def _place_multipart(part: Part, plan: Plan) -> None:
    if not part.children:
        plan.take(Role.UNREADABLE, part)
    elif part.type == "multipart/alternative":
        _place_alternatives(part, plan)
    elif part.type == "multipart/signed":
        _place_signed(part, plan)
    elif part.type == "multipart/encrypted":
        plan.encrypted = plan.encrypted or "pgp"
        _place_all(
            (child for child in part.children if child.type != "application/pgp-encrypted"), plan
        )
    elif part.type == "multipart/appledouble":
        # The other part is for Macintosh file systems only (RFC 1740).
        _place_all((child for child in part.children if child.type != RESOURCE_FORK), plan)
    elif part.type == "multipart/related":
        root = _related_root(part)
        _place(root, plan)
        _place_all((child for child in part.children if child is not root), plan)
    else:
        _place_all(part.children, plan)


def _place_all(parts: Iterable[Part], plan: Plan) -> None:
    for part in parts:
        _place(part, plan)


def _place_alternatives(part: Part, plan: Plan) -> None:
    ranks = [_rank(child) for child in part.children]
    best = max(ranks)
    if best == 0:
        _place_all(part.children, plan)
        return
    chosen = len(ranks) - 1 - ranks[::-1].index(best)
    for at, child in enumerate(part.children):
        if at == chosen:
            _place(child, plan)
        else:
            _place_unread(child, plan)


def _rank(part: Part) -> int:
    """3 for what holds HTML, 2 plain text, 1 another text, 0 nothing to read; the later of two
    equals is preferred.
    """
    if part.is_multipart:
        return max((_rank(child) for child in part.children), default=0)
    if part.is_attached or not part.size or part.type in NOT_PROSE:
        return 0
    if part.type in OTHER_DEVICES:
        return 1
    if part.type in HTML_TYPES:
        return 3
    return 2 if part.type == "text/plain" else int(part.type.startswith("text/"))


def _place_unread(part: Part, plan: Plan) -> None:
    """An alternative that is not shown may hold files; its text and its pictures are not among them."""
    for leaf in part.walk():
        if leaf.type in CALENDAR_TYPES and not leaf.is_attached:
            plan.invitations.append(leaf)
        elif not (leaf.is_multipart or _is_other_version(leaf)):
            _place(leaf, plan)


def _is_other_version(leaf: Part) -> bool:
    """Says what the shown alternative says."""
    is_text = leaf.type.startswith("text/") and leaf.type not in NOT_PROSE - OTHER_DEVICES
    is_picture = leaf.type.startswith("image/") and bool(leaf.content_id)
    return (is_text and not leaf.is_attached) or is_picture


def _place_signed(part: Part, plan: Plan) -> None:
    protocol = part.params.get("protocol", "") or part.children[-1].type
    plan.signed = plan.signed or ("pgp" if "pgp" in protocol.lower() else "smime")
    _place(part.children[0], plan)
    _place_all((child for child in part.children[1:] if child.type not in SIGNATURE_TYPES), plan)


def _related_root(part: Part) -> Part:
    """The part that the others belong to (RFC 2387, 3.2): named, else the first to read."""
    start = part.params.get("start", "").strip("<> ")
    named = (child for child in part.children if start and child.content_id == start)
    readable = (child for child in part.children if _rank(child) > 0)
    return next(named, None) or next(readable, part.children[0])


def _is_prose(part: Part, plan: Plan) -> bool:
    """Text to read in place; a named text after the first is a file that someone attached."""
    is_text = part.type.startswith("text/") or part.type in HTML_TYPES
    if not is_text or part.is_attached or part.type in NOT_PROSE:
        return False
    if plan.texts and plan.text_octets + part.size > MAX_SHOWN_OCTETS:
        return False
    if plan.texts >= MAX_SHOWN_PARTS:
        return False
    return not part.filename or not plan.texts


def _place_data(part: Part, plan: Plan) -> None:
    name = part.filename.lower()
    if part.type in CALENDAR_TYPES or name.endswith(".ics"):
        plan.invitations.append(part)
    if part.type in SMIME_TYPES or name.endswith(".p7m"):
        _note_protection(part, plan)
        plan.take(Role.SMIME if part.size < MAX_UNPACKED_OCTETS else Role.OFFERED, part)
    elif (part.type in TNEF_TYPES or name == "winmail.dat") and part.size < MAX_UNPACKED_OCTETS:
        plan.take(Role.TNEF, part)
    else:
        plan.take(Role.OFFERED, part)


def _note_protection(part: Part, plan: Plan) -> None:
    kind = part.params.get("smime-type", "").lower()
    if kind in {"enveloped-data", "authenveloped-data"}:
        plan.encrypted = plan.encrypted or "smime"
    elif kind == "signed-data":
        plan.signed = plan.signed or "smime"
