"""vCards of every kind: what is read of them, and that nothing is lost on the way back."""

import pytest

from directory.contacts import cards
from directory.contacts.cards import Value

PHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
N:Dupont;Anne;Marie;Mme;
FN:Mme Anne Marie Dupont
ORG:Collège Jean Moulin;Direction
TITLE:Principale
item1.EMAIL;type=INTERNET;type=pref:Anne.Dupont@ac-normandie.fr
item1.X-ABLabel:_$!<Work>!$_
EMAIL;type=INTERNET;type=HOME:anne@example.org
TEL;type=CELL;type=VOICE:06 12 34 56 78
NOTE:Rappeler le matin\\, jamais\\nle mercredi.
CATEGORIES:Chefs d’établissement,Rouen\\, rive gauche
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/
 2wBDAAMCAgICAgMCAgIDAwMDBAYE
UID:ABC-123
END:VCARD
"""
OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;Zo=C3=A9\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=A9 Lef=\r\n=C3=A8vre\r\nTEL;HOME;VOICE:02 32 00 00 00\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:=E9t=E9=0D=0Ahiver\r\n"
    "PHOTO;JPEG;BASE64:\r\n /9j/4AAQ\r\n SkZJRg==\r\n\r\nEMAIL;INTERNET:zoe@example.org\r\nEND:VCARD\r\n"
)


def test_a_card_of_a_telephone_says_all_that_a_person_wants_to_see() -> None:
    (card,) = cards.read(PHONE)
    assert card.name == "Mme Anne Marie Dupont"
    assert card.organisation == "Collège Jean Moulin – Direction"
    assert [it.text for it in card.addresses] == ["Anne.Dupont@ac-normandie.fr", "anne@example.org"]
    assert card.phones == (Value("TEL;type=CELL;type=VOICE", "06 12 34 56 78"),)
    assert card.note == "Rappeler le matin, jamais\nle mercredi."
    assert card.groups == ("Chefs d’établissement", "Rouen, rive gauche")
    assert card.uid == "ABC-123"


def test_what_no_field_shows_goes_out_again() -> None:
    (card,) = cards.read(PHONE)
    written = cards.written(card)
    assert cards.read(written) == [card]
    for line in ("TITLE:Principale", "item1.X-ABLabel:_$!<Work>!$_", "N:Dupont;Anne;Marie;Mme;"):
        assert f"{line}\r\n" in written
    assert (
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYE"
        in (written.replace("\r\n ", ""))
    )
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))


def test_an_old_card_is_respelt() -> None:
    (card,) = cards.read(OLD)
    assert (card.name, card.note, card.version) == ("Zoé Lefèvre", "été\nhiver", "3.0")
    assert card.phones == (Value("TEL;TYPE=HOME;TYPE=VOICE", "02 32 00 00 00"),)
    assert card.addresses == (Value("EMAIL;TYPE=INTERNET", "zoe@example.org"),)
    assert "PHOTO;TYPE=JPEG;ENCODING=b:/9j/4AAQSkZJRg==" in card.kept
    assert "N:Lefèvre;Zoé" in card.kept
    assert cards.read(cards.written(card)) == [card]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("N:Dupont;Anne", "Anne Dupont"),
        ("ORG:Rectorat", "Rectorat"),
        ("EMAIL:a@example.org", "a@example.org"),
        ("TEL:06", ""),
        ("FN:  Anne   \\n Dupont ", "Anne Dupont"),
    ],
)
def test_a_card_has_the_best_name_there_is(lines: str, name: str) -> None:
    (card,) = cards.read(f"BEGIN:VCARD\n{lines}\nEND:VCARD")
    assert card.name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour",
        "BEGIN:VCARD\nFN:x",
        "BEGIN:VCALENDAR\nEND:VCALENDAR",
        "\x00" * 1000,
        ":;" * 9000,
    ],
)
def test_what_is_no_card_is_passed_over(text: str) -> None:
    assert cards.read(text) == []


def test_a_card_inside_a_card_is_kept_whole() -> None:
    inner = "BEGIN:VCARD\nFN:Dedans\nEND:VCARD"
    (card,) = cards.read(f"BEGIN:VCARD\nFN:Dehors\nAGENT:\n{inner}\nEND:VCARD")
    assert card.name == "Dehors"
    assert "FN:Dedans" in card.kept
    assert card.kept.count("BEGIN:VCARD") == card.kept.count("END:VCARD") == 1


def test_a_kind_is_changed_without_losing_the_others() -> None:
    head = 'item1.TEL;type=CELL,VOICE;X-A="b;c"'
    changed = cards.with_type(head, "work", {"cell", "home", "work"})
    assert changed == 'item1.TEL;TYPE=WORK;TYPE=VOICE;X-A="b;c"'
    assert cards.types_of(changed) == {"work", "voice"}
