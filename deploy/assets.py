"""Build static/vendor/ from the npm packages that package-lock.json pins.

Run after ``npm ci --ignore-scripts``: ``python deploy/assets.py``. Standard library only, since
it also runs in an image's build stage and before the virtual environment exists.

npm has already checked each archive against the lock's sha512 while installing; what is checked
here is that the installed tree is the one the lock describes, so that a stale one is noticed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

FONT: Final = "@fontsource-variable/atkinson-hyperlegible-next"
LUCIDE: Final = "lucide-static"
SQUIRE: Final = "squire-rte"

# (package, file in the package, file in static/vendor)
COPIED: Final = (
    (FONT, "LICENSE", "licences/atkinson-hyperlegible-next.txt"),
    (LUCIDE, "LICENSE", "licences/lucide.txt"),
    (SQUIRE, "dist/squire.js", "squire.js"),
    (SQUIRE, "LICENSE", "licences/squire.txt"),
    *(
        (FONT, f"files/{name}", f"fonts/{name}")
        for name in (
            "atkinson-hyperlegible-next-latin-wght-normal.woff2",
            "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
        )
    ),
)

SVG: Final = "http://www.w3.org/2000/svg"
# It names a file that is not served, which the storage of static files would miss.
SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*\n?", re.MULTILINE)
ICON_IN_TEMPLATE: Final = re.compile(r'\{\{ icons \}\}#(.*?)"')
TEMPLATE_TAG: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


class AssetError(Exception):
    """Something the person who builds must do; the message says what."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    try:
        print(build(parser.parse_args().root))
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


def build(root: Path) -> str:
    """Fill ``root/static/vendor`` and return one line that says what it holds.

    Raises AssetError when node_modules is not what package-lock.json pins or a file is missing.
    """
    for package in (FONT, LUCIDE, SQUIRE):
        check_installed(root, package)
    vendor = root / "static" / "vendor"
    for package, source, target in COPIED:
        copy(installed(root, package) / source, vendor / target)
    names = icon_names(root)
    write_if_changed(vendor / "icons.svg", sprite(root, names))
    return f"static/vendor: {len(COPIED)} files, {len(names)} icons"


def installed(root: Path, package: str) -> Path:
    return root / "node_modules" / package


def check_installed(root: Path, package: str) -> None:
    """Raise AssetError unless the installed package is, by version and sha512, the locked one."""
    key = f"node_modules/{package}"
    wanted = lock_entry(root / "package-lock.json", key)
    present = lock_entry(root / "node_modules" / ".package-lock.json", key)
    if not str(wanted.get("integrity", "")).startswith("sha512-"):
        raise AssetError(f"package-lock.json gives no sha512 for {package}")
    for field in ("version", "integrity"):
        if wanted.get(field) != present.get(field):
            raise AssetError(
                f"{package}: {field} {present.get(field)} is installed, {wanted.get(field)} is "
                "locked; run npm ci --ignore-scripts"
            )


def lock_entry(lock: Path, key: str) -> dict[str, object]:
    try:
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    except FileNotFoundError:
        raise AssetError(f"{lock} is missing; run npm ci --ignore-scripts") from None
    if key not in packages:
        raise AssetError(f"{lock} does not list {key}; run npm ci --ignore-scripts")
    entry: dict[str, object] = packages[key]
    return entry


def copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise AssetError(f"{source} is missing; run npm ci --ignore-scripts")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".js":
        write_if_changed(target, SOURCE_MAP.sub("", source.read_text(encoding="utf-8")))
    else:
        shutil.copyfile(source, target)


def icon_names(root: Path) -> list[str]:
    """Icons that templates name, and those of static/icons/chosen-by-views.txt."""
    chosen = (root / "static" / "icons" / "chosen-by-views.txt").read_text(encoding="utf-8")
    names = set(chosen.split())
    for template in (root / "templates").rglob("*.html"):
        names.update(named_in(template.read_text(encoding="utf-8")))
    return sorted(names)


def named_in(template: str) -> set[str]:
    """Names after ``{{ icons }}#``: one, or one per branch of an {% if %} written there."""
    uses = ICON_IN_TEMPLATE.findall(template)
    return {name for use in uses for name in TEMPLATE_TAG.sub(" ", use).split()}


def sprite(root: Path, names: list[str]) -> str:
    """One SVG file with a <symbol> per icon: Pli's own in static/icons, else Lucide's."""
    ET.register_namespace("", SVG)
    sheet = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        sheet.append(symbol(root, name))
    return ET.tostring(sheet, encoding="unicode") + "\n"


def symbol(root: Path, name: str) -> ET.Element:
    own = root / "static" / "icons" / f"{name}.svg"
    drawn = own if own.is_file() else installed(root, LUCIDE) / "icons" / f"{name}.svg"
    if not drawn.is_file():
        raise AssetError(f"no icon is named {name}: neither in static/icons nor in {LUCIDE}")
    icon = ET.parse(drawn).getroot()  # noqa: S314  (ours, or of a package whose sha512 is locked)
    made = ET.Element(f"{{{SVG}}}symbol", id=name, viewBox=icon.get("viewBox", "0 0 24 24"))
    for shape in icon:
        shape.tail = None
        made.append(shape)
    return made


def write_if_changed(path: Path, text: str) -> None:
    """Leave the file's date alone when nothing changed, so that nothing is rebuilt for it."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
