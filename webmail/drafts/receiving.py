"""Uploads on their way to the spool: never whole in memory, and no longer than they may be."""

import hashlib
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from webmail.drafts import spool

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    Uploaded = UploadedFile[bytes]
else:
    Uploaded = UploadedFile


class SpooledFile(Uploaded):
    """A file that came whole, still nobody's; `sha256` is of its octets."""

    def __init__(self, name: str, content_type: str, size: int, path: Path, sha256: str) -> None:
        super().__init__(None, name, content_type, size)
        self.path = path
        self.sha256 = sha256

    def close(self) -> None:
        """There is nothing open; Django asks at the end of each request."""

    def forget(self) -> None:
        """For what nobody kept."""
        self.path.unlink(missing_ok=True)


class SpoolHandler(FileUploadHandler):
    """Writes what comes to the spool.

    Files above PLI_MAX_FILE_MB are left out and named in `too_large`, those for which the disk has
    no room in `failed`.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self.failed: list[str] = []
        self.out: BinaryIO | None = None
        self.path: Path | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.digest, self.received = hashlib.sha256(), 0
        try:
            self.path = spool.new_path()
            self.out = self.path.open("xb")
        except OSError as error:
            self._fail(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_FILE_MB << 20:
            self.too_large.append(self.file_name or "")
            self._drop()
            raise SkipFile
        self.digest.update(raw_data)
        try:
            if self.out is not None:
                self.out.write(raw_data)
        except OSError as error:
            self._fail(error)

    def file_complete(self, file_size: int) -> SpooledFile | None:
        if self.out is None or self.path is None:
            return None
        try:
            self.out.close()  # what is still in memory may not fit
        except OSError as error:
            with suppress(SkipFile):
                self._fail(error)
            return None
        self.out = None
        name, kind = self.file_name or "", self.content_type or ""
        return SpooledFile(name, kind, self.received, self.path, self.digest.hexdigest())

    def upload_interrupted(self) -> None:
        self._drop()

    def _fail(self, error: OSError) -> NoReturn:
        log.error("drafts: no room for an upload: %s", error)
        self.failed.append(self.file_name or "")
        self._drop()
        raise SkipFile from error

    def _drop(self) -> None:
        if self.out is not None:
            with suppress(OSError):
                self.out.close()
            self.out = None
        if self.path is not None:
            self.path.unlink(missing_ok=True)
