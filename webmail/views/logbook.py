"""``/mina/boites/<id>/journal/``: who did what in a mailbox, for those who manage it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.csv_files import csv_file
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from audit import journal as audit_journal
from audit.events import Event
from mailboxes import logbook as keeping
from mailboxes.delegating import telling
from mailboxes.logbook import Which
from mailboxes.models import Deed, LogbookEntry, Mailbox
from webmail.access import Right, mailbox_for
from webmail.acting import actions
from webmail.acting.acts import Part
from webmail.imap import UidSet
from webmail.logbook import export, figures, rows
from webmail.logbook.search import SearchForm, find, page_after
from webmail.models import Folder, IndexedMessage
from webmail.sync import freshness
from webmail.views.browsing.acting import do


@login_required
@require_safe
def logbook(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`avant`: the entry after which the page goes on."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    form = SearchForm(request.GET, mailbox=chosen)
    context: dict[str, object] = {"mailbox": chosen, "form": form}
    if not form.is_valid():
        return render(request, "mailboxes/logbook.html", context, status=400)
    last = _number(request.GET.get("avant", ""))
    entries, more = page_after(find(chosen, form.search), chosen, last)
    context |= {
        "rows": rows.rows_of(chosen, entries),
        "query": form.query,
        "is_first": last is None,
        "older_than": more,
        "conversation": form.search.conversation,
    }
    return render(request, "mailboxes/logbook.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@login_required
@require_POST
def as_csv(request: SignedInRequest, mailbox_id: int) -> HttpResponseBase:
    """What the search finds; this too stands in the logbook."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    form = SearchForm(request.POST, mailbox=chosen)
    if not form.is_valid():
        context = {"mailbox": chosen, "form": form}
        return render(request, "mailboxes/logbook.html", context, status=400)
    audit_journal.record(
        Event.LOGBOOK_EXPORTED,
        actor=request.user.party,
        origin=origin_of(request),
        reason=chosen.address,
        flow=telling.flow_of(chosen),
    )
    keeping.note(chosen, request.user, keeping.Act(Deed.EXPORTED), [Which("")])
    name = f"historique-{timezone.localtime():%Y-%m-%d}.csv"
    return csv_file(export.lines(find(chosen, form.search)), name)


@login_required
@require_POST
def restore(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Field `entree`: a message that was put into the bin goes back to where it was."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    entry = get_object_or_404(
        LogbookEntry,
        pk=_number(request.POST.get("entree", "")) or 0,
        mailbox=chosen,
        deed=Deed.DELETED,
    )
    freshness.require_writable(chosen)
    lost = rows.in_the_bin(rows.copies_of(chosen, [entry]).get(entry.message_id, []))
    if lost is None:
        messages.warning(request, _("Ce message n’est plus dans la corbeille."))
    else:
        do(request, chosen, [_back(chosen, entry, lost)])
        messages.success(request, _("Le message est restauré."))
    return redirect(f"{request.path.removesuffix('restaurer/')}?{_search_of(request.POST)}")


def _back(chosen: Mailbox, entry: LogbookEntry, lost: IndexedMessage) -> Part:
    """To the folder it came from, else to the inbox."""
    before = Folder.objects.filter(mailbox=chosen, name=entry.folder, selectable=True)
    home = before.exclude(special_use=Folder.Use.TRASH).first()
    name, argument = (actions.MOVE, home.pk) if home else ("inbox", 0)
    lost.folder.mailbox = chosen
    return Part(lost.folder, actions.change(lost.folder, name, argument), UidSet.of([lost.uid]))


def _search_of(posted: QueryDict) -> str:
    """The page one was on, as its own address says it."""
    kept = QueryDict(mutable=True)
    kept.update(QueryDict(posted.get("recherche", "")[:500]))
    return kept.urlencode()


@login_required
@require_safe
def activity(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """The mailbox in figures: what comes and goes, how soon it is answered, what waits."""
    chosen = mailbox_for(request.user, mailbox_id, Right.MANAGE)
    context = {"mailbox": chosen, "figures": figures.figures_of(chosen)}
    return render(request, "mailboxes/activity.html", context)
