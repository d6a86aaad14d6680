"""What earlier builds worked out, by content: safe to delete, safe to damage, safe under two builds at once.

Two kinds of entries in one SQLite file: the outcome of a whole file (key: its bytes, its id, the settings and every
file they name), and the words of a passage (key: its text and the user's terms). All keys include a fingerprint of
the program and of the libraries that cut and convert, so another version simply finds nothing. No entry is trusted
to be code: unpickling admits our own nouns only. The file lives in the user's cache folder; FLASHCARDS_CACHE names
another folder, `--no-cache` leaves it alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards.settings import Settings

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome

# Libraries whose other version may cut, convert or decode otherwise.
_LIBRARIES = ("jieba", "rjieba", "opencc", "numpy", "lxml", "markdown-it-py", "pypdfium2", "PyYAML", "pypinyin")
_MOST_BYTES = 2_000_000_000  # a larger file is begun anew
_WAIT = 10.0  # seconds to wait for another build that writes; after that the entry is not kept
_SHEET = "items seed versions layout blank paper points minutes title source passages seal score_table show_passage"
# Settings of the sheet and the deck, that no step up to the items reads: another value leaves the entries as they are.
PUBLISHING = frozenset(f"{_SHEET} teacher fonts numbering project context typed split".split())
_OUR_MODULES = ("flashcards.model", "flashcards.pipeline", "flashcards.report", "flashcards.ledger.drafts")


def folder() -> Path:
    """Where the cache lies: FLASHCARDS_CACHE, else the user's cache folder."""
    named = os.environ.get("FLASHCARDS_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("flashcards-zh", appauthor=False)


class Cache:
    """Entries by key. Whatever is wrong with the file costs time, never a result: it is begun anew or left alone."""

    def __init__(self, place: Path) -> None:
        self._path = place / "analysis.sqlite"
        self._db = self._open()
        self._fresh: list[tuple[bytes, bytes]] = []

    def get(self, key: bytes) -> bytes | None:
        """The entry of that key, or None."""
        with self._careful() as db:
            row = db.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone() if db else None
            with contextlib.suppress(zlib.error, TypeError):
                return None if row is None else zlib.decompress(row[0])
        return None

    def __contains__(self, key: object) -> bool:
        row = None
        with self._careful() as db:
            row = db.execute("SELECT 1 FROM entries WHERE key = ?", (key,)).fetchone() if db else None
        return row is not None

    def put(self, key: bytes, value: bytes) -> None:
        """Keep an entry; it is written at `commit`."""
        self._fresh.append((key, zlib.compress(value, 1)))

    def commit(self) -> None:
        """Write what was put, in one short transaction; a full disk or a busy file loses it, nothing else."""
        with self._careful() as db:
            if db and self._fresh:
                with db:
                    db.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", self._fresh)
        self._fresh.clear()

    def close(self) -> None:
        """Close the file; from now on nothing is found and nothing kept."""
        if self._db:
            self._db.close()
            self._db = None

    @contextlib.contextmanager
    def _careful(self) -> Iterator[sqlite3.Connection | None]:
        """The database; after the first error this process does without, and a damaged file is removed."""
        try:
            yield self._db
        except sqlite3.Error as error:
            self.close()
            if _damaged(error):
                with contextlib.suppress(OSError):
                    self._remove()

    def _remove(self) -> None:
        for name in ("", "-journal"):
            self._path.with_name(self._path.name + name).unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection | None:
        for again in (False, True):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if again or (self._path.exists() and self._path.stat().st_size > _MOST_BYTES):
                    self._remove()
                db = sqlite3.connect(self._path, timeout=_WAIT)
                db.execute("PRAGMA synchronous = OFF")
                db.execute("CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
                db.execute("SELECT value FROM entries LIMIT 1").fetchone()
            except sqlite3.Error as error:
                if not _damaged(error):
                    return None
            except OSError:
                return None
            return db
        return None


def _damaged(error: sqlite3.Error) -> bool:
    """Whether the file is spoilt or another program's; otherwise it is busy, read-only, or the disk is full."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_ERROR)


@lru_cache(maxsize=4)
def opened(place: Path) -> Cache:
    """The cache of this process at that place (one connection a process)."""
    return Cache(place)


def make_all(files: Sequence[Input], settings: Settings, place: Path) -> list[Outcome]:
    """`pipeline.make_all` with the outcomes, and the words of every passage, kept in the cache at ``place``.

    Errors are not kept: what was wrong may be mended without a change of the file.
    """
    from flashcards import pipeline, segment

    store = opened(place)
    segment.remember(store)
    keys = [file_key(file, settings) for file in files]
    entries = [store.get(key) if key else None for key in keys]
    outcomes = [unpack(entry) if entry else None for entry in entries]
    left = [at for at, outcome in enumerate(outcomes) if outcome is None]
    for at, outcome in zip(left, pipeline.make_all([files[at] for at in left], settings), strict=True):
        outcomes[at], key = outcome, keys[at]
        entries[at] = pack(outcome) if key and outcome.error is None else None
        if key and (entry := entries[at]) and file_key(files[at], settings) == key:  # not edited meanwhile
            store.put(key, entry)
    store.commit()
    return [
        replace(outcome, mark=hashlib.sha256(_fingerprint() + entry).hexdigest()) if entry else outcome
        for outcome, entry in zip(outcomes, entries, strict=True)
        if outcome is not None
    ]


def load(file: Input, settings: Settings, place: Path) -> int:
    """How many bytes of a file `make_all` would have to work out: none where its outcome is known."""
    from flashcards.engine import size

    key = file_key(file, settings)
    return 0 if key and key in opened(place) else size(file)


def file_key(file: Input, settings: Settings) -> bytes | None:
    """The key of a file's outcome; None for what cannot be known beforehand (standard input, an unreadable file)."""
    if str(file.path) == "-":
        return None
    sidecar = file.path.with_name(file.path.name + ".sources.yaml")
    try:
        with file.path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
    beside = _content(sidecar)
    return _key("file", file.id, str(file.path), content, beside, settings_key(settings))


def settings_key(settings: Settings) -> str:
    """What the settings say to the map step, the content of the files they name included."""
    said = []
    for field in fields(settings):
        if field.name in PUBLISHING:
            continue
        value = getattr(settings, field.name)
        said.append((field.name, _content(value) if isinstance(value, Path) else repr(value)))
    return repr(said)


def passage_key(text: str, verse: bool, script: str, terms: tuple[str, ...]) -> bytes:
    """The key of a passage's sentences and words."""
    return _key("words", text, repr(verse), script, repr(terms))


def pack(outcome: Outcome) -> bytes:
    """An outcome as bytes."""
    return pickle.dumps(outcome, protocol=5)


def unpack(data: bytes) -> Outcome | None:
    """The outcome of `pack`; None where the bytes are damaged or name anything but our own nouns."""
    try:
        outcome: Outcome = _Unpickler(io.BytesIO(data)).load()
    except Exception:  # a damaged pickle raises whatever its bytes happen to mean
        return None
    return outcome


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        # A worker may find an outcome before it has imported what an outcome is made of.
        ours = module in _OUR_MODULES and isinstance(found := getattr(import_module(module), name, None), type)
        if ours:
            return found
        if (module, name) in {("pathlib", "PosixPath"), ("pathlib", "WindowsPath")}:
            return Path
        raise pickle.UnpicklingError(f"{module}.{name} is not one of our nouns")


def _key(*parts: str) -> bytes:
    digest = hashlib.sha256(_fingerprint())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "-"


@cache
def _fingerprint() -> bytes:
    """This program as installed (names, sizes and times of its files), its libraries and this Python."""
    from importlib.metadata import PackageNotFoundError, version

    root = Path(__file__).parent
    said = [sys.version]
    for path in sorted(root.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            state = path.stat()
            said.append(f"{path.relative_to(root).as_posix()} {state.st_size} {state.st_mtime_ns}")
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            said.append(f"{name} {version(name)}")
    return hashlib.sha256("\n".join(said).encode()).digest()
