"""Uploads on their way to the spool: never whole in memory, and no longer than they may be."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from webmail.drafts import spool


class SpooledFile(UploadedFile):  # type: ignore[type-arg]  (there is no open file in it)
    """A file that came whole, still nobody's; `sha256` is of its octets."""

    def __init__(self, name: str, content_type: str, size: int, path: Path, sha256: str) -> None:
        super().__init__(None, name, content_type, size)
        self.path = path
        self.sha256 = sha256

    def forget(self) -> None:
        """For what nobody kept."""
        self.path.unlink(missing_ok=True)


class SpoolHandler(FileUploadHandler):
    """Writes what comes to the spool; files above PLI_MAX_FILE_MB are left out, and named in `too_large`.

    Raises OSError when the disk is full.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self.path: Path | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.path = spool.new_path()
        self.out = self.path.open("xb")
        self.digest = hashlib.sha256()
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_FILE_MB << 20:
            self.too_large.append(self.file_name or "")
            self._drop()
            raise SkipFile
        self.digest.update(raw_data)
        self.out.write(raw_data)

    def file_complete(self, file_size: int) -> SpooledFile | None:
        if self.path is None:
            return None
        self.out.close()
        path, self.path = self.path, None
        name, kind = self.file_name or "", self.content_type or ""
        return SpooledFile(name, kind, self.received, path, self.digest.hexdigest())

    def upload_interrupted(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self.path is not None:
            self.out.close()
            self.path.unlink(missing_ok=True)
            self.path = None
