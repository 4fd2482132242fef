"""Reading printed letters as their owner does: the words, and the square with a telephone."""

import re
from dataclasses import dataclass

import pypdfium2
import zxingcpp

CODE = re.compile(r"Votre code d’activation\s+([A-Z-]+)")
NUMEN = re.compile(r"Votre NUMEN\s+([0-9A-Z ]+)")
LOGIN = re.compile(r"pour vous connecter ensuite\s+(\S+)")
DOTS_A_POINT = 2.0


@dataclass(frozen=True)
class Page:
    text: str
    qr_text: str

    @property
    def code(self) -> str:
        return _found(CODE, self.text)

    @property
    def numen(self) -> str:
        return _found(NUMEN, self.text).strip()

    @property
    def login(self) -> str:
        return _found(LOGIN, self.text)


def pages_of(pdf: bytes) -> list[Page]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [_page(document[number]) for number in range(len(document))]


def _page(page: pypdfium2.PdfPage) -> Page:
    image = page.render(scale=DOTS_A_POINT, grayscale=True).to_pil()
    squares = zxingcpp.read_barcodes(image)
    text = page.get_textpage().get_text_bounded().replace("\r\n", "\n")
    return Page(text, squares[0].text if squares else "")


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text
    return match[1]
