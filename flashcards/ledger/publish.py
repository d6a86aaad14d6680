"""All or nothing: a build's files are written aside, promised in the ledger, moved into place, and then marked done."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from flashcards.errors import FlashcardsError


@dataclass(slots=True)
class Stage:
    """Where a build writes. What stands in ``folder`` at the end is published; ``scratch`` is thrown away.

    ``published`` holds the files in their final place once the build is published.
    """

    folder: Path
    scratch: Path
    dropped: list[str] = field(default_factory=list)
    published: tuple[Path, ...] = ()

    def drop(self, name: str) -> None:
        """Remove a file of an earlier build (by its name) together with the publication, if it is there."""
        self.dropped.append(name)


@contextmanager
def staged(db: sqlite3.Connection, path: Path, folder: Path, *, build: int, now: int) -> Iterator[Stage]:
    """Stage, promise, move, confirm. A failure before the promise leaves nothing, one after it is for `recover`."""
    aside = _aside(folder, path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        stage = Stage(aside / "files", aside / "scratch")
        stage.folder.mkdir(parents=True)
        stage.scratch.mkdir()
    except OSError as error:
        raise FlashcardsError(
            f"cannot write here: {error.strerror}; choose another folder with -o", path=folder
        ) from None
    try:
        yield stage
        files = sorted(each for each in stage.folder.iterdir() if each.is_file())
        promised = [(each.name, _sha256(each)) for each in files]
        promised += [(name, None) for name in stage.dropped if (folder / name).exists()]
        db.execute("INSERT INTO builds VALUES (?, ?, 0, ?)", (build, now, str(folder.absolute())))
        db.executemany("INSERT INTO pending VALUES (?, ?)", promised)
        db.execute("COMMIT")
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise FlashcardsError(
            f"the build could not be written: {error.strerror}; nothing was changed", path=folder
        ) from None
    except FlashcardsError as error:
        shutil.rmtree(aside, ignore_errors=True)
        # The user knows the file by its own place, not by where it was staged.
        staged_file = error.path is not None and Path(error.path).parent == stage.folder
        place = folder / Path(error.path).name if staged_file and error.path else error.path
        raise type(error)(error.what, path=place, line=error.line) from None
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _move(db, folder, stage.folder, sure=True)
    _confirm(db)
    stage.published = tuple(folder / each.name for each in files)
    shutil.rmtree(aside, ignore_errors=True)


def recover(db: sqlite3.Connection, path: Path, *, dry: bool) -> None:
    """Finish a build that was interrupted between promise and confirmation, or roll it back if its files are lost."""
    row = db.execute("SELECT folder FROM builds WHERE published = 0").fetchone()
    if row is None:
        return
    folder = Path(row[0])
    files = _aside(folder, path) / "files"
    promised = db.execute("SELECT name, sha256 FROM pending").fetchall()
    there = [digest is None or digest in (_sha256(files / name), _sha256(folder / name)) for name, digest in promised]
    moved = any(digest is not None and digest == _sha256(folder / name) for name, digest in promised)
    if not all(there) and not moved:
        _roll_back(db)
    elif not dry:
        _move(db, folder, files)
    if dry:
        db.execute("DELETE FROM pending")
        db.execute("UPDATE builds SET published = 1, folder = NULL")
        return
    _confirm(db, begun=True)
    db.execute("BEGIN IMMEDIATE")
    shutil.rmtree(files.parent, ignore_errors=True)


def _roll_back(db: sqlite3.Connection) -> None:
    db.execute(
        "DELETE FROM items WHERE key IN (SELECT key FROM undo)"
        " OR first_build = (SELECT id FROM builds WHERE published = 0)"
    )
    db.execute(
        "INSERT INTO items SELECT key, document, position, live, number, hash, signature, modified, first_build,"
        " last_build, record, passage FROM undo WHERE old = 1"
    )
    db.execute("DELETE FROM builds WHERE published = 0")


def _move(db: sqlite3.Connection, folder: Path, files: Path, *, sure: bool = False) -> None:
    """Move what still stands in the stage; a file with other bytes than promised stays there.

    ``sure``: everything stands there as promised, for it was only just written.
    """
    for name, digest in db.execute("SELECT name, sha256 FROM pending ORDER BY name").fetchall():
        target, source = folder / name, files / name
        try:
            if digest is None:
                target.unlink(missing_ok=True)
            elif sure or _sha256(source) == digest:
                os.replace(source, target)  # noqa: PTH105  (same call, but it names what we rely on)
        except OSError as error:
            raise FlashcardsError(
                f"could not be replaced: {error.strerror}; close it where it is open and build again", path=target
            ) from None
    _sync(folder)


def _confirm(db: sqlite3.Connection, *, begun: bool = False) -> None:
    if not begun:
        db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE builds SET published = 1, folder = NULL")
    db.execute("DELETE FROM pending")
    db.execute("DELETE FROM undo")
    db.execute("COMMIT")


def _aside(folder: Path, ledger: Path) -> Path:
    # One fixed place a ledger: what a killed build left is found again, and its lock keeps two builds apart.
    return folder / f".{ledger.name.removesuffix('.ledger.sqlite')}.building"


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    # A folder can be flushed on POSIX only; elsewhere the file system journals renames itself.
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
