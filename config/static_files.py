"""Addresses of static files, which do not change while a process runs."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class LastingUrls(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Finds the address of a file once: taking the name apart and looking it up costs 40 µs, a page has a dozen."""

    @lru_cache(maxsize=1000)  # noqa: B019  (one storage for the life of the process)
    def url(self, name: str, force: bool = False) -> str:
        url: str = super().url(name, force)
        return url
