"""Bring the site's database and its static files to this version, in one process.

``python -m deploy.install_site``, with the site's environment. What is up to date is left alone.
"""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("check")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("refresh_mail_lookup")
    compile_messages()
    collect_static()


def compile_messages() -> None:
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            call_command("compilemessages", locale=[source.parts[-3]], verbosity=0)


def collect_static() -> None:
    """Naming and compressing every file takes seconds: only when one has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    present = digest_of_static_files()
    if stamp.exists() and stamp.read_text() == present:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(present)


def digest_of_static_files() -> str:
    """Of them, and of what makes them into what browsers get."""
    digest = hashlib.sha256()
    for path in [*sorted(ROOT.glob("static/**/*")), ROOT / "config" / "static_files.py"]:
        facts = path.stat()
        digest.update(f"{path}:{facts.st_mtime_ns}:{facts.st_size}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
