"""Text documents that open everywhere, written with the standard library: PDF, ODT, DOCX."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
ODF_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ODF_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"'
)
OOXML = "http://schemas.openxmlformats.org"
FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def archive(entries: Mapping[str, bytes | str], stored_first: bool = False) -> bytes:
    """A zip whose bytes depend on its entries alone; OpenDocument wants the first uncompressed."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for position, (name, content) in enumerate(entries.items()):
            info = zipfile.ZipInfo(name, FIRST_DAY_OF_ZIP)
            stored = stored_first and position == 0
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return buffer.getvalue()


def open_document(kind: str, body: str) -> bytes:
    """An OpenDocument package (``text`` or ``spreadsheet``) around the XML of its body."""
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", mimetype), ("content.xml", "text/xml"))
    )
    entries = {
        "mimetype": mimetype,
        "content.xml": f"{XML}<office:document-content {ODF_NAMESPACES}><office:body>{body}"
        "</office:body></office:document-content>",
        "META-INF/manifest.xml": f'{XML}<manifest:manifest xmlns:manifest="{ODF_MANIFEST}" '
        f'manifest:version="1.2">{manifest}</manifest:manifest>',
    }
    return archive(entries, stored_first=True)


def odt(title: str, paragraphs: Iterable[str]) -> bytes:
    body = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    heading = f'<text:h text:outline-level="1">{escape(title)}</text:h>'
    return open_document("text", f"<office:text>{heading}{body}</office:text>")


def office_package(main_part: str, main_type: str, parts: Mapping[str, str]) -> bytes:
    """An Office Open XML package (ECMA-376, part 2): the main part and its companions.

    Under the empty name ``parts`` may hold the content types of the companions.
    """
    types = (
        f'{XML}<Types xmlns="{OOXML}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main_part}" ContentType="{main_type}"/>{parts.get("", "")}</Types>'
    )
    others = {name: content for name, content in parts.items() if name}
    relations = relationships([("officeDocument", main_part)])
    return archive({"[Content_Types].xml": types, "_rels/.rels": relations, **others})


def relationships(targets: Sequence[tuple[str, str]]) -> str:
    """A relationships part: (kind, target) pairs, numbered rId1, rId2 …"""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{OOXML}/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{OOXML}/package/2006/relationships">{lines}</Relationships>'


def docx(title: str, paragraphs: Iterable[str]) -> bytes:
    runs = [f"<w:r><w:rPr><w:b/></w:rPr><w:t>{escape(title)}</w:t></w:r>"]
    runs += [f"<w:r><w:t>{escape(paragraph)}</w:t></w:r>" for paragraph in paragraphs]
    body = "".join(f"<w:p>{run}</w:p>" for run in runs)
    namespace = f'xmlns:w="{OOXML}/wordprocessingml/2006/main"'
    document = f"{XML}<w:document {namespace}><w:body>{body}</w:body></w:document>"
    main_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return office_package("word/document.xml", main_type, {"word/document.xml": document})


# --- PDF (ISO 32000-1) --------------------------------------------------------------------------

LINES_A_PAGE = 42


def pdf(
    title: str, lines: Sequence[str], photo: bytes = b"", photo_size: tuple[int, int] = (640, 480)
) -> bytes:
    """An A4 PDF of the lines in Helvetica, on as many pages as it takes; a JPEG on the first."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        _pdf_font("Helvetica"),
        _pdf_font("Helvetica-Bold"),
    ]
    objects.append(_pdf_photo(photo, photo_size) if photo else b"null")
    first = 24 if photo else LINES_A_PAGE
    pages = [lines[:first]]
    pages += [lines[n : n + LINES_A_PAGE] for n in range(first, len(lines), LINES_A_PAGE)]
    kids = []
    for number, page in enumerate(pages):
        objects += _pdf_page(
            title if number == 0 else "", page, bool(photo) and number == 0, len(objects) + 2
        )
        kids.append(f"{len(objects) - 1} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _pdf_file(objects, title)


def _pdf_font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
    )


def _pdf_photo(photo: bytes, size: tuple[int, int]) -> bytes:
    width, height = size
    entry = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB "
        f"/BitsPerComponent 8 /Filter /DCTDecode /Length {len(photo)} >>\nstream\n"
    )
    return entry.encode() + photo + b"\nendstream"


def _pdf_page(
    title: str, lines: Sequence[str], has_photo: bool, content_number: int
) -> list[bytes]:
    """The page object and its content, whose object number is given."""
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> "
        f"/XObject << /P 5 0 R >> >> /Contents {content_number} 0 R >>"
    )
    drawing = _pdf_drawing(title, lines, has_photo)
    content = f"<< /Length {len(drawing)} >>\nstream\n".encode() + drawing + b"\nendstream"
    return [page.encode(), content]


def _pdf_drawing(title: str, lines: Sequence[str], has_photo: bool) -> bytes:
    top = 740 if title else 780
    drawing = [f"BT /F2 18 Tf 60 775 Td ({_pdf_text(title)}) Tj ET"] if title else []
    if has_photo:
        drawing.append(f"q 320 0 0 240 60 {top - 245} cm /P Do Q")
        top -= 275
    drawing.append(f"BT /F1 11 Tf 60 {top} Td 17 TL")
    drawing += [f"({_pdf_text(line)}) Tj T*" for line in lines]
    drawing.append("ET")
    return "\n".join(drawing).encode("cp1252", "replace")


def _pdf_text(text: str) -> str:
    plain = text.replace("ᵉ", "e").replace("\u202f", "\u00a0")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(objects: Sequence[bytes], title: str) -> bytes:
    """Numbered objects, cross-reference table and trailer (ISO 32000-1, 7.5)."""
    # A text string outside of pages is UTF-16 with its mark, here in hexadecimal (7.9.2.2).
    information = f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> >>".encode()
    output = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate([*objects, information], 1):
        offsets.append(len(output))
        output += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    output += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    output += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (
        len(offsets) + 1,
        len(offsets),
    )
    return bytes(output) + b"startxref\n%d\n%%%%EOF\n" % start
