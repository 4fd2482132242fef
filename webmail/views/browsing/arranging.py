"""The page where one puts the mailboxes beside one's own in order."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from webmail import announcing
from webmail.access import Right, own_mailbox
from webmail.lists import arranging, beside
from webmail.lists.beside import MOST_TOGETHER
from webmail.lists.list_address import OddAddress, number
from webmail.views.shell import shell_of

STEPS = {"monter": -1, "descendre": 1}
MOST_ROWS = 5000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: SignedInRequest) -> HttpResponse:
    """Fields `ordre`, `montrer` and `ensemble` (mailboxes, several each), and the button pressed."""
    boxes = beside.beside(request.user)
    if request.method == "POST":
        try:
            _keep(request, boxes)
        except OddAddress as error:
            raise Http404("no such mailbox") from error
        return redirect("arrange_mailboxes")
    context = shell_of(request, own_mailbox(request.user).pk, Right.MANAGE)
    page = {"boxes": boxes, "most": MOST_TOGETHER, "too_many": _are_too_many(boxes)}
    return render(request, "webmail/arrange.html", context | page)


def _keep(request: SignedInRequest, boxes: list[beside.Beside]) -> None:
    """Raises OddAddress."""
    post = request.POST
    arranged = arranging.ordered(boxes, _numbers(post.getlist("ordre")))
    pressed = next((name for name in STEPS if name in post), None)
    if pressed is not None:
        arranged = arranging.moved(arranged, number(post[pressed]), STEPS[pressed])
    shown, together = _numbers(post.getlist("montrer")), _numbers(post.getlist("ensemble"))
    arranging.keep(request.user, arranged, set(shown), set(together))
    announcing.announce_doubt(request.user.pk)
    if pressed is None:
        messages.success(request, _("Vos boîtes sont rangées."))


def _numbers(texts: Iterable[str]) -> list[int]:
    """Raises OddAddress."""
    return [number(text) for text in list(texts)[:MOST_ROWS]]


def _are_too_many(boxes: Iterable[beside.Beside]) -> bool:
    return sum(box.is_together for box in boxes) > MOST_TOGETHER
