"""Writing files so that they appear whole or not at all, the same on every system."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from flashcards.errors import FlashcardsError


class _Scratch(sqlite3.Connection):
    """A database whose only trouble can be the disk, told in one line."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement. Raises FlashcardsError where the disk is full or cannot be written."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError as error:
            raise _no_room(error) from error

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """Run a statement for each row. Raises FlashcardsError where the disk is full or cannot be written."""
        try:
            return super().executemany(sql, parameters)
        except sqlite3.OperationalError as error:
            raise _no_room(error) from error


def _no_room(error: sqlite3.OperationalError | OSError) -> FlashcardsError:
    return FlashcardsError(
        f"the system's temporary folder cannot be written ({error}); free some space there, or name another by TMPDIR"
    )


def scratch() -> sqlite3.Connection:
    """A private database in the system's temporary folder, gone when it is closed; without transactions."""
    return sqlite3.connect("", isolation_level=None, factory=_Scratch)


class Records:
    """Bytes in a private file of the system's temporary folder: put behind the others, taken by where they lie.

    The file is made with the first of them, and gone with the last who holds it.
    """

    def __init__(self) -> None:
        self._file: FileIO | None = None

    def __del__(self) -> None:
        if self._file:
            self._file.close()

    def put(self, records: bytes) -> None:
        """Write behind what is there. Raises FlashcardsError where the disk is full or cannot be written."""
        rest = memoryview(records)
        try:
            self._file = self._file or tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed at its end)
            self._file.seek(0, os.SEEK_END)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise _no_room(error) from error

    def take(self, start: int, end: int) -> bytes:
        """What lies there, of what was put."""
        assert self._file, "something was put"
        self._file.seek(start)
        return self._file.read(end - start)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; move it over ``path`` on success, remove it on any failure.

    The file is flushed to disk before the move, so a power cut leaves the old file or the new one (rename is atomic
    on one file system; `os.replace` also replaces on Windows). Raises FlashcardsError when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise FlashcardsError(
            f"cannot write here: {error.strerror}; choose another folder with -o", path=path
        ) from None
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)  # noqa: PTH105  (same call, but it names what we rely on)
    except OSError as error:
        raise FlashcardsError(
            f"could not be written: {error.strerror}; the old file is untouched", path=path
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """`write_text` of a text that comes in pieces, so that a large page is never held whole."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with line feeds, whole or not at all, whatever the locale."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))
