"""Small picture files without an imaging library: PNG (RFC 2083) and baseline JPEG (ITU-T T.81)."""

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random

Colour = tuple[float, float, float]
Scene = Callable[[float, float], Colour]

WHITE, GREY = b"\xff\xff\xff", b"\xd9\xd9\xe3"


def png_chart(values: list[int], width: int = 360, height: int = 200) -> bytes:
    """A bar chart of a few values, as a PNG."""
    top = max(values)
    bars = [round(value / top * (height - 24)) for value in values]
    rows = (b"\0" + b"".join(_chart_pixels(bars, width, height - y)) for y in range(height))
    return _png(width, height, b"".join(rows))


def _chart_pixels(bars: list[int], width: int, level: int) -> Iterator[bytes]:
    step = width // len(bars)
    background = GREY if level % 40 == 0 else WHITE
    for bar in bars:
        colour = b"\x2d\x5f\x9a" if level <= bar else background
        yield (
            background * (step // 4)
            + colour * (step // 2)
            + background * (step - step // 4 - step // 2)
        )
    yield background * (width - step * len(bars))


def png_logo(colour: bytes = b"\x8d\x1c\x3a", width: int = 180, height: int = 60) -> bytes:
    """A plain band with two waves, the kind of logo a newsletter begins with."""
    rows = (
        b"\0" + b"".join(_logo_pixel(x, y, colour) for x in range(width)) for y in range(height)
    )
    return _png(width, height, b"".join(rows))


def _logo_pixel(x: int, y: int, colour: bytes) -> bytes:
    near = any(abs(y - middle - 7 * math.sin(x / 14 + middle)) < 3 for middle in (20, 38))
    return WHITE if near else colour


def _png(width: int, height: int, scanlines: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def landscape(rng: Random) -> Scene:
    """A Norman view, drawn: sky, sun, two lines of cliffs, sea or meadow."""
    sun_x, sun_y, phase = rng.uniform(0.2, 0.8), rng.uniform(0.15, 0.35), rng.uniform(0, 6)
    ground: Colour = rng.choice([(70, 120, 60), (60, 105, 140), (150, 140, 90)])

    def colour(x: float, y: float) -> Colour:
        if y > 0.72 + 0.02 * math.sin(x * 25 + phase):
            return _shaded(ground, 1.3 - y * 0.6)
        if y > 0.5 + 0.12 * math.sin(x * 5 + phase) * math.cos(x * 2):
            return _shaded((205, 200, 185), 1.2 - y * 0.5)
        glow = max(0.0, 1 - 4 * math.hypot(x - sun_x, y - sun_y))
        return _shaded((120 + 120 * glow, 165 + 70 * glow, 225), 1 + 0.3 * y)

    return colour


def _shaded(colour: Colour, light: float) -> Colour:
    red, green, blue = (min(255.0, channel * light) for channel in colour)
    return red, green, blue


# --- JPEG ---------------------------------------------------------------------------------------
# Each block of 8 x 8 pixels keeps its mean and its slope (coefficients 0, 1 and 2 of the zigzag):
# no transform is computed. All Huffman codes have one length, which T.81 allows (annex C).

QUANTUM = 8
DC_SYMBOLS = bytes(range(12))
AC_SYMBOLS = bytes([0, *range(1, 11), *range(0x11, 0x1B)])
DC_BITS, AC_BITS = 4, 5


def jpeg_photo(scene: Scene, width: int = 640, height: int = 480) -> bytes:
    """A JPEG of the scene; width and height in pixels, multiples of 8."""
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0" + struct.pack(">HHBB", 72, 72, 0, 0)),
            _segment(0xDB, b"\0" + bytes([QUANTUM]) * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"),
            _segment(0xC4, _huffman_table(0x00, DC_BITS, DC_SYMBOLS)),
            _segment(0xC4, _huffman_table(0x10, AC_BITS, AC_SYMBOLS)),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
            _entropy_coded(scene, width, height),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _huffman_table(number: int, bits: int, symbols: bytes) -> bytes:
    counts = bytes(len(symbols) if length == bits else 0 for length in range(1, 17))
    return bytes([number]) + counts + symbols


def _entropy_coded(scene: Scene, width: int, height: int) -> bytes:
    bits: list[str] = []
    previous = [0, 0, 0]
    for row in range(height // 8):
        for column in range(width // 8):
            middle = ((column + 0.5) * 8 / width, (row + 0.5) * 8 / height)
            _encode_block(scene, middle, (4 / width, 4 / height), previous, bits)
    return _stuffed("".join(bits))


def _encode_block(
    scene: Scene,
    middle: tuple[float, float],
    half: tuple[float, float],
    previous: list[int],
    bits: list[str],
) -> None:
    (x, y), (dx, dy) = middle, half
    here = _ycc(scene(x, y))
    right, below = _ycc(scene(x + dx, y)), _ycc(scene(x, y + dy))
    for channel in range(3):
        mean = round((here[channel] - 128) * 8 / QUANTUM)
        bits.append(_dc_bits(mean - previous[channel]))
        previous[channel] = mean
        bits.append(_slope_bits(here[channel] - right[channel], here[channel] - below[channel]))


def _ycc(colour: Colour) -> Colour:
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return luma, (blue - luma) * 0.564 + 128, (red - luma) * 0.713 + 128


def _dc_bits(value: int) -> str:
    return format(value and abs(value).bit_length(), f"0{DC_BITS}b") + _magnitude(value)


def _slope_bits(across: float, down: float) -> str:
    """The two slope coefficients of a block, then its end."""
    # A slope of 1 over half a block is 8 * 0.9 in the first cosine, whose ends lie at +-1.
    first, second = (round(max(-60, min(60, slope)) * 7 / QUANTUM) for slope in (across, down))
    coded = _ac_bits(0, first) if first else ""
    return (
        coded + (_ac_bits(0 if first else 1, second) if second else "") + format(0, f"0{AC_BITS}b")
    )


def _ac_bits(run: int, value: int) -> str:
    symbol = run << 4 | abs(value).bit_length()
    return format(AC_SYMBOLS.index(symbol), f"0{AC_BITS}b") + _magnitude(value)


def _magnitude(value: int) -> str:
    """The low bits of a coefficient; negatives in one's complement (T.81, F.1.2.1)."""
    size = abs(value).bit_length()
    return format(value if value > 0 else value + (1 << size) - 1, f"0{size}b") if size else ""


def _stuffed(bits: str) -> bytes:
    padded = bits + "1" * (-len(bits) % 8)
    octets = int(padded, 2).to_bytes(len(padded) // 8, "big")
    return octets.replace(b"\xff", b"\xff\0")
