"""QR codes as one SVG path, which a page draws without an image that its policy would refuse."""

from dataclasses import dataclass

import segno

QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004, §5.3.8)


@dataclass(frozen=True)
class QrCode:
    """``path`` draws the dark modules in a square of ``size`` by ``size``."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    code = segno.make(text, error="m", boost_error=False, micro=False)
    rows = list(code.matrix_iter(border=QUIET_ZONE))
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return QrCode(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))
