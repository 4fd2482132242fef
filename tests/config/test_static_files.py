"""Scripts reach browsers without remarks, and otherwise as they are written."""

from pathlib import Path

import pytest
from django.conf import settings

from config.static_files import without_remarks

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").glob("*.js"))


def test_remarks_and_indentation_stay_at_home() -> None:
    script = b'// Why.\nif (a) {\n  // Because.\n  go("http://x"); // this one stays\n}\n'
    assert without_remarks(script) == b'if (a) {\ngo("http://x"); // this one stays\n}\n'


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_string_of_a_script_goes_over_several_lines(path: Path) -> None:
    assert [line for line in path.read_text().splitlines() if line.count("`") % 2] == []
