"""Pictures a browser may draw inside a message, told by their first octets, not by the sender."""

# (offset, octets, type); an SVG is a document, with scripts and links, and is not one of them.
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (0, b"BM", "image/bmp"),
)


def picture_type(content: bytes) -> str | None:
    """The media type, or None when this is no picture to be drawn."""
    known = (kind for at, octets, kind in SIGNATURES if content.startswith(octets, at))
    return next(known, None)
