"""The one file of a backup: a plain tar of the manifest, the database and both checksums.

Anyone may open it with `tar xf` and check it with `sha256sum -c SHA256SUMS`. We read
it more strictly than tar does: every byte is either checked by a hash or must be the
one we would have written, so that no changed byte passes.
"""

import errno
import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from kiosk.operations.backup.faults import BackupError, told
from kiosk.operations.backup.manifest import Manifest, read_manifest

BLOCK = tarfile.BLOCKSIZE
RECORD = tarfile.RECORDSIZE
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
SMALL = 1024 * 1024
CHUNK = 1024 * 1024


def measure(path: Path) -> tuple[int, str]:
    """Return the length and the SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def write(part: Path, manifest: Manifest, database: Path) -> None:
    """Write a backup and wait for the disk; the file is readable by its owner alone."""
    raw = manifest.to_bytes()
    sums = _sums(raw, manifest)
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _put(file, MANIFEST, raw, manifest.created_at)
        size = manifest.database.size
        file.write(_header(manifest.database.name, size, manifest.created_at))
        with database.open("rb") as content:
            while chunk := content.read(CHUNK):
                file.write(chunk)
        file.write(_padding(size))
        _put(file, SUMS, sums, manifest.created_at)
        file.write(bytes(_ending(file.tell())))
        file.flush()
        os.fsync(file.fileno())


def publish(part: Path, final: Path) -> None:
    """Give a written backup its name, and wait until the directory holds it."""
    part.rename(final)
    directory = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    except OSError as error:
        # Some network shares know no waiting for a directory.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(directory)


@contextmanager
def part_of(final: Path) -> Iterator[Path]:
    """Yield the name under which a backup is written; nothing stays under it."""
    part = final.with_name(f".{final.name}.part")
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def read(path: Path, extract_to: Path | None = None, name: str = "") -> Manifest:
    """Check every byte of a backup; put the database where asked; return the manifest."""
    reader = _Reader(path, name or path.name)
    with told(path), path.open("rb") as file:
        return reader.read(file, extract_to)


class _Reader:
    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._moment: float = 0

    def read(self, file: IO[bytes], extract_to: Path | None) -> Manifest:
        raw = self._small(file, MANIFEST)
        manifest = read_manifest(raw, self._name)
        if self._moment != int(manifest.created_at.timestamp()):
            raise self._changed(MANIFEST)
        self._database(file, manifest, extract_to)
        if self._small(file, SUMS) != _sums(raw, manifest):
            raise self._changed(SUMS)
        self._zeros(file, _ending(file.tell()))
        if file.read(1):
            raise self._changed("tar")
        return manifest

    def _small(self, file: IO[bytes], name: str) -> bytes:
        size = self._next(file, name)
        if size > SMALL:
            raise self._changed(name)
        raw = self._exactly(file, size)
        self._zeros(file, len(_padding(size)))
        return raw

    def _database(
        self, file: IO[bytes], manifest: Manifest, extract_to: Path | None
    ) -> None:
        wanted = manifest.database
        if self._next(file, wanted.name) != wanted.size:
            raise self._changed("tar")
        digest = hashlib.sha256()
        with _sink(extract_to) as keep:
            left = wanted.size
            while left:
                chunk = self._exactly(file, min(CHUNK, left))
                digest.update(chunk)
                keep(chunk)
                left -= len(chunk)
        if digest.hexdigest() != wanted.sha256:
            raise self._changed(wanted.name)
        self._zeros(file, len(_padding(wanted.size)))

    def _next(self, file: IO[bytes], name: str) -> int:
        """Read a header; return the member's length if it is the one we would write."""
        first = file.tell() == 0
        block = file.read(BLOCK)
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise self._at_header(block, first=first) from error
        if first:
            if info.name != MANIFEST:
                raise BackupError("not_backup", name=self._name)
            self._moment = info.mtime
        if info.size < 0 or block != _block(name, info.size, self._moment):
            raise self._changed("tar")
        return int(info.size)

    def _at_header(self, block: bytes, *, first: bool) -> BackupError:
        if first:
            return BackupError("not_backup", name=self._name)
        if len(block) < BLOCK:
            return BackupError("cut", name=self._name)
        return self._changed("tar")

    def _exactly(self, file: IO[bytes], size: int) -> bytes:
        raw = file.read(size)
        if len(raw) < size:
            raise BackupError("cut", name=self._name)
        return raw

    def _zeros(self, file: IO[bytes], size: int) -> None:
        if any(self._exactly(file, size)):
            raise self._changed("tar")

    def _changed(self, part: str) -> BackupError:
        return BackupError("changed", name=self._name, part=part)


@contextmanager
def _sink(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    if path is None:
        yield lambda _: None
        return
    with told(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file.write


def _put(file: IO[bytes], name: str, raw: bytes, moment: datetime) -> None:
    file.write(_header(name, len(raw), moment) + raw + _padding(len(raw)))


def _header(name: str, size: int, moment: datetime) -> bytes:
    return _block(name, size, moment.timestamp())


def _block(name: str, size: int, moment: float) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(moment)
    # The GNU form keeps a length beyond 8 GiB in the same single block.
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _ending(position: int) -> int:
    """Return how many zeros end a tar: two blocks, and up to a whole record."""
    least = 2 * BLOCK
    return least + -(position + least) % RECORD


def _sums(raw: bytes, manifest: Manifest) -> bytes:
    database = manifest.database
    own = hashlib.sha256(raw).hexdigest()
    return f"{own}  {MANIFEST}\n{database.sha256}  {database.name}\n".encode("ascii")
