"""A letter as paper and as a file: what the window shows, what a screen reader finds."""

import io
from collections.abc import Iterator
from datetime import date

import pypdf
import pypdfium2
import pytest

from accounts.sealed.numen import read_numen
from accounts.secrets import Code
from activation.codes import check_character, in_groups
from activation.letters.pdf import Contact, Letterhead, LetterText, pdf_of
from tests.activation.reading import pages_of

POINTS_A_MM = 72 / 25.4
PAPER_HEIGHT = 297
# All that the window of the envelope can show, wherever the letter has slipped: mm from the left
# and from the top. And what it shows for sure.
SEEN_AT_MOST = (90, 34, 200, 90)
SEEN_FOR_SURE = (100, 45, 190, 79)
PRINTABLE_BOTTOM = 8  # mm that printers leave white

HEAD = Letterhead(
    title="Lettres d’activation, lot 12, fichier 1",
    academy="Académie de Normandie",
    service="Messagerie",
    sender=("Rectorat de Normandie", "168, rue Caponière", "14061 Caen Cedex"),
    written_on=date(2027, 3, 1),
)


def code(drawn: str = "BCDFGHJKLMNP") -> Code:
    return Code(drawn + check_character(drawn))


def letter(**other: object) -> LetterText:
    fields: dict[str, object] = {
        "reference": "12-37",
        "name": "Camille Lefèvre",
        "address": ("Camille Lefèvre", "12 RUE DES LILAS", "76000 ROUEN"),
        "numen": read_numen("17E9876543ABC"),
        "code": code(),
        "login": "camille.lefevre",
        "until": date(2027, 3, 31),
        "page_url": "https://webmail.ac-normandie.fr/activation/",
        "contacts": (Contact("Collège Jean Moulin, Rouen", ("02 35 00 00 00",)),),
    }
    return LetterText(**{**fields, **other})  # type: ignore[arg-type]  # checked by what is printed


LONG = letter(
    name="Marie-Françoise-Élisabeth " * 3 + "de La Rochefoucauld-Montmorency d’Aubigné",
    address=(
        "Marie-Françoise-Élisabeth " * 3 + "de La Rochefoucauld-Montmorency d’Aubigné",
        "s/c Lycée général et technologique Gustave Flaubert, section internationale de Normandie",
        "BATIMENT DES CORDELIERS ENTREE PAR LA COUR DU CLOITRE ESCALIER QUATRE",
        "1 RUE ALBERT DUPUIS ZONE INDUSTRIELLE DU GRAND QUEVILLY",
        "76000 ROUEN CEDEX 1",
        "BELGIQUE",
    ),
    login="marie-francoise-elisabeth.de-la-rochefoucauld-montmorency-d-aub",
    contacts=tuple(
        Contact(f"{kind} {'Gustave Flaubert ' * 5}", ("02 35 00 00 00", f"{'x' * 50}@exemple.fr"))
        for kind in ("Lycée", "DSDEN")
    ),
)


def text_in(pdf: bytes, box: tuple[int, int, int, int]) -> str:
    """The words within ``box`` of the first page: mm from the left and from the top."""
    left, top, right, bottom = (side * POINTS_A_MM for side in box)
    height = PAPER_HEIGHT * POINTS_A_MM
    with pypdfium2.PdfDocument(pdf) as document:
        words = document[0].get_textpage()
        seen = words.get_text_bounded(left, height - bottom, right, height - top)
    # pdfium marks a hyphen at the end of a line so.
    return str(seen).replace("\x02", "-").replace("\r\n", "\n").strip()


def elements(pdf: bytes) -> Iterator[tuple[str, str]]:
    """The tags in reading order, each with what it says instead of an image."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).root_object
    yield from _elements(root["/StructTreeRoot"])


def _elements(node: object) -> Iterator[tuple[str, str]]:
    node = node.get_object() if isinstance(node, pypdf.generic.PdfObject) else node
    if isinstance(node, pypdf.generic.ArrayObject):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Alt", ""))
        yield from _elements(node.get("/K"))


@pytest.mark.parametrize("one", [letter(), LONG], ids=["short", "long"])
def test_the_window_shows_the_whole_address_and_nothing_else(one: LetterText) -> None:
    pdf = pdf_of(HEAD, [one])
    address = " ".join(one.address).split()
    assert text_in(pdf, SEEN_AT_MOST).split() == address
    assert text_in(pdf, SEEN_FOR_SURE).split() == address


@pytest.mark.parametrize("one", [letter(), LONG, letter(numen=None)], ids=["short", "long", "bare"])
def test_each_letter_fills_one_page_and_all_of_it_is_printable(one: LetterText) -> None:
    pdf = pdf_of(HEAD, [one, one])
    assert len(pages_of(pdf)) == 2
    printable = text_in(pdf, (0, 0, 210, PAPER_HEIGHT - PRINTABLE_BOTTOM))
    assert one.contacts[-1].lines[-1] in printable
    assert in_groups(one.code) in printable


def test_a_screen_reader_finds_title_language_headings_and_the_meaning_of_the_square() -> None:
    pdf = pdf_of(HEAD, [letter(), letter()])
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]) == "fr-FR"
    assert reader.metadata
    assert reader.metadata.title == HEAD.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    found = list(elements(pdf))
    kinds = [kind for kind, _alt in found]
    assert kinds.count("/H1") == 2
    assert kinds.count("/H2") == 4
    assert kinds.count("/LI") == 8
    assert [alt for kind, alt in found if kind == "/Figure"] == [
        "Code QR : ouvre la page d’activation et y écrit votre code."
    ] * 2


def test_the_square_and_the_words_say_the_same_code_and_day() -> None:
    page = pages_of(pdf_of(HEAD, [letter()]))[0]
    assert page.qr_text == f"https://webmail.ac-normandie.fr/activation/#{code().reveal()}"
    assert page.code == in_groups(code())
    assert page.numen == "17E 98 76543 ABC"
    assert "Le 1er mars 2027" in page.text
    assert "valable jusqu’au 31 mars 2027" in page.text


def test_a_name_in_signs_of_typst_is_printed_as_it_is() -> None:
    name = "#panic() *Zoé* $x$ @lea <b> \\ `"
    assert name in pages_of(pdf_of(HEAD, [letter(name=name)]))[0].text
