"""The composer: a page that works without JavaScript.

What comes is kept before anything else is looked at: a form that is refused has lost nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.composing.compose import Draft as Letter
from webmail.composing.send_later import OddMoment
from webmail.drafts import Beginning, Written, filing, limits
from webmail.drafts.letters import attachments
from webmail.errors import FileRefused, MailError, SpoolFull
from webmail.lists import panes
from webmail.models import Draft, Folder, OutgoingMessage, WritingHabits
from webmail.syntax.addresses import Address
from webmail.syntax.headers import CONTROLS
from webmail.views.composing import origins, sheets
from webmail.views.composing.attaching import CHOOSE, choose
from webmail.views.composing.colleagues import colleagues_context
from webmail.views.composing.departing import NOTHING_ASKED, Asked, departure_context
from webmail.views.composing.draft_files import (
    FILE_BUTTONS,
    change_files,
    file_lines,
    limits_told,
    with_spooled_files,
)
from webmail.views.composing.drafting import saved_label, stored_text
from webmail.views.composing.inserting import (
    INSERTIONS,
    inserted,
    insertion_context,
    with_senders_signature,
)
from webmail.views.composing.places import ALONE, in_its_place, layout_of, place_of
from webmail.views.composing.sheets import Sheet
from webmail.views.shell import shell_of
from webmail.writing import senders, sending, stationery
from webmail.writing.forms import MAX_SUBJECT, MAX_TEXT, ComposeForm
from webmail.writing.habits import font_css, habits_of, manner_of
from webmail.writing.senders import Sender
from webmail.writing.sending_limits import TooMany

HEADINGS = {
    "": gettext_lazy("Nouveau message"),
    "reply": gettext_lazy("Répondre"),
    "reply_all": gettext_lazy("Répondre à tous"),
    "forward": gettext_lazy("Transférer"),
    "enclose": gettext_lazy("Transférer en pièce jointe"),
    "as_new": gettext_lazy("Nouveau message"),
    "draft": gettext_lazy("Reprendre le brouillon"),
}
LATER = gettext_lazy(
    "Brouillon enregistré. La messagerie ne répond pas : il rejoindra le dossier Brouillons dès que possible."
)
FULL = gettext_lazy(
    "Votre boîte est pleine : le brouillon est gardé ici, mais il n’entre plus dans son dossier. "
    "Supprimez des messages et videz la corbeille, puis enregistrez-le de nouveau."
)
NO_ROOM = gettext_lazy(
    "Le serveur n’a plus de place pour garder ce message : rien n’est parti. Votre texte est toujours là : "
    "réessayez dans quelques minutes."
)
NOT_READ = gettext_lazy(
    "Les fichiers du message d’origine ne peuvent pas être lus pour l’instant. Votre texte est toujours "
    "là : réessayez, ou retirez ces fichiers."
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_place
@with_spooled_files
def write(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`?mode=reply&dossier=7&uid=42` answers a message; without a mode, the page is blank."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if request.method == "POST":
        return _submitted(request, chosen)
    known = _known_draft(request, chosen)
    if known is not None:
        return redirect("draft", chosen.pk, known.pk)
    origin = origins.asked_origin(request, chosen)
    written = origin.written if origin else _addressed(request)
    beginning = origin.beginning if origin else Beginning()
    return _page(
        request, sheets.blank(chosen, _signed(request, chosen, written, beginning), beginning)
    )


def _signed(
    request: SignedInRequest, chosen: Mailbox, written: Written, beginning: Beginning
) -> Written:
    """What is written anew begins with the signature of the address it is written from."""
    if beginning.mode in {"draft", "as_new"}:
        return written
    usual = senders.choices(request.user, chosen)
    signature = stationery.signature_of(
        chosen, written.sender or (usual[0].address if usual else "")
    )
    if signature is None:
        return written
    below = habits_of(request.user).place == WritingHabits.Place.BELOW
    return stationery.signed(written, signature, below=below)


def _addressed(request: SignedInRequest) -> Written:
    """``?a=addresses&objet=subject``, as a link to somebody's address says."""
    subject = CONTROLS.sub(" ", request.GET.get("objet", ""))
    is_rich = habits_of(request.user).is_rich
    return Written(
        to=CONTROLS.sub(" ", request.GET.get("a", "").replace("\0", ""))[:MAX_TEXT],
        subject=subject.replace("\0", "")[:MAX_SUBJECT],
        html="" if is_rich else None,
    )


@login_required
@require_safe
def write_to(request: SignedInRequest) -> HttpResponse:
    """The composer of one's own mailbox, for links from elsewhere."""
    composer = reverse("compose", args=[own_mailbox(request.user).pk])
    asked = {name: request.GET[name] for name in ("a", "objet") if name in request.GET}
    return redirect(f"{composer}?{urlencode(asked)}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_place
@with_spooled_files
def draft(request: SignedInRequest, mailbox_id: int, draft_id: UUID) -> HttpResponse:
    """A draft that was saved before."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if request.method == "POST":
        return _submitted(request, chosen)
    row = sheets.open_row(request, chosen, draft_id)
    if row.pk != draft_id:
        return redirect("draft", row.mailbox_id, row.pk)
    return _page(request, sheets.resumed(chosen, row))


def _known_draft(request: SignedInRequest, chosen: Mailbox) -> Draft | None:
    """The row whose copy in the Drafts folder is asked for."""
    asked = origins.asked_message(request, chosen)
    if asked is None or asked[0] != "draft":
        return None
    return origins.draft_in_folder(chosen, *asked[1:])


def _submitted(request: SignedInRequest, chosen: Mailbox) -> HttpResponse:
    posted = sheets.posted(request, chosen)
    posted = replace(posted, written=with_senders_signature(request, chosen, posted.written))
    sheet = sheets.kept(request, posted)
    if sheet.stored is not None:
        problems = change_files(request, sheet.stored)
        return _page(request, sheet, problems=problems, status=HTTPStatus.CONFLICT)
    if sheet.draft is None:
        return _told_sent(request, sheet.chosen)
    problems = change_files(request, sheet.draft)
    if problems or sheet.has_left or not FILE_BUTTONS.isdisjoint(request.POST):
        return _page(request, sheet, problems=problems)
    if not INSERTIONS.isdisjoint(request.POST):
        return _page(request, replace(sheet, written=inserted(request, sheet)))
    return _led_on(request, sheet, sheet.draft)


def _led_on(request: SignedInRequest, sheet: Sheet, row: Draft) -> HttpResponse:
    """To the messages one may attach, to the readers, or to the Drafts folder."""
    if CHOOSE in request.POST:
        return choose(request, row)
    if sending.is_asked(request.POST):
        return _send(request, sheet, row)
    return _rest(request, sheet)


def _told_sent(
    request: SignedInRequest,
    chosen: Mailbox,
    url: str = "",
    message: OutgoingMessage | None = None,
) -> HttpResponse:
    sending.tell(request, message)
    return redirect(url or reverse("mailbox", args=[chosen.pk]))


def _rest(request: SignedInRequest, sheet: Sheet) -> HttpResponse:
    """Put into its folder at once: that is where the writer goes next."""
    outcome = filing.file(sheet.draft_id)
    if outcome == filing.Outcome.FULL:
        return _page(request, sheet, problems=[str(FULL)])
    if outcome == filing.Outcome.LATER:
        messages.warning(request, str(LATER))
    else:
        messages.success(request, _("Brouillon enregistré."))
    folder = sheet.chosen.folders.filter(special_use=Folder.Use.DRAFTS).first()
    if folder is None:
        return redirect("mailbox", sheet.chosen.pk)
    return redirect("folder", sheet.chosen.pk, folder.pk)


def _send(request: SignedInRequest, sheet: Sheet, row: Draft) -> HttpResponse:
    form = ComposeForm(
        _data(request, sheet),
        senders=_as_addresses(senders.all_choices(request.user, sheet.chosen)),
    )
    if not form.is_valid():
        return _page(request, sheet, form)
    try:
        sheets.bring_files(request, row)
        limits.check_room(row, 0)  # a text that grew counts too
    except MailError:
        return _page(request, sheet, form, problems=[str(NOT_READ)])
    except FileRefused as refused:
        return _page(request, sheet, form, problems=[str(refused)])
    letter = replace(
        form.letter(row.in_reply_to, tuple(row.references.split()), attachments(row)),
        font=font_css(habits_of(request.user)),
        language=get_language() or "",
    )
    letter = stationery.with_footers(letter, request.user, sheet.chosen)
    return _leave(request, sheet, row, form, letter)


def _data(request: SignedInRequest, sheet: Sheet) -> dict[str, Any]:
    """The form as it came, which goes on where the save has left it."""
    fields = {"token": str(sheet.draft_id), "version": str(sheet.version)}
    known = {"body": sheet.written.text, "signed": sheet.written.sender}
    return request.POST.dict() | fields | known


def _leave(
    request: SignedInRequest, sheet: Sheet, row: Draft, form: ComposeForm, letter: Letter
) -> HttpResponse:
    """To the outbox, once the person has answered what is asked."""
    try:
        wishes = sending.wishes_of(request.POST)
        letter = sending.shaped(letter, wishes)
        questions = sending.open_questions(letter, row, request.POST)
        if questions:
            return _page(request, sheet, form, asked=Asked(questions, letter))
        message = sending.send(request, row, letter, wishes, sheets.digest(sheet.written))
    except OddMoment as error:
        return _page(request, sheet, form, moment_error=error.words)
    except TooMany as error:
        return _page(request, sheet, form, problems=[error.words])
    except SpoolFull:
        return _page(request, sheet, form, problems=[str(NO_ROOM)])
    filing.hint(row.pk)
    return _told_sent(request, sheet.chosen, _source_url(sheet.chosen, row), message)


def _source_url(chosen: Mailbox, row: Draft) -> str:
    """Of the message that is answered, while its folder is known; "" for another mailbox's."""
    if row.source_uid is None or row.source_in not in {None, chosen.pk}:
        return ""
    place = {"name": row.source_folder, "uid_validity": row.source_validity}
    folder = chosen.folders.filter(**place).first()
    return panes.message_url(folder, row.source_uid) if folder else ""


# --- the page ---------------------------------------------------------------------------------------


def _page(
    request: SignedInRequest,
    sheet: Sheet,
    form: ComposeForm | None = None,
    *,
    problems: Sequence[str] = (),
    status: int = HTTPStatus.OK,
    asked: Asked = NOTHING_ASKED,
    moment_error: str = "",
) -> HttpResponse:
    chosen, row = sheet.chosen, sheet.draft or sheet.stored
    offered = senders.all_choices(request.user, chosen)
    known = row.files.all() if row else sheet.beginning.files
    shell = shell_of(request, chosen.pk, Right.SEND)
    context = shell | {
        "form": form or ComposeForm(senders=_as_addresses(offered), initial=_initial(sheet)),
        "layout": layout_of(request),
        "place": place_of(request),
        "senders": sorted(offered, key=lambda it: (not it.is_own, it.group)),
        "writes_below": manner_of(habits_of(request.user)).writes_below,
        "recipients_url": reverse("recipients", args=[chosen.pk]),
        "people_url": reverse("completion", args=[chosen.pk]),
        "heading": HEADINGS[sheet.beginning.mode],
        "problems": problems,
        "attachments": file_lines(
            chosen, row.pk if row else sheet.draft_id, known, is_saved=row is not None
        ),
        "origin": "" if row else origins.seal(sheet.beginning),
        "limits": limits_told(),
        "draft_url": reverse("draft", args=[chosen.pk, sheet.draft_id]),
        "stored": stored_text(request, sheet.stored) if sheet.stored else None,
        "has_left": sheet.has_left,
        "saved_label": saved_label(sheet.draft) if sheet.draft else "",
        "action_url": _action_url(request, sheet),
        **insertion_context(chosen),
        **departure_context(request, asked, moment_error),
        **colleagues_context(request, sheet, shell["team"]),
        "cancel_url": (_source_url(chosen, row) if row else _asked_url(request, chosen)) or "/",
    }
    return render(request, "webmail/compose.html", context, status=status)


def _action_url(request: SignedInRequest, sheet: Sheet) -> str:
    """The page's own, unless the draft has gone to another mailbox meanwhile."""
    here = request.resolver_match.kwargs["mailbox_id"] if request.resolver_match else 0
    if here == sheet.chosen.pk:
        return request.get_full_path()
    url = reverse("draft", args=[sheet.chosen.pk, sheet.draft_id])
    return f"{url}?{ALONE}" if ALONE in request.GET else url


def _asked_url(request: SignedInRequest, chosen: Mailbox) -> str:
    asked = origins.asked_message(request, chosen)
    return panes.message_url(*asked[1:]) if asked else ""


def _initial(sheet: Sheet) -> dict[str, Any]:
    """What was written, however unfinished; the next save replaces what somebody else saved."""
    version = sheet.stored.version if sheet.stored else sheet.version
    fields = {"body": sheet.written.text, "token": sheet.draft_id, "version": version}
    return asdict(sheet.written) | fields


def _as_addresses(offered: Iterable[Sender]) -> list[Address]:
    return [Address(sender.name, sender.address) for sender in offered]
