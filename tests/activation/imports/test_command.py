"""``manage.py import_agents`` and ``import_schools``, and what docs/imports.md says of the columns."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Agent, School
from activation.imports.columns import AGENTS, SCHOOLS
from activation.models import Import, ImportPart
from audit.models import Entry
from sample.hr_files import sample_files
from tests.activation.imports.conftest import agents_file, line

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "agents.csv"
    path.write_bytes(agents_file(line()))
    return path


def run(command: str, path: Path, **options: bool) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(command, path, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_without_confirm_nothing_is_written_nor_kept(moulin: School, file: Path) -> None:
    out, _err = run("import_agents", file)
    assert "1 rows: 1 new, 0 changed" in out
    assert not Agent.objects.exists()
    assert not ImportPart.objects.exists()
    assert Import.objects.get().state == Import.State.CANCELLED


def test_with_confirm_the_file_is_written_and_journalled(moulin: School, file: Path) -> None:
    out, _err = run("import_agents", file, confirm=True)
    assert "Written" in out
    assert Agent.objects.get().first_name == "Camille"
    assert Entry.objects.get(event="import_written").actor_label == "Pli"
    again, _err = run("import_agents", file, confirm=True)
    assert "Nothing to write." in again


def test_errors_are_told_and_left_out_only_when_asked(moulin: School, file: Path) -> None:
    file.write_bytes(agents_file(line(), line(numen="99E1", uai="760001N")))
    with pytest.raises(CommandError, match="nothing written"):
        run("import_agents", file, confirm=True)
    assert not Agent.objects.exists()
    _out, err = run("import_agents", file, confirm=True, without_errors=True)
    assert "line 3 numen:" in err
    assert "99E1" not in err
    assert Agent.objects.count() == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"", b"NUMEN;Nom\n1;2", b"%PDF-"])
def test_what_cannot_be_read_is_refused(moulin: School, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CommandError):
        run("import_agents", file, confirm=True)
    assert not ImportPart.objects.exists()


def test_a_file_that_is_too_big_is_not_even_opened(
    moulin: School, file: Path, settings: Settings
) -> None:
    settings.IMPORT_MAX_MB = 1
    with file.open("wb") as big:
        big.truncate(200 * 1024 * 1024)
    with pytest.raises(CommandError, match="1"):
        run("import_agents", file)


def test_a_missing_file_is_told(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_agents", tmp_path / "none.csv")


def test_the_sample_files_are_those_that_the_sample_makes() -> None:
    for name, text in sample_files().items():
        assert (ROOT / "sample" / "hr" / name).read_text(encoding="utf-8-sig") == text.replace(
            "\r\n", "\n"
        )


def test_the_sample_of_schools_is_imported_by_command(db: None) -> None:
    out, _err = run("import_schools", ROOT / "sample" / "hr" / "schools.csv", confirm=True)
    assert "8 rows: 8 new" in out
    assert School.objects.get(uai="0760001N").phone == "02 61 91 10 01"


def test_the_documentation_tells_every_column_and_its_other_titles() -> None:
    text = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
    for column in (*AGENTS.all, *SCHOOLS.all):
        name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
        assert f"| {name} | {', '.join(column.also)}" in text
