"""How vCards are written down (RFC 6350, sections 3.2 and 3.4)."""

LONGEST_LINE = 75  # octets


def escaped(text: str) -> str:
    """The text of a value; line ends of any kind become those of vCards."""
    for special in ("\\", ",", ";"):
        text = text.replace(special, f"\\{special}")
    return "\\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def folded(line: str) -> str:
    """The line on several, never cut inside a character of UTF-8; without the last line end."""
    pieces: list[str] = []
    current: list[str] = []
    octets = 0
    for char in line:
        size = len(char.encode())
        if octets + size > LONGEST_LINE:
            pieces.append("".join(current))
            current, octets = [" "], 1
        current.append(char)
        octets += size
    return "\r\n".join([*pieces, "".join(current)])
