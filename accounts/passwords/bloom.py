"""A Bloom filter read from a file: « is this word in the list? » in a few bytes a word.

It never forgets a word of the list; it takes a foreign word for one of the list once in
2**PROBES (Bloom, 1970). The file is one line of text, ``pli-bloom 1 <bits>``, then the bits.
"""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from pathlib import Path

PROBES = 20  # one false alarm in a million
BITS_A_WORD = 29  # PROBES / ln 2
MAGIC = "pli-bloom 1"


class BloomFilter:
    def __init__(self, bits: bytearray | bytes) -> None:
        self._bits = bits

    @classmethod
    def of(cls, words: Collection[str]) -> "BloomFilter":
        """A filter with its best size for ``words``; the same words give the same bytes."""
        bits = bytearray((len(words) * BITS_A_WORD + 7) // 8 or 1)
        for word in words:
            for place in _places(word, len(bits) * 8):
                bits[place >> 3] |= 1 << (place & 7)
        return cls(bits)

    @classmethod
    def read(cls, path: Path) -> "BloomFilter":
        """The filter in ``path``; ``ValueError`` when it is not one or was cut short."""
        header, _, bits = path.read_bytes().partition(b"\n")
        if header != _header(len(bits)):
            raise ValueError(f"{path.name} is not a whole {MAGIC} file.")
        return cls(bits)

    def write(self, path: Path) -> None:
        path.write_bytes(_header(len(self._bits)) + b"\n" + self._bits)

    def __contains__(self, word: str) -> bool:
        places = _places(word, len(self._bits) * 8)
        return all(self._bits[place >> 3] & (1 << (place & 7)) for place in places)


def _header(size: int) -> bytes:
    return f"{MAGIC} {size * 8}".encode("ascii")


def _places(word: str, size: int) -> Iterator[int]:
    """One 512-bit hash read as PROBES numbers below ``size``, enough for filters up to 4 MB."""
    number = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass")).digest(), "big")
    for _ in range(PROBES):
        number, place = divmod(number, size)
        yield place
