"""Where a conversation of a shared mailbox stands: one of three IMAP keywords, or none. Pure.

The names are fixed (docs/team.md): a mail program that knows them shows them, any other keeps them.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """As addresses name it."""

    TODO = "a-traiter"
    DOING = "en-cours"
    DONE = "traite"


KEYWORDS = {
    State.TODO: "pli-a-traiter",
    State.DOING: "pli-en-cours",
    State.DONE: "pli-traite",
}
# What the buttons are called, in forms and in acts.
ACTIONS = {"todo": State.TODO, "doing": State.DOING, "handled": State.DONE}
CLEAR = "no-state"
LABELS: dict[State, Promise] = {
    State.TODO: _("À traiter"),
    State.DOING: _("En cours"),
    State.DONE: _("Traité"),
}
STYLES = {State.TODO: "warn", State.DOING: "info", State.DONE: "ok"}


@dataclass(frozen=True)
class StateTag:
    """A state as the pages draw it; `action` sets it."""

    state: State
    action: str
    label: str
    style: str


def tag(state: State) -> StateTag:
    action = next(name for name, meant in ACTIONS.items() if meant is state)
    return StateTag(state, action, str(LABELS[state]), STYLES[state])


def tags() -> list[StateTag]:
    """All, in the order of the work."""
    return [tag(state) for state in State]


def of(keywords: str) -> State | None:
    """By the keywords of a row of the index. Of two, the one that leaves more to do."""
    if "pli-" not in keywords.lower():
        return None
    there = keywords.lower().split()
    return next((state for state in State if KEYWORDS[state] in there), None)
