"""Where folders stand among each other, and how far in."""

from webmail.lists.folder_order import in_order, placed
from webmail.models import Folder

Use = Folder.Use


def folder(name: str, use: str = "", delimiter: str = "/") -> Folder:
    return Folder(name=name, special_use=use, delimiter=delimiter)


def names(*folders: Folder) -> list[str]:
    return [it.name for it in in_order(folders)]


def test_special_folders_come_first_in_their_usual_order() -> None:
    mine = folder("Absences")
    trash, inbox = folder("Trash", Use.TRASH), folder("INBOX", Use.INBOX)
    assert names(mine, trash, inbox) == ["INBOX", "Trash", "Absences"]
    assert [it.is_own for it in placed([mine, trash, inbox])] == [False, False, True]


def test_what_lies_in_a_folder_follows_it_at_once() -> None:
    shown = names(folder("Projet 2026"), folder("Projet/Budget"), folder("Projet"))
    assert shown == ["Projet", "Projet/Budget", "Projet 2026"]


def test_what_lies_in_a_special_folder_stays_with_it() -> None:
    inside, mine = folder("Archives/2024"), folder("Absences")
    archive, trash = folder("Archives", Use.ARCHIVE), folder("Trash", Use.TRASH)
    shown = placed([inside, mine, trash, archive])
    assert [it.folder for it in shown] == [archive, inside, trash, mine]
    assert [it.is_own for it in shown] == [False, False, False, True]


def test_where_everything_lies_in_the_inbox_a_persons_folders_are_still_their_own() -> None:
    inbox, sent = folder("INBOX", Use.INBOX, "."), folder("INBOX.Sent", Use.SENT, ".")
    mine, inside = folder("INBOX.Classes", delimiter="."), folder("INBOX.Sent.2024", delimiter=".")
    shown = placed([mine, inside, sent, inbox])
    assert [it.folder for it in shown] == [inbox, sent, inside, mine]
    assert shown[-1].is_own


def test_neither_case_nor_accents_count() -> None:
    assert names(folder("Zoé"), folder("Étoile"), folder("emploi")) == ["emploi", "Étoile", "Zoé"]


def test_a_folder_ten_deep_stands_as_far_in_as_one_three_deep() -> None:
    steps = [folder("/".join("abcdefghij"[:depth])).step for depth in range(1, 11)]
    assert steps == [0, 1, 2, 3, 3, 3, 3, 3, 3, 3]
    assert folder("a/b").indented == "\N{NO-BREAK SPACE}" * 3 + "b"
