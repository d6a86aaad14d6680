"""Zip files from strangers: members read by exact name, in memory, never extracted, and never without a limit.

Limits (real books and office files: ratio at most 10, unpacked 5 times the file): what the directory declares is
checked before anything is read, and the bytes are counted again while reading, because a directory can lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from flashcards.errors import UnreadableInput

MAX_TOTAL = 200 << 20  # bytes unpacked, whole archive
MAX_MEMBER = 64 << 20  # bytes unpacked, one member; an XML tree of it takes several times as much memory
MAX_RATIO = 200  # unpacked : packed
RATIO_FROM = 1 << 20  # below this size a high ratio is harmless
MAX_ENTRIES = 5000
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. ``warnings`` names members that were left alone (unsafe or double names)."""

    path: Path
    file: zipfile.ZipFile
    names: frozenset[str]
    warnings: tuple[str, ...] = ()

    def read(self, name: str) -> bytes:
        """The bytes of one member. Raises UnreadableInput where it is missing, locked, damaged or too large."""
        if name not in self.names:
            raise UnreadableInput(f"damaged: the part {name!r} is missing; save it anew", path=self.path)
        try:
            with self.file.open(name) as member:
                return _limited(member, MAX_MEMBER)
        except _TooLarge:
            raise _bomb(self.path, f"part {name!r} unpacks to more than {MAX_MEMBER >> 20} MB") from None
        except RuntimeError:  # zipfile's word for "needs a password"
            raise UnreadableInput(f"the part {name!r} is encrypted; save an open copy", path=self.path) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise UnreadableInput(
                f"damaged: the part {name!r} cannot be unpacked; save it anew", path=self.path
            ) from None


class _TooLarge(Exception):
    """More bytes came out than allowed."""


def open_archive(path: Path, data: bytes) -> Archive:
    """Open the zip in ``data``; ``path`` is for messages. Raises UnreadableInput for damage and for zip bombs."""
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise UnreadableInput("damaged or cut off (the zip directory cannot be read); get it anew", path=path) from None
    members = [entry for entry in file.infolist() if not entry.is_dir()]
    if len(members) > MAX_ENTRIES:
        raise _bomb(path, f"{len(members)} parts, more than {MAX_ENTRIES}")
    total = sum(entry.file_size for entry in members)
    packed = sum(entry.compress_size for entry in members)
    if total > MAX_TOTAL:
        raise _bomb(path, f"unpacks to {total >> 20} MB, more than {MAX_TOTAL >> 20}")
    for whole, small in ((total, packed), *((entry.file_size, entry.compress_size) for entry in members)):
        if whole > RATIO_FROM and whole > MAX_RATIO * max(1, small):
            raise _bomb(path, f"unpacks to {whole // max(1, small)} times its size")
    names = [entry.filename for entry in members]
    unsafe = sorted({name for name in names if not is_safe(name)})
    double = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    warnings = []
    if unsafe:
        warnings.append(f"ignored {len(unsafe)} part(s) whose name leaves the archive, such as {unsafe[0]!r}")
    if double:
        warnings.append(f"{len(double)} part(s) stand in it twice, such as {double[0]!r}; the last one was read")
    return Archive(path, file, frozenset(names) - frozenset(unsafe), tuple(warnings))


def is_safe(name: str) -> bool:
    """Whether a member's name stays inside the archive.

    >>> [is_safe(name) for name in ("word/document.xml", "../evil", "/etc/passwd", "C:\\\\x")]
    [True, False, False, False]
    """
    return not (name.startswith("/") or "\\" in name or ":" in name.split("/")[0] or ".." in PurePosixPath(name).parts)


def _limited(member: IO[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := member.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise _TooLarge
        parts.append(chunk)
    return b"".join(parts)


def _bomb(path: Path, what: str) -> UnreadableInput:
    return UnreadableInput(f"refused as a likely zip bomb: {what}; save its text in a smaller file", path=path)
