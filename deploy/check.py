"""``make check``: what must hold before a commit, besides the tests.

Every check runs, so that one run shows all that is wrong; the exit status tells whether any failed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.catalogues import stale_or_incomplete
from deploy.state import open_state, remove_state, site_environment
from deploy.supervisor import say

BIN = Path(sys.executable).parent
SITE = "https://webmail.ac-normandie.fr"
MANAGE = [sys.executable, "manage.py"]
CHECKS = {
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."],
    "mypy": [str(BIN / "mypy"), "."],
    "import-linter": [str(BIN / "lint-imports")],
    "shell scripts": ["bash", "-n", "deploy/prepare.sh", "deploy/test.sh"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "production settings": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="pli-"))
    try:
        environment = os.environ | production_like(folder)
        failed = [
            name for name, command in CHECKS.items() if not passes(name, command, environment)
        ]
    finally:
        remove_state(folder)
    if complaints := stale_or_incomplete():
        failed.append("translations")
        say("\n".join(complaints))
    say(f"check: {', '.join(failed)} failed" if failed else "check: everything holds")
    return 1 if failed else 0


def production_like(folder: Path) -> dict[str, str]:
    """An environment such as an academy's: https behind a proxy, its own secrets."""
    state = open_state(folder)
    environment = site_environment(state, SITE, state.sqlite_url)
    behind_a_proxy = {"PLI_BEHIND_TLS_PROXY": "yes", "PLI_REDIRECT_TO_HTTPS": "yes"}
    return environment | behind_a_proxy | {"PLI_SMS_GATEWAY": ""}


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    say(f"── {name}")
    return subprocess.run(command, env=environment, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    if shutil.which("msgfmt") is None:
        sys.exit("check: gettext is missing (Debian: gettext)")
    sys.exit(main())
