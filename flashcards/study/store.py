"""Progress on disk (SQLite): the log of answers as it happened, and what it sums up to for each card.

A review is one row, written in one transaction before the page says so; `UNIQUE(card, rev)` stores an answer sent
twice only once. Card states are a cache: they can be made anew from the reviews at any time.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flashcards.errors import BadBank, FlashcardsError
from flashcards.log import Entry, stamp
from flashcards.study.schedule import Memory, advance, replay

SCHEMA = 1
APPLICATION = 0x466C4361  # "FlCa": another program's database is never written to
TABLES = """
CREATE TABLE IF NOT EXISTS reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT, card TEXT NOT NULL, rev INTEGER NOT NULL, time TEXT NOT NULL,
  front TEXT NOT NULL, given TEXT NOT NULL, verdict TEXT NOT NULL, hinted INTEGER NOT NULL, ms INTEGER NOT NULL,
  easy INTEGER NOT NULL, practice INTEGER NOT NULL, UNIQUE (card, rev));
CREATE INDEX IF NOT EXISTS reviews_by_time ON reviews (time);
CREATE TABLE IF NOT EXISTS cards (
  card TEXT PRIMARY KEY, due TEXT NOT NULL, state INTEGER NOT NULL, step INTEGER, stability REAL NOT NULL,
  difficulty REAL NOT NULL, last TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
COLUMNS = "card, rev, time, front, given, verdict, hinted, ms, easy, practice"
HERE = ("app", "terminal")  # fronts whose answers undo takes back; imported ones stay


class AlreadyAnswered(Exception):
    """This showing of the card was answered before: a second tab, a second click, another program."""


@dataclass(frozen=True, slots=True)
class Review:
    """A stored answer, with its number in the store and in the life of its card."""

    id: int
    rev: int
    entry: Entry


def default_path(name: str) -> Path:
    """Where the progress of a deck lives: the user's data folder, a file a deck name."""
    from platformdirs import user_data_path

    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", name).strip(". ") or "flashcards"
    return user_data_path("flashcards-zh", appauthor=False) / f"{safe[:80]}.progress.sqlite"


class Store:
    """The progress of one deck. Every call opens its own connection, so threads and programs may share a file."""

    synchronous = "FULL"  # an answer is on the disk before the page says so, also if the power fails then

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises BadBank for a file that is not ours or newer, FlashcardsError if unwritable."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as db:
                self._check(db)
                # not to be had on some network folders: SQLite then keeps its rollback journal, slower and as safe
                db.execute("PRAGMA journal_mode = WAL")
            with self._transaction() as db:
                self._prepare(db)
        except OSError as error:
            raise FlashcardsError(
                f"cannot be written: {error.strerror}; name another with --store", path=path
            ) from None

    def _check(self, db: sqlite3.Connection) -> None:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != APPLICATION:
            raise BadBank("is another program's database; name a progress file with --store", path=self.path)
        if version > SCHEMA:
            raise BadBank(f"has schema {version}, newer than {SCHEMA}; update flashcards-zh", path=self.path)

    def _prepare(self, db: sqlite3.Connection) -> None:
        if db.execute("PRAGMA user_version").fetchone()[0] < SCHEMA:
            for statement in TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        except sqlite3.Error as error:
            raise FlashcardsError(f"cannot be opened: {error}; name another with --store", path=self.path) from None
        try:
            db.execute(f"PRAGMA synchronous = {self.synchronous}")
            yield db
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise FlashcardsError(
                f"progress cannot be read or saved: {error}; what was saved before is safe", path=self.path
            ) from error
        finally:
            db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def record(self, entry: Entry, rev: int) -> Review:
        """Store an answer to showing ``rev`` of its card. Raises AlreadyAnswered if that showing has one.

        Where the clock went backwards, the answer is dated right behind the card's last one.
        """
        try:
            with self._transaction() as db:
                last = db.execute("SELECT max(time), max(rev) FROM reviews WHERE card = ?", (entry.key,)).fetchone()
                if (last[1] or 0) + 1 != rev:
                    raise AlreadyAnswered
                time = entry.time.replace(microsecond=entry.time.microsecond // 1000 * 1000)
                if last[0] and time <= _time(last[0]):
                    time = _time(last[0]) + timedelta(milliseconds=1)
                entry = replace(entry, time=time)
                identifier = _insert(db, entry, rev)
                memory = advance(_memory(db, entry.key), entry)
                _remember(db, entry.key, memory)
        except sqlite3.IntegrityError:
            raise AlreadyAnswered from None
        return Review(identifier, rev, entry)

    def next_rev(self, card: str) -> int:
        """The number of the next showing of a card."""
        with self._connection() as db:
            return int(
                db.execute("SELECT coalesce(max(rev), 0) + 1 FROM reviews WHERE card = ?", (card,)).fetchone()[0]
            )

    def review(self, identifier: int) -> Review | None:
        """One stored answer, or None."""
        if identifier >= 1 << 63:
            return None
        with self._connection() as db:
            row = db.execute(f"SELECT id, {COLUMNS} FROM reviews WHERE id = ?", (identifier,)).fetchone()
        return None if row is None else _review(row)

    def amend(self, identifier: int, *, verdict: str | None = None, easy: bool | None = None) -> Review | None:
        """Change the verdict of an answer ("I was right", "easy") and replay its card; None if it is gone."""
        with self._transaction() as db:
            row = db.execute(f"SELECT id, {COLUMNS} FROM reviews WHERE id = ?", (identifier,)).fetchone()
            if row is None:
                return None
            review = _review(row)
            entry = replace(
                review.entry,
                verdict=review.entry.verdict if verdict is None else verdict,
                easy=review.entry.easy if easy is None else easy,
            )
            db.execute("UPDATE reviews SET verdict = ?, easy = ? WHERE id = ?", (entry.verdict, entry.easy, identifier))
            _replay(db, entry.key)
        return replace(review, entry=entry)

    def undo(self) -> Entry | None:
        """Take back the last answer given here (not an imported one) and replay its card; None if there is none."""
        marks = ", ".join("?" * len(HERE))
        with self._transaction() as db:
            row = db.execute(
                f"SELECT id, {COLUMNS} FROM reviews WHERE front IN ({marks}) ORDER BY id DESC LIMIT 1", HERE
            ).fetchone()
            if row is None:
                return None
            review = _review(row)
            db.execute("DELETE FROM reviews WHERE id = ?", (review.id,))
            # showings are numbered without holes: a later, imported answer of the card moves down
            db.execute("UPDATE reviews SET rev = -rev WHERE card = ? AND rev > ?", (review.entry.key, review.rev))
            db.execute("UPDATE reviews SET rev = -rev - 1 WHERE card = ? AND rev < 0", (review.entry.key,))
            _replay(db, review.entry.key)
        return review.entry

    def add(self, entries: Iterable[Entry]) -> int:
        """Merge answers from elsewhere, each once; cards are replayed by time. Returns the number added."""
        added = 0
        with self._transaction() as db:
            touched = set()
            for entry in entries:
                known = db.execute(
                    "SELECT 1 FROM reviews WHERE card = ? AND time = ? AND front = ? AND given = ?",
                    (entry.key, stamp(entry.time), entry.front, _text(entry.given)),
                ).fetchone()
                if known is None:
                    rev = db.execute("SELECT coalesce(max(rev), 0) + 1 FROM reviews WHERE card = ?", (entry.key,))
                    _insert(db, entry, rev.fetchone()[0])
                    touched.add(entry.key)
                    added += 1
            for card in sorted(touched):
                _replay(db, card)
        return added

    def entries(self) -> list[Entry]:
        """Every answer, by time."""
        with self._connection() as db:
            rows = db.execute(f"SELECT id, {COLUMNS} FROM reviews ORDER BY time, id").fetchall()
        return [_review(row).entry for row in rows]

    def memories(self) -> dict[str, Memory]:
        """What is remembered of every card that was scheduled."""
        with self._connection() as db:
            rows = db.execute("SELECT card, due, state, step, stability, difficulty, last FROM cards").fetchall()
        return {row[0]: _memory_of(row[1:]) for row in rows}

    def introduced_since(self, moment: datetime) -> int:
        """How many cards had their first scheduled answer since then."""
        with self._connection() as db:
            row = db.execute(
                "SELECT count(*) FROM (SELECT min(time) AS first FROM reviews WHERE NOT practice GROUP BY card)"
                " WHERE first >= ?",
                (stamp(moment),),
            ).fetchone()
        return int(row[0])

    def scheduled_since(self, moment: datetime) -> int:
        """How many answers since then changed the schedule."""
        with self._connection() as db:
            row = db.execute(
                "SELECT count(*) FROM reviews WHERE time >= ? AND NOT practice", (stamp(moment),)
            ).fetchone()
        return int(row[0])

    def practised_since(self, moment: str) -> frozenset[str]:
        """The cards answered in practice since a moment (as `log.stamp` writes it)."""
        with self._connection() as db:
            rows = db.execute("SELECT DISTINCT card FROM reviews WHERE time >= ? AND practice", (moment,)).fetchall()
        return frozenset(card for (card,) in rows)

    def rebuild(self) -> None:
        """Make the cache of card states anew from the reviews."""
        with self._transaction() as db:
            db.execute("DELETE FROM cards")
            for (card,) in db.execute("SELECT DISTINCT card FROM reviews").fetchall():
                _replay(db, card)

    def get(self, name: str, default: str = "") -> str:
        """A remembered setting: where the learner was, what was filtered."""
        with self._connection() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Remember a setting; not worth waiting for the disk."""
        with self._connection() as db:
            db.execute("PRAGMA synchronous = OFF")
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))


def _insert(db: sqlite3.Connection, entry: Entry, rev: int) -> int:
    flags = (int(entry.hinted), entry.ms, int(entry.easy), int(entry.practice))
    values = (entry.key, rev, stamp(entry.time), entry.front, _text(entry.given), entry.verdict, *flags)
    row = db.execute(f"INSERT INTO reviews ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return int(row.lastrowid or 0)


def _text(given: str) -> str:
    return given.encode("utf-8", "replace").decode()  # lone surrogates cannot be stored


def _replay(db: sqlite3.Connection, card: str) -> None:
    rows = db.execute(f"SELECT id, {COLUMNS} FROM reviews WHERE card = ? ORDER BY time, id", (card,)).fetchall()
    _remember(db, card, replay(_review(row).entry for row in rows))


def _remember(db: sqlite3.Connection, card: str, memory: Memory | None) -> None:
    if memory is None:
        db.execute("DELETE FROM cards WHERE card = ?", (card,))
        return
    values = (memory.state, memory.step, memory.stability, memory.difficulty, stamp(memory.last))
    db.execute("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?, ?, ?, ?)", (card, memory.due.isoformat(), *values))


def _memory(db: sqlite3.Connection, card: str) -> Memory | None:
    row = db.execute(
        "SELECT due, state, step, stability, difficulty, last FROM cards WHERE card = ?", (card,)
    ).fetchone()
    return None if row is None else _memory_of(row)


def _memory_of(row: tuple[str, int, int | None, float, float, str]) -> Memory:
    due, state, step, stability, difficulty, last = row
    return Memory(_time(due), state, step, stability, difficulty, _time(last))


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise BadBank(f"the progress file holds {text!r} where a time should be; restore a copy of it") from None


def _review(row: tuple[int, str, int, str, str, str, str, int, int, int, int]) -> Review:
    identifier, card, rev, time, front, given, verdict, hinted, ms, easy, practice = row
    entry = Entry(_time(time), card, front, given, verdict, bool(hinted), ms, bool(easy), bool(practice))
    return Review(identifier, rev, entry)
