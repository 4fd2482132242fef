"""Static files as browsers get them: under lasting names, compressed, scripts without what only we read."""

from functools import lru_cache
from typing import Any

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage


class LastingUrls(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Finds the address of a file once: taking the name apart and looking it up costs 40 µs, a page has a dozen."""

    @lru_cache(maxsize=1000)  # noqa: B019  (one storage for the life of the process)
    def url(self, name: str, force: bool = False) -> str:
        url: str = super().url(name, force)
        return url

    def _save(self, name: str, content: "File[Any]") -> str:
        if name.startswith("js/") and name.endswith(".js"):
            content.seek(0)  # it was read for its name already
            content = ContentFile(without_remarks(content.read()))
        saved: str = super()._save(name, content)
        return saved


def without_remarks(script: bytes) -> bytes:
    """Without indentation and the lines that are a remark: a tenth less to fetch on a slow line.

    No string of our scripts goes over several lines (tests/config/test_static_files.py).
    """
    lines = (line.strip() for line in script.splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"//")) + b"\n"
