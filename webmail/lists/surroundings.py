"""What stands around every page of a mailbox, in one query behind its gate."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from accounts.agents import announcements
from accounts.agents.announcements import Banner, banner_from
from accounts.models import User
from config.prepared import Prepared
from mailboxes.delegating import standing
from mailboxes.gate import MAILBOX, NOW, PERSON
from mailboxes.models import Delegation, Mailbox
from mailboxes.models.mailboxes import with_address
from webmail import outbox
from webmail.access import Right, mailbox_for
from webmail.acting import acts
from webmail.lists import labels
from webmail.lists.labels import LabelTag
from webmail.lists.list_address import ListAddress, View
from webmail.models import Act, Folder, MailboxIndex, Preferences
from webmail.team import notices, people
from webmail.team.people import Team


@dataclass(frozen=True)
class Unfinished:
    """What a worker still does to many messages, or had to give up lately."""

    done: int
    total: int
    failed: bool


@dataclass(frozen=True)
class Surroundings:
    mailbox: Mailbox
    right: Right  # of the signed-in person
    labels: list[LabelTag]
    in_transit: int  # messages on their way out
    preferences: Preferences
    index: MailboxIndex | None  # None: no page ever showed this mailbox
    unfinished: Unfinished | None
    banner: Banner | None  # what administrators tell everyone
    has_others: bool  # mailboxes that were delegated to the signed-in person
    team: Team | None  # who uses the mailbox together; None where only its owner does
    calls: int  # of colleagues, which the person has not looked at

    def label(self, label_id: int) -> LabelTag | None:
        return next((label for label in self.labels if label.id == label_id), None)

    def view(self, address: ListAddress) -> View:
        return view_of(address, self.preferences)


def view_of(address: ListAddress, preferences: Preferences) -> View:
    """The address's own, else the person's; what is found in all folders are messages."""
    if address.everywhere:
        return View.MESSAGES
    return address.view or (View.CONVERSATIONS if preferences.by_conversation else View.MESSAGES)


def _with_all(opened: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """A mailbox with what stands around its pages, for the gate."""
    others = Delegation.objects.filter(standing.in_effect(at=NOW), person=PERSON)
    wanted = opened.select_related("owner__agent", "owner__mail_preferences", "mail_index")
    return with_address(wanted).annotate(
        level=standing.level_in_outer_mailbox(PERSON, at=NOW),
        has_others=Exists(others),
        labels_json=labels.as_json(),
        in_transit=outbox.in_transit_of_outer_mailbox(),
        unfinished=acts.unfinished_of_outer_mailbox(),
        announced=announcements.as_json(),
        team_json=people.as_json(NOW),
        calls=notices.unseen_by(PERSON),
    )


def _folders() -> QuerySet[Folder]:
    return Folder.objects.filter(mailbox=MAILBOX)


FOLDERS = Prepared(_folders)


def folders_of(mailbox: Mailbox) -> list[Folder]:
    return FOLDERS.rows(mailbox=mailbox.pk)


def surroundings_for(user: User, mailbox_id: int, right: Right) -> Surroundings:
    """One query. Raises Http404, as the gate does."""
    mailbox = mailbox_for(user, mailbox_id, right, _with_all)
    found: dict[str, Any] = mailbox.__dict__
    mailbox.address = found["primary_address"]
    return Surroundings(
        mailbox,
        Right.MANAGE if mailbox.owner == user else Right(found["level"]),
        labels.from_json(found["labels_json"]),
        found["in_transit"] or 0,
        preferences_of(_known(user, mailbox.owner)),
        getattr(mailbox, "mail_index", None),
        _unfinished(found["unfinished"]),
        banner_from(found["announced"]),
        found["has_others"],
        people.team_of(mailbox, found["team_json"], user),
        found["calls"],
    )


def _unfinished(found: dict[str, Any] | None) -> Unfinished | None:
    if found is None:
        return None
    return Unfinished(found["done"], found["total"], found["state"] == Act.State.FAILED)


def _known(user: User, owner: User | None) -> User:
    """The signed-in person; when the mailbox is theirs, with what came with its owner."""
    if owner is None or owner != user:
        return user
    agent = getattr(owner, "agent", None)
    if agent is not None:
        user.agent = agent
    return owner


def preferences_of(person: User) -> Preferences:
    """What the person chose, or what nobody needs to choose."""
    return getattr(person, "mail_preferences", None) or Preferences(person=person)
