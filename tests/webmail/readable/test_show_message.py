"""`manage.py show_message`: one line of JSON a file, whatever the files are."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

CORPUS = Path(__file__).parents[2] / "corpus" / "mime"


def show(*files: Path, own: str = "univ-lac.example") -> list[dict[str, Any]]:
    output = StringIO()
    call_command(
        "show_message", *map(str, files), own_domains=[own] if own else None, stdout=output
    )
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_files_are_shown_in_the_order_they_are_named() -> None:
    files = sorted(CORPUS.glob("00*.eml"), reverse=True)
    assert [shown["subject"] for shown in show(*files)] == [
        f"Essai D00{number}" for number in range(9, 0, -1)
    ]


def test_a_message_is_shown_with_all_its_fields() -> None:
    (shown,) = show(CORPUS / "006-mixed-alternative-related.eml")
    assert shown["from"] == [{"name": "Anne Dupont", "address": "anne.dupont@univ-lac.example"}]
    assert shown["reply_to"] == []
    assert shown["date"] == "2024-03-05T13:07:00Z"
    assert "colloque" in shown["text"]
    assert "<img" in shown["html"]
    assert shown["remote_images"] == 0
    assert shown["attachments"] == [
        {
            "name": "pièce jointe 1.png",
            "type": "image/png",
            "size": 74,
            "inline": True,
            "section": "1.2.2",
            "dangerous": False,
            "preview": "picture",
        },
        {
            "name": "budget 2024.pdf",
            "type": "application/pdf",
            "size": 129,
            "inline": False,
            "section": "2",
            "dangerous": False,
            "preview": "pdf",
        },
    ]
    assert shown["flags"]["external"] is False
    assert shown["flags"]["invite_method"] == ""
    assert shown["warn_links"] == []
    assert shown["error"] is None


def test_without_a_domain_the_academys_own_count(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_text("From: a@ac-normandie.fr\n\nBonjour")
    (shown,) = show(file, own="")
    assert shown["flags"]["external"] is False


def test_a_file_that_cannot_be_read_is_a_line_with_its_error(tmp_path: Path) -> None:
    missing, folder = tmp_path / "absent.eml", tmp_path
    last = CORPUS / "001-plain-simple.eml"
    lines = show(missing, folder, last)
    assert ["illisible" in (line["error"] or "") for line in lines] == [True, True, False]
    assert lines[2]["subject"] == "Essai D001"
    assert lines[0].keys() == lines[2].keys()


def test_a_deceiving_link_of_a_plain_message_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_text("From: a@b.fr\n\nVoir https://ac-normandle.fr/login et https://example.org/")
    (shown,) = show(file, own="ac-normandie.fr")
    assert shown["warn_links"] == ["https://ac-normandle.fr/login"]


def test_noise_is_shown_as_what_it_is(tmp_path: Path) -> None:
    for number, noise in enumerate((b"", b"\x00", bytes(range(256)) * 9, b"\n", b"\xff\xfe")):
        (tmp_path / f"{number}.eml").write_bytes(noise)
    lines = show(*sorted(tmp_path.glob("*.eml")))
    assert [line["error"] for line in lines] == [None] * 5


def test_a_bomb_says_that_not_all_is_shown() -> None:
    (shown,) = show(CORPUS / "027-multipart-bomb-200.eml")
    assert "niveaux" in shown["error"]


def test_a_line_stays_one_line_whatever_the_text_holds(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes("Subject: a\u2028b\n\nun\u2028deux\x85\x0ctrois\n".encode())
    output = StringIO()
    call_command("show_message", str(file), stdout=output)
    assert len(output.getvalue().splitlines()) == 1


@pytest.mark.parametrize("name", ["039-dsn-bounce.eml", "043-pgp-mime-encrypted.eml"])
def test_what_the_pane_says_above_a_message_is_printed(name: str) -> None:
    (shown,) = show(CORPUS / name)
    assert len(shown["notices"]) == 1


def test_what_the_pane_leads_to_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_text(
        "From: a@b.fr\nDisposition-Notification-To: a@b.fr\nList-Id: <liste.b.fr>\n"
        "List-Unsubscribe: <https://b.fr/x>\nIn-Reply-To: <1@b.fr>\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nVoir les documents pour la réunion "
        "de la semaine et les notes.\n--b\nContent-Type: text/calendar; method=REQUEST\n\n"
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Conseil\nDTSTART:20261124T160000Z\n"
        "END:VEVENT\nEND:VCALENDAR\n--b\nContent-Type: message/rfc822\n\nSubject: Dedans\n\nx\n--b\n"
        "Content-Type: application/octet-stream; name=a.exe\n\nMZ\n--b--\n"
    )
    (shown,) = show(file)
    assert shown["language"] == "fr"
    assert shown["receipt_to"] == [{"name": "", "address": "a@b.fr"}]
    assert (shown["list_id"], shown["unsubscribe"]["https"]) == ("liste.b.fr", "https://b.fr/x")
    assert shown["in_reply_to"] == ["1@b.fr"]
    assert shown["invitations"][0]["start"] == "2026-11-24T16:00:00Z"
    assert shown["enclosed"][0]["subject"] == "Dedans"
    told = {it["name"]: (it["preview"], it["dangerous"]) for it in shown["attachments"]}
    assert told["a.exe"] == (None, True)
    assert ("message", False) in told.values()
    assert shown["cautions"][0]["level"] == "warning"
