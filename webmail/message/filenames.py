"""Attachment names that are safe on every system, and the types that can harm a reader."""

import re
import unicodedata
from mimetypes import MimeTypes

TYPES = MimeTypes()  # Python's own table: the same answer on every machine
# What it lacks in 3.11 and people send.
for _extension, _type in {
    ".avif": "image/avif",
    ".flac": "audio/flac",
    ".heic": "image/heic",
    ".m4a": "audio/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".webp": "image/webp",
}.items():
    TYPES.add_type(_type, _extension)
MAX_CHARACTERS = 180
MAX_OCTETS = 240  # file systems take 255; a copy may add " (2)" and a program its ".part"
PATH = re.compile(
    r"^(?:[a-z]:[\\/]|[\\/]|\.\.?[\\/]|~[\\/]|file:)|[\\/]\.\.[\\/]|\\", re.IGNORECASE
)
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\Z", re.IGNORECASE
)
# What Windows refuses, as something that reads alike.
REPLACED = str.maketrans(
    {'"': "'", "/": "_", "\\": "_", ":": "-", "|": "-", "?": "_", "*": "_", "<": "(", ">": ")"}
)
EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/rfc822-headers": ".txt",
    "image/jpeg": ".jpg",
    "audio/mpeg": ".mp3",
    "application/octet-stream": ".bin",
    "application/ms-tnef": ".dat",
}
# Programs, scripts, shortcuts, installers, disk images, macro documents, and pages that open in the
# reader's browser.
DANGEROUS_EXTENSIONS = (
    "ade adp appinstaller application appref-ms appx appxbundle apk app bat cab chm cmd com "
    "command cpl csh deb desktop diagcab dll dmg exe fon gadget hlp hta inf ins iqy iso img "
    "isp jar jnlp js jse ksh library-ms lnk mad maf mam maq mas mau mav maw mda mdb mde mdt "
    "mdw mdz mht mhtml mof msc msh msh1 msh2 mshxml msi msix msp mst msu ocx one onepkg osd "
    "pcd pif pl ppkg prf prg ps1 ps1xml ps2 psc1 psd1 psdm1 psm1 pst py pyc pyw pyz rb rdp "
    "reg rpm scf scpt scr sct search-ms settingcontent-ms sh shb shs slk sys theme udl url "
    "vb vbe vbp vbs vhd vhdx vsmacros website wim workflow ws wsb wsc wsf wsh xbap xll xnk "
    "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm accda accdb accde accdr htm "
    "html shtml xhtml xht svg svgz "
)
DANGEROUS_TYPES = frozenset(
    {
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/x-dosexec",
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-sh",
        "application/x-shellscript",
        "application/javascript",
        "application/x-javascript",
        "text/javascript",
        "application/hta",
        "application/x-ms-shortcut",
        "application/java-archive",
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
    }
)
DANGEROUS = frozenset(DANGEROUS_EXTENSIONS.split())


def safe(name: str, media_type: str, number: int) -> str:
    """A name to show and to save under: no path, no control, no reordering, 180 characters at most.

    Without a name, the `number`-th attachment is called after its type.
    """
    visible = "".join(char for char in name if _is_visible(char))
    last = re.split(r"[\\/]", visible)[-1] if PATH.search(visible) else visible
    plain = unicodedata.normalize("NFC", last.translate(REPLACED)).strip(" .\u00a0").lstrip("-")
    if not plain.strip("_-'()"):
        return f"pièce jointe {number}{extension_for(media_type)}"
    stem = plain.partition(".")[0].strip()
    return _shortened(f"_{plain}" if RESERVED.match(stem) else plain)


def extension_for(media_type: str) -> str:
    """The usual extension with its dot; ".bin" for an unknown type."""
    return EXTENSIONS.get(media_type) or TYPES.guess_extension(media_type) or ".bin"


def type_for(name: str) -> str:
    """The media type that a name promises, for content that came without one."""
    return TYPES.guess_type(name)[0] or "application/octet-stream"


def is_dangerous(name: str, media_type: str) -> bool:
    """True for what can run code or imitate a sign-in page once opened. `name` is a safe one."""
    _, dot, extension = name.lower().rpartition(".")
    return (bool(dot) and extension.strip() in DANGEROUS) or media_type in DANGEROUS_TYPES


def _is_visible(char: str) -> bool:
    """Joiners stay, as emoji and several scripts need them; the rest without a shape goes."""
    return char in "\u200c\u200d" or unicodedata.category(char) not in {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        stem, dot, extension = name, "", ""
    room = MAX_OCTETS - len(f"{dot}{extension}".encode())
    short = stem[: MAX_CHARACTERS - len(dot + extension)].encode()[:room].decode("utf-8", "ignore")
    return f"{short.rstrip(' .') if short != stem else stem}{dot}{extension}"
