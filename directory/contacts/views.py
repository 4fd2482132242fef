"""``/contacts/``: one's own address book. Somebody else's contact is a missing one."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from directory.contacts import cards, finding, keeping
from directory.contacts.cards import Card, Value
from directory.contacts.forms import MAX_CARD_TEXT, ContactForm, FileForm
from directory.contacts.keeping import BookFull
from directory.finding import words_of
from directory.models import Contact, ContactGroup

A_PAGE = 50
REMOVED = "removed_contact"  # of the session: the one that the next page offers to take back


@login_required
@never_cache
@require_safe
def contacts(request: SignedInRequest) -> HttpResponse:
    """Those of `?q=`, or of `?groupe=`, or all."""
    words = words_of(request.GET.get("q", ""))
    group = _group(request, request.GET["groupe"]) if request.GET.get("groupe") else None
    found = _in_group(finding.found(request.user, words), group)
    typed = " ".join(words)
    kept = {"q": typed} if typed else {"groupe": group.pk} if group else {}
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "groups": finding.groups_of(request.user),
        "group": group,
        "write_to": ", ".join(_addresses(found)) if group else "",
        "typed": typed,
        "query": f"{urlencode(kept)}&" if kept else "",
        "removed": request.session.pop(REMOVED, None),
    }
    return render(request, "directory/contacts.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    return _form_page(request, Card(name=""), None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: SignedInRequest, contact_id: int) -> HttpResponse:
    opened = _own(request, contact_id)
    return _form_page(request, keeping.card_of(opened), opened)


@login_required
@never_cache
@require_POST
def propose(request: SignedInRequest) -> HttpResponse:
    """« Ajouter aux contacts » beside a name: the form with it, or the contact that has this address."""
    name = words_joined(request.POST.get("nom", ""))[:200]
    address = words_joined(request.POST.get("adresse", ""))[:254]
    known = finding.with_address(request.user, [address]) if address else None
    if known is not None:
        messages.info(request, _("Cette adresse est déjà dans vos contacts."))
        return redirect("contact", known.pk)
    card = Card(name=name or address, addresses=(Value("EMAIL", address),) if address else ())
    context = {"form": _form(request, card, typed=False), "contact": None}
    return render(request, "directory/contact.html", context)


@login_required
@require_POST
def remove(request: SignedInRequest, contact_id: int) -> HttpResponse:
    gone = _own(request, contact_id)
    keeping.remove(gone)
    request.session[REMOVED] = {"id": gone.pk, "name": gone.name}
    return redirect("contacts")


@login_required
@require_POST
def take_back(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """Raises Http404 when it is somebody else's, or gone for good."""
    back = keeping.take_back(request.user, contact_id)
    if back is None:
        raise Http404("no such contact")
    messages.success(request, _("« %(name)s » est de nouveau dans vos contacts.") % {"name": back})
    return redirect("contacts")


@login_required
@require_POST
def group(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Gives the group another name, or with the field `supprimer` removes it, not its contacts."""
    chosen = _group(request, str(group_id))
    if "supprimer" in request.POST:
        chosen.delete()
        messages.success(request, _("Le groupe est supprimé ; ses contacts restent."))
        return redirect("contacts")
    name = words_joined(request.POST.get("nom", ""))[:100]
    others = ContactGroup.objects.filter(owner=request.user, name=name).exclude(pk=chosen.pk)
    if not name or others.exists():
        messages.error(request, _("Donnez au groupe un nom qu’aucun autre ne porte."))
    else:
        ContactGroup.objects.filter(pk=chosen.pk).update(name=name)
        messages.success(request, _("Le groupe a changé de nom."))
    return redirect(f"{reverse('contacts')}?groupe={chosen.pk}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """Many contacts from a file of vCards."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            brought = keeping.bring(request.user, form.cleaned_data["file"])
        except BookFull:
            form.add_error("file", _book_full())
        else:
            messages.success(request, _told(brought))
            _tell_left_out(request, form.cleaned_data["file"])
            return redirect("contacts")
    status = 422 if form.errors else 200
    return render(request, "directory/contacts_import.html", {"form": form}, status=status)


@login_required
@never_cache
@require_safe
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """All contacts, or those of `?groupe=`, as vCards."""
    chosen = _group(request, request.GET["groupe"]) if request.GET.get("groupe") else None
    found = _in_group(finding.contacts_of(request.user), chosen)
    answer = StreamingHttpResponse(_written(found), content_type="text/vcard; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="contacts.vcf"'
    return answer


@login_required
@never_cache
@require_POST
def card(request: SignedInRequest) -> HttpResponse:
    """A vCard from elsewhere (field `carte`): what it would add; with `ajouter`, its contacts."""
    text = request.POST.get("carte", "").replace("\0", "")
    offered = cards.read(text[:MAX_CARD_TEXT])[:A_PAGE]
    if len(text) > MAX_CARD_TEXT or not any(it.name for it in offered):
        messages.error(request, _("Cette fiche ne peut pas être lue : rien n’a été ajouté."))
        return redirect("contacts")
    if "ajouter" in request.POST:
        return _added(request, offered)
    offers = [_offer(request, it) for it in offered if it.name]
    adds = not all(it["is_nothing"] for it in offers)
    context = {"offers": offers, "adds": adds, "text": text}
    return render(request, "directory/card.html", context)


@login_required
@never_cache
@require_safe
def suggestions(request: SignedInRequest) -> JsonResponse:
    """Whom one may mean while an address is typed: ``[{name, address, about}]``, eight at most.

    A group has no address but ``members``, ``[{name, address}]``.
    """
    words = words_of(request.GET.get("q", ""))
    if not words:
        return JsonResponse([], safe=False)
    found = finding.found(request.user, words)[: finding.MOST_SUGGESTED]
    people = [
        {"name": it.name, "address": line.address, "about": it.organisation}
        for it in found
        for line in it.addresses.all()
    ]
    groups = [_suggested(request, it) for it in finding.groups_with(request.user, words)]
    wanted = [*(it for it in groups if it["members"]), *people]
    return JsonResponse(wanted[: finding.MOST_SUGGESTED], safe=False)


def words_joined(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _suggested(request: SignedInRequest, chosen: ContactGroup) -> dict[str, Any]:
    members = _in_group(finding.contacts_of(request.user), chosen)
    named = [
        {"name": it.name, "address": it.first_address}
        for it in members[: finding.MOST_MEMBERS]
        if it.first_address
    ]
    about = ngettext("Groupe, %(n)s personne", "Groupe, %(n)s personnes", len(named))
    return {
        "name": chosen.name,
        "address": "",
        "about": about % {"n": len(named)},
        "members": named,
    }


def _form(request: SignedInRequest, card: Card, *, typed: bool = True) -> ContactForm:
    data = request.POST if typed and request.method == "POST" else None
    return ContactForm(data, card, list(finding.groups_of(request.user)))


def _form_page(request: SignedInRequest, card: Card, opened: Contact | None) -> HttpResponse:
    form = _form(request, card)
    if request.method == "POST" and form.is_valid():
        card = form.written()
        try:
            saved = keeping.save(request.user, card, opened)
        except BookFull:
            form.add_error(None, _book_full())
        else:
            messages.success(request, _("« %(name)s » est enregistré.") % {"name": saved})
            _tell_left_out(request, [card])
            return redirect("contacts")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "contact": opened}
    return render(request, "directory/contact.html", context, status=status)


def _added(request: SignedInRequest, offered: list[Card]) -> HttpResponse:
    """Each completes the contact that has one of its addresses, or becomes a new one."""
    named = [it for it in offered if it.name]
    try:
        for it in named:
            known = _known(request, it)
            whole = keeping.completed(keeping.card_of(known), it) if known else it
            keeping.save(request.user, whole, known)
    except BookFull:
        messages.error(request, _book_full())
        return redirect("contacts")
    if len(named) == 1:
        said = _("« %(name)s » est dans vos contacts.") % {"name": named[0].name}
    else:
        said = _("%(n)s fiches sont dans vos contacts.") % {"n": len(named)}
    messages.success(request, said)
    _tell_left_out(request, named)
    return redirect("contacts")


def _offer(request: SignedInRequest, card: Card) -> dict[str, Any]:
    known = _known(request, card)
    after = keeping.completed(keeping.card_of(known), card) if known else card
    before = keeping.card_of(known) if known else Card(name="")
    return {
        "name": after.name,
        "known": known,
        "organisation": "" if before.organisation else after.organisation,
        "addresses": after.addresses[len(before.addresses) :],
        "phones": after.phones[len(before.phones) :],
        "note": "" if before.note else after.note,
        "is_nothing": after == before,
    }


def _known(request: SignedInRequest, card: Card) -> Contact | None:
    return finding.with_address(request.user, [it.text for it in card.addresses])


def _written(found: QuerySet[Contact]) -> Iterator[str]:
    for it in found.iterator(chunk_size=200):
        yield cards.written(keeping.card_of(it))


def _addresses(found: QuerySet[Contact]) -> list[str]:
    return [it.first_address for it in found[: finding.MOST_MEMBERS] if it.first_address]


def _in_group(found: QuerySet[Contact], chosen: ContactGroup | None) -> QuerySet[Contact]:
    return found if chosen is None else found.filter(groups=chosen)


def _own(request: SignedInRequest, contact_id: int) -> Contact:
    """Raises Http404."""
    return get_object_or_404(finding.contacts_of(request.user), pk=contact_id)


def _group(request: SignedInRequest, asked: str) -> ContactGroup:
    """Raises Http404."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404("no such group")
    return get_object_or_404(ContactGroup, pk=asked, owner=request.user)


def _told(brought: keeping.Brought) -> str:
    counted = (
        (
            brought.added,
            ngettext("%(n)s contact ajouté.", "%(n)s contacts ajoutés.", brought.added),
        ),
        (
            brought.completed,
            ngettext("%(n)s était déjà là.", "%(n)s étaient déjà là.", brought.completed),
        ),
        (
            brought.unusable,
            ngettext(
                "%(n)s fiche sans nom est laissée de côté.",
                "%(n)s fiches sans nom sont laissées de côté.",
                brought.unusable,
            ),
        ),
    )
    told = [sentence % {"n": number} for number, sentence in counted if number]
    return " ".join(told) or _("Aucun contact ajouté.")


def _tell_left_out(request: SignedInRequest, cards: Iterable[Card]) -> None:
    left = keeping.left_out(request.user, cards)
    if left.shortened:
        words = ngettext(
            "%(n)s fiche est trop longue : ses plus grandes pièces (photographie, son) ne sont pas gardées.",
            "%(n)s fiches sont trop longues : leurs plus grandes pièces (photographie, son) ne sont pas gardées.",
            left.shortened,
        )
        messages.warning(request, words % {"n": left.shortened})
    if left.groups:
        words = ngettext(
            "%(n)s groupe n’a pas été créé : vous en avez déjà %(most)s, autant qu’il se peut.",
            "%(n)s groupes n’ont pas été créés : vous en avez déjà %(most)s, autant qu’il se peut.",
            left.groups,
        )
        messages.warning(request, words % {"n": left.groups, "most": keeping.MOST_GROUPS})


def _book_full() -> str:
    return _("Vous avez déjà %(n)s contacts, autant qu’il se peut : supprimez-en d’abord.") % {
        "n": keeping.MOST_CONTACTS
    }
