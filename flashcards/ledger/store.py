"""The ledger's file: SQLite, opened by one program at a time, checked before use, never overwritten when in doubt."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from errno import EACCES
from pathlib import Path
from tempfile import TemporaryDirectory

from flashcards.bank import item_from_record, item_line, line
from flashcards.errors import BadBank, FlashcardsError
from flashcards.ledger.drafts import parsed_item, parsed_passage
from flashcards.model import Item

SCHEMA = 2
APPLICATION = 0x666C6173  # "flas": SQLite's application_id, so that another program's database is told apart
CACHE = 16_000  # KiB of the file in memory: keys come in no order
PATIENCE = 10.0  # seconds a second build waits before it is told

# `items` holds every item that ever was: key, number and state are for ever; `passages` the passages they name, each
# once. `undo` holds the rows a pending build changed, as they were (`old` is 1; an earlier program kept the keys of new
# rows, too, with 0); rows that are new have that build as their `first_build`. An item of schema 1 has no passage: its
# record is the whole of a bank's line, deflated. `settled`, `draft` and what follows are temporary tables of one build;
# of a document that is settled `again`, as it was, there are no drafts.
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE items (
  key TEXT PRIMARY KEY, document TEXT NOT NULL, position INTEGER NOT NULL, live INTEGER NOT NULL,
  number INTEGER NOT NULL UNIQUE, hash BLOB NOT NULL, signature BLOB NOT NULL, modified INTEGER NOT NULL,
  first_build INTEGER NOT NULL, last_build INTEGER NOT NULL, record BLOB NOT NULL, passage INTEGER
);
CREATE INDEX items_document ON items (document, position);
CREATE INDEX items_signature ON items (signature);
CREATE TABLE undo (
  old INTEGER NOT NULL, key TEXT PRIMARY KEY, document, position, live, number, hash, signature, modified,
  first_build, last_build, record, passage
);
CREATE TABLE notetypes (name TEXT PRIMARY KEY, hash TEXT NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE frozen (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE builds (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, published INTEGER NOT NULL, folder TEXT);
CREATE TABLE pending (name TEXT PRIMARY KEY, sha256 TEXT) WITHOUT ROWID;
"""
SINCE_2 = """
CREATE TABLE passages (id INTEGER PRIMARY KEY, pieces BLOB NOT NULL);
CREATE INDEX items_withdrawn ON items (key) WHERE live = 0;
"""
FROM_1 = """
ALTER TABLE items ADD COLUMN passage INTEGER;
ALTER TABLE undo ADD COLUMN passage;
"""

DRAFTS = """
CREATE TEMP TABLE settled (document TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE draft (
  id INTEGER PRIMARY KEY, document TEXT NOT NULL, position INTEGER NOT NULL, key TEXT, new INTEGER NOT NULL DEFAULT 0,
  hash BLOB NOT NULL, signature BLOB NOT NULL, first TEXT NOT NULL, passage INTEGER NOT NULL
);
CREATE TEMP TABLE content (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TEMP TABLE orphan (key TEXT PRIMARY KEY, settled INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE sketch (value INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (value, key)) WITHOUT ROWID;
CREATE TEMP TABLE pair (score REAL NOT NULL, key TEXT NOT NULL, draft INTEGER NOT NULL);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a ledger for one build and lock it, or make a new one. Raises BadBank or FlashcardsError, one line each."""
    while True:
        db = _open(path)
        # While we waited, another first build may have come to nothing and removed the file that we hold.
        if path.exists():
            return db
        db.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size:
            _refuse_foreign(path)
        if not os.access(path if path.exists() else path.parent, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise PermissionError(EACCES, "it is read-only")
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise _cannot(path, error) from None
    with _closed_on_failure(db, path):
        # The exclusive mode keeps the lock over commits, until the connection is closed or the process dies.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA cache_size = -{CACHE}")
        _begin(db, path)
    return db


def _begin(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    _check(db, path)
    _script(db, DRAFTS)


@contextmanager
def _closed_on_failure(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Close ``db`` where it cannot be opened as a ledger; what SQLite says becomes one line for the user."""
    try:
        yield
    except sqlite3.Error as error:
        db.close()
        raise explain(path, error) from None
    except FlashcardsError:
        db.close()
        raise


def close(db: sqlite3.Connection, path: Path, *, remove: bool) -> None:
    """Close a ledger, rolling back what was not committed. ``remove``: a new one that got no build leaves no file."""
    with suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")
        remove = remove and not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'builds'").fetchone()
        if remove:
            # Before the lock is given up, so that a build that waits for it sees the file gone (`connect`).
            for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)
    db.close()


def snapshot(path: Path) -> sqlite3.Connection:
    """A private copy of a ledger (empty if there is none), for looking without writing a byte."""
    db = sqlite3.connect("", isolation_level=None)
    with _closed_on_failure(db, path):
        if path.exists() and path.stat().st_size:
            _refuse_foreign(path)
            _copy(path, db)
        _begin(db, path)
    return db


def _copy(path: Path, db: sqlite3.Connection) -> None:
    # SQLite would leave files beside a ledger that it only reads. So the file is copied, its write-ahead log first:
    # what a build that ends meanwhile moves from the log to the file then stands in both, which is harmless.
    with TemporaryDirectory(prefix="flashcards-") as folder:
        for name in (path.name + "-wal", path.name):
            with suppress(FileNotFoundError):
                shutil.copyfile(path.with_name(name), Path(folder) / name)
        source = sqlite3.connect(Path(folder) / path.name)
        try:
            source.backup(db)
        finally:
            source.close()


def _refuse_foreign(path: Path) -> None:
    """Raise BadBank for what is no ledger of ours, before a first statement of SQLite could change a byte of it."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise BadBank(f"is no ledger or is damaged; {ADVICE}", path=path)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
    try:
        _recognise(db, path)
    except sqlite3.Error as error:
        raise explain(path, error) from None
    finally:
        db.close()


def _recognise(db: sqlite3.Connection, path: Path) -> bool:
    """Whether the database is a ledger, or else an empty one. Raises BadBank for any other, and a newer ledger."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    schema = db.execute("PRAGMA user_version").fetchone()[0]
    if application == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        return False
    if application != APPLICATION:
        raise BadBank("is a database of another program, no ledger; name another place for the ledger", path=path)
    if schema > SCHEMA:
        raise BadBank(f"has schema {schema}, newer than {SCHEMA}; update flashcards-zh", path=path)
    return True


ADVICE = "restore it from a backup, or move it away and it is rebuilt from the last .apkg"


def _check(db: sqlite3.Connection, path: Path) -> None:
    if not _recognise(db, path):
        _script(db, TABLES + SINCE_2)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {SCHEMA}")
        return
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BadBank(f"is damaged ({found}); {ADVICE}", path=path)
    if db.execute("PRAGMA user_version").fetchone()[0] == 1:
        _script(db, FROM_1 + SINCE_2)
        db.execute(f"PRAGMA user_version = {SCHEMA}")


def _script(db: sqlite3.Connection, script: str) -> None:
    # Not `executescript`, which would commit the transaction that holds the lock.
    for statement in script.split(";"):
        if statement.strip():
            db.execute(statement)


def _cannot(path: Path, error: OSError | sqlite3.Error) -> FlashcardsError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return FlashcardsError(f"the ledger cannot be opened here: {reason}; choose another folder with -o", path=path)


def explain(path: Path, error: sqlite3.Error) -> FlashcardsError:
    """An error of SQLite as one line for the user."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return FlashcardsError("another build or program is using this ledger; try again when it has ended", path=path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return BadBank(f"is damaged; {ADVICE}", path=path)
    if name.startswith("SQLITE_FULL"):
        return FlashcardsError("the disk is full; nothing was changed, free some space and build again", path=path)
    return _cannot(path, error)


def keep_passages(db: sqlite3.Connection, pieces: Mapping[int, bytes]) -> None:
    """Keep what `bank.passage_pieces` says of passages, by their names."""
    db.executemany("INSERT OR IGNORE INTO passages VALUES (?, ?)", pieces.items())


def unpack(record: bytes, pieces: bytes | None, key: str = "", number: int = 0, modified: int = 0) -> Item:
    """The item of a row, of its record and what is kept of its passage."""
    if pieces is not None:
        return parsed_item(record, parsed_passage(pieces), key, number, modified)
    return replace(item_from_record(json.loads(zlib.decompress(record))), key=key, number=number, modified=modified)


def bank_line(record: bytes, pieces: bytes | None, key: str, number: int, modified: int) -> bytes:
    """A row as a line of a bank."""
    if pieces is not None:
        return line(key, number, modified, record, pieces)
    return item_line(unpack(record, pieces, key, number, modified))
