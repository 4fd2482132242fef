"""deploy/assets.py on a small tree of packages."""

import json
from pathlib import Path

import pytest

from deploy import assets

ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 5h16"/></svg>'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout where `npm ci` has just run."""
    packages = {
        f"node_modules/{name}": {"version": "1.0.0", "integrity": f"sha512-{name}"}
        for name in (assets.FONT, assets.LUCIDE, assets.SQUIRE)
    }
    for package, source, _target in assets.COPIED:
        write(tmp_path / "node_modules" / package / source, "content")
    for name in ("mail", "star"):
        write(tmp_path / "node_modules" / assets.LUCIDE / "icons" / f"{name}.svg", ICON)
    lock = json.dumps({"packages": packages})
    write(tmp_path / "package-lock.json", lock)
    write(tmp_path / "node_modules" / ".package-lock.json", lock)
    write(tmp_path / "static/icons/chosen-by-views.txt", "star\n")
    write(tmp_path / "templates/page.html", '<use href="{{ icons }}#mail"/>')
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def sprite(root: Path) -> str:
    return (root / "static/vendor/icons.svg").read_text(encoding="utf-8")


def test_the_sprite_holds_the_icons_of_templates_and_of_views(root: Path) -> None:
    assets.build(root)
    assert 'id="mail"' in sprite(root)
    assert 'id="star"' in sprite(root)


def test_each_branch_of_a_condition_names_an_icon(root: Path) -> None:
    branches = "{% if late %}star{% else %}mail{% endif %}"
    assert assets.named_in(f'<use href="{{{{ icons }}}}#{branches}"/>') == {"star", "mail"}


def test_an_icon_chosen_at_run_time_adds_no_name(root: Path) -> None:
    assert assets.named_in('<use href="{{ icons }}#{{ folder.icon }}"/>') == set()


def test_an_own_drawing_replaces_the_package_s(root: Path) -> None:
    write(root / "static/icons/mail.svg", ICON.replace("24 24", "32 32"))
    assets.build(root)
    assert 'viewBox="0 0 32 32"' in sprite(root)


def test_listed_files_are_copied_with_their_licences(root: Path) -> None:
    assets.build(root)
    for _package, _source, target in assets.COPIED:
        assert (root / "static/vendor" / target).is_file()


def test_a_misspelt_icon_is_named_in_the_error(root: Path) -> None:
    write(root / "templates/other.html", '<use href="{{ icons }}#maill"/>')
    with pytest.raises(assets.AssetError, match="maill"):
        assets.build(root)


def test_a_stale_node_modules_is_noticed(root: Path) -> None:
    lock = (root / "package-lock.json").read_text(encoding="utf-8")
    write(root / "package-lock.json", lock.replace("1.0.0", "1.0.1"))
    with pytest.raises(assets.AssetError, match=r"npm ci --ignore-scripts"):
        assets.build(root)


def test_a_lock_without_a_sha512_is_refused(root: Path) -> None:
    lock = (root / "package-lock.json").read_text(encoding="utf-8")
    write(root / "package-lock.json", lock.replace("sha512-", "sha1-"))
    with pytest.raises(assets.AssetError, match="sha512"):
        assets.build(root)


def test_before_npm_has_run_the_error_says_what_to_run(root: Path) -> None:
    (root / "node_modules" / ".package-lock.json").unlink()
    with pytest.raises(assets.AssetError, match=r"npm ci --ignore-scripts"):
        assets.build(root)


def test_an_unchanged_sprite_keeps_its_date(root: Path) -> None:
    assets.build(root)
    before = (root / "static/vendor/icons.svg").stat().st_mtime_ns
    assets.build(root)
    assert (root / "static/vendor/icons.svg").stat().st_mtime_ns == before


def test_a_script_names_no_map_that_is_not_served(root: Path) -> None:
    squire = root / "node_modules" / assets.SQUIRE / "dist/squire.js"
    write(squire, "one();\n//# sourceMappingURL=squire.js.map\n")
    assets.build(root)
    assert (root / "static/vendor/squire.js").read_text(encoding="utf-8") == "one();\n"
