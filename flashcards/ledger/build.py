"""One build's view of the ledger: settle the documents one by one, finish, read the items, publish."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from flashcards.errors import BadConfiguration
from flashcards.ledger import across, publish, rescue, store
from flashcards.ledger.drafts import Drafts
from flashcards.model import Item


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build does to the deck, in items.

    ``kept`` stand in documents that were not read in this build; ``held`` are gone from their documents but are more
    than a fifth of the deck (or their document is gone), so they stay until ``--prune``. ``removed`` counts all ever
    withdrawn.
    """

    added: int
    changed: int
    unchanged: int
    withdrawn: int
    kept: int
    held: int
    removed: int


@dataclass(frozen=True, slots=True)
class Change:
    """A difference to the last published build. ``what``: added (no old item), changed, withdrawn (no new one)."""

    what: str
    key: str
    number: int
    old: Item | None
    new: Item | None


# A row of `items` as `store.unpack` and `store.bank_line` take it.
_Packed = tuple[bytes, bytes | None, str, int, int]
_PACKED = "record, pieces, key, number, modified FROM items LEFT JOIN passages ON passages.id = passage"
_MADE = "made "  # before a document's id: what its published items were made of


class Ledger:
    """The ledger of one deck, open and locked for one build (see `Ledger.open`)."""

    def __init__(self, db: sqlite3.Connection, path: Path, now: int, dry: bool) -> None:
        self._db = db
        self._path = path
        self._now = max(now, 1)
        self._dry = dry
        self._build = 0
        self._places = count()  # of the documents that are settled
        self._again = 0  # items of documents that were settled as they were
        self._new = 0  # items that never were before
        self._finished = False

    @classmethod
    @contextmanager
    def open(
        cls, path: Path, *, project: str, now: int, dry: bool = False, package: Path | None = None
    ) -> Iterator[Ledger]:
        """Open the ledger at ``path``, or make a new one; unless it is published, nothing of the build stays.

        A build that was interrupted while it published is finished or rolled back first. A missing ledger is rebuilt
        from ``package`` (by default NAME.apkg beside NAME.ledger.sqlite) and its withdrawn companion, where they exist.
        ``now`` is in whole seconds since 1970. ``dry`` works on a private copy. Raises BadBank for a ledger that is
        damaged, newer or another program's, BadConfiguration for another project's, FlashcardsError where another
        build holds it or it cannot be written.
        """
        fresh = not os.access(path, os.F_OK) or not path.stat().st_size
        db = store.snapshot(path) if dry else store.connect(path)
        try:
            publish.recover(db, path, dry=dry)
            ledger = cls(db, path, now, dry)
            ledger._own(project, package or path.with_name(path.name.removesuffix(".ledger.sqlite") + ".apkg"))
            yield ledger
        except sqlite3.Error as error:
            raise store.explain(path, error) from None
        finally:
            store.close(db, path, remove=fresh and not dry)

    def _own(self, project: str, package: Path) -> None:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'project'").fetchone()
        if row is None:
            self._db.execute("INSERT INTO meta VALUES ('project', ?), ('next_number', 1)", (project,))
            rescue.restore(self._db, project, package)
        elif row[0] != project:
            raise BadConfiguration(
                f"belongs to the project {row[0]!r}, not {project!r}: every note would become a new one; "
                f'set project = "{row[0]}" in flashcards.toml, or choose another --name',
                path=self._path,
            )

        self._build = 1 + self._count("SELECT ifnull(max(id), 0) FROM builds")

    def previous(self, document: str) -> tuple[Item, ...]:
        """The items a document has in the deck as last published, in their order."""
        return tuple(store.unpack(*row) for row in self._rows("document = ? AND live = 1", document))

    def settle_again(self, document: str, mark: str) -> bool:
        """Settle a document with its items as last published, if it was made then of what ``mark`` names.

        False, and nothing done, where it was not, or where its published items are no longer those (a build rolled
        back, a deck restored, items held): then `settle` must look. Raises BadConfiguration as `settle` does.
        """
        rows = self._db.execute(
            "SELECT hash FROM items WHERE document = ? AND live = 1 ORDER BY position, number", (document,)
        ).fetchall()
        if self.frozen(_MADE + document) != _made_of(mark, [row[0] for row in rows]):
            return False
        self._begin(document)
        self._again += len(rows)
        return True

    def _begin(self, document: str) -> None:
        try:
            self._db.execute("INSERT INTO settled VALUES (?, ?)", (document, next(self._places)))
        except sqlite3.IntegrityError:
            raise BadConfiguration(
                "two documents have this id; give one of them another `id:`", path=document
            ) from None

    def settle(self, drafts: Drafts, mark: str = "") -> None:
        """Match the items of one document, read in full and in order, with equal ones of it in the last build.

        ``mark`` names what they were made of, for `settle_again` of the next build. Raises BadConfiguration when a
        document id comes twice in a build.
        """
        document = drafts.document
        self._begin(document)
        rows, passages = drafts.rows, drafts.passages
        hashes = [row[0] for row in rows]
        if mark:
            self.freeze(_MADE + document, _made_of(mark, hashes))
        old = self._db.execute(
            "SELECT key, hash, signature FROM items WHERE document = ? AND live = 1 ORDER BY position, number",
            (document,),
        ).fetchall()
        matched = _matched(old, hashes, [row[1] for row in rows])
        store.keep_passages(self._db, passages)
        last = self._count("SELECT ifnull(max(id), 0) FROM draft")
        self._db.executemany(
            "INSERT INTO draft (id, document, position, key, hash, signature, first, passage)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((last + 1 + at, document, at, matched.get(at), *row[:-1]) for at, row in enumerate(rows)),
        )
        self._db.executemany(
            "INSERT INTO content VALUES (?, ?)", ((last + 1 + at, row[-1]) for at, row in enumerate(rows))
        )
        gone = {row[0] for row in old}.difference(matched.values())
        self._db.executemany("INSERT INTO orphan VALUES (?, 1)", ((key,) for key in gone))

    def finish(self, *, gone: Callable[[str], bool] = lambda document: False, prune: bool = False) -> Summary:
        """Match what moved or was edited, give keys, numbers and times, and withdraw what is gone.

        ``gone`` says of a document that was not settled whether it no longer exists; its items move with a renamed
        file, and are withdrawn only with ``prune``, and so is more than a fifth of all items.
        """
        for document in self._unread():
            if gone(document):
                self._db.execute(
                    "INSERT INTO orphan SELECT key, 0 FROM items WHERE document = ? AND live = 1", (document,)
                )
        across.match(self._db)
        across.name(self._db)
        before = self._live()
        doomed = self._count("SELECT count(*) FROM orphan WHERE settled = 1 OR ?", prune)
        spared = self._count("SELECT count(*) FROM orphan") - doomed
        if not prune and doomed * 5 > before:
            doomed, spared = 0, spared + doomed
            self._db.execute("DELETE FROM orphan")
        if not prune:
            self._db.execute("DELETE FROM orphan WHERE settled = 0")
        self._apply()
        self._finished = True
        return self._summary(doomed, spared)

    def _unread(self) -> list[str]:
        """The documents of the deck that were not settled in this build, in their order."""
        found = self._db.execute(
            "SELECT document FROM (SELECT DISTINCT document FROM items)"
            " WHERE document NOT IN (SELECT document FROM settled) ORDER BY document"
        )
        return [row[0] for row in found]

    def _live(self) -> int:
        return self._count("SELECT (SELECT count(*) FROM items) - (SELECT count(*) FROM items WHERE live = 0)")

    def _apply(self) -> None:
        """Write the drafts and the withdrawals into the items, with the old rows kept for a rollback."""
        db, now, build = self._db, self._now, self._build
        db.execute("DELETE FROM undo")
        db.execute(
            "INSERT INTO undo SELECT 1, items.* FROM draft CROSS JOIN items USING (key)"
            " WHERE items.hash != draft.hash OR items.live = 0 OR items.document != draft.document"
        )
        db.execute("INSERT INTO undo SELECT 1, items.* FROM items WHERE key IN (SELECT key FROM orphan)")
        db.execute(
            "UPDATE items SET live = 0, modified = max(?, modified + 1), last_build = ?"
            " WHERE key IN (SELECT key FROM orphan)",
            (now, build),
        )
        db.execute(
            "UPDATE items SET modified = CASE WHEN items.hash = draft.hash AND live = 1 THEN modified"
            " ELSE max(?, modified + 1) END, live = 1, document = draft.document, position = draft.position,"
            " hash = draft.hash, signature = draft.signature, last_build = ?, record = draft.record,"
            " passage = draft.passage"
            " FROM (SELECT key AS k, document, position, hash, signature, passage, record FROM draft"
            " JOIN content USING (id) WHERE NOT new) AS draft"
            " WHERE items.key = draft.k",
            (now, build),
        )
        number = self._count("SELECT value FROM meta WHERE name = 'next_number'")
        numbers = count(number)
        db.create_function("next_number", 0, partial(next, numbers))  # at a fifth of a window function's cost
        db.execute(
            "INSERT INTO items SELECT key, document, position, 1, next_number(), hash, signature,"
            " ?, ?, ?, record, passage FROM draft CROSS JOIN content USING (id) WHERE new ORDER BY id",
            (now, build, build),
        )
        self._new = next(numbers) - number
        db.execute("UPDATE meta SET value = ? WHERE name = 'next_number'", (number + self._new,))
        if db.execute("SELECT 1 FROM undo WHERE old = 1 LIMIT 1").fetchone():
            db.execute(
                "DELETE FROM passages WHERE id NOT IN"
                " (SELECT passage FROM items WHERE passage IS NOT NULL"
                " UNION SELECT passage FROM undo WHERE passage IS NOT NULL)"
            )

    def _summary(self, withdrawn: int, held: int) -> Summary:
        # From `undo` on, as its few rows are looked up in `items` and not the other way round.
        added = self._new + self._count(
            "SELECT count(*) FROM undo CROSS JOIN items USING (key) WHERE items.live = 1 AND undo.live = 0"
        )
        changed = self._count(
            "SELECT count(*) FROM undo CROSS JOIN items USING (key)"
            " WHERE items.live = 1 AND undo.live = 1 AND undo.hash != items.hash"
        )
        settled = self._count("SELECT count(*) FROM draft") + self._again
        live = self._live()
        return Summary(
            added=added,
            changed=changed,
            unchanged=settled - added - changed,
            withdrawn=withdrawn,
            kept=live - settled - held,
            held=held,
            removed=self._count("SELECT count(*) FROM items WHERE live = 0"),
        )

    def _count(self, query: str, *values: object) -> int:
        return int(self._db.execute(query, values).fetchone()[0])

    def items(self) -> Iterator[Item]:
        """The whole deck after `finish`: documents in the order of this build, then those it did not read."""
        return (store.unpack(*row) for row in self._deck())

    def lines(self) -> Iterator[bytes]:
        """`items` as the lines of a bank, which costs far less."""
        return (store.bank_line(*row) for row in self._deck())

    def _deck(self) -> Iterator[_Packed]:
        settled = [row[0] for row in self._db.execute("SELECT document FROM settled ORDER BY place")]
        for document in (*settled, *self._unread()):
            # No `yield from`: it would close the cursor, which fails when an abandoned build has closed the database.
            for row in self._rows("document = ? AND live = 1", document):  # noqa: UP028
                yield row

    def withdrawn(self) -> Iterator[Item]:
        """All items ever withdrawn, tagged `flashcards::removed`."""
        found = self._db.execute(
            f"SELECT {_PACKED} LEFT JOIN settled USING (document) WHERE live = 0"
            " ORDER BY settled.place IS NULL, settled.place, document, position, number"
        )
        for row in found:
            item = store.unpack(*row)
            yield replace(item, tags=(*item.tags, rescue.REMOVED))

    def _rows(self, which: str, *values: object) -> Iterator[_Packed]:
        return self._db.execute(f"SELECT {_PACKED} WHERE {which} ORDER BY position, number", values)

    def changes(self) -> Iterator[Change]:
        """The differences to the last published build, after `finish`, in the order of the deck."""
        found = self._db.execute(
            "SELECT key, items.number, undo.live, undo.record, was.pieces, items.live, items.record, now.pieces,"
            " items.modified, undo.modified FROM items LEFT JOIN undo USING (key)"
            " LEFT JOIN passages AS was ON was.id = undo.passage LEFT JOIN passages AS now ON now.id = items.passage"
            " LEFT JOIN settled ON settled.document = items.document"
            " WHERE (undo.key IS NOT NULL OR items.first_build = ?)"
            " AND (ifnull(undo.live, 0) != items.live OR undo.hash != items.hash)"
            " ORDER BY settled.place IS NULL, settled.place, items.document, items.position, items.number",
            (self._build,),
        )
        for key, number, was, old, before_pieces, now, new, pieces, modified, before in found:
            what = "added" if not was else "changed" if now else "withdrawn"
            yield Change(
                what,
                key,
                number,
                store.unpack(old, before_pieces, key, number, before) if was else None,
                store.unpack(new, pieces, key, number, modified) if now else None,
            )

    def notetypes(self, fingerprints: Mapping[str, str]) -> dict[str, int]:
        """The modification time of each note type; it moves only when the fingerprint of its templates does."""
        for name, fingerprint in sorted(fingerprints.items()):
            self._db.execute(
                "INSERT INTO notetypes VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE"
                " SET hash = ?2, modified = max(?3, modified + 1) WHERE hash != ?2",
                (name, fingerprint, self._now),
            )
        return dict(self._db.execute("SELECT name, modified FROM notetypes ORDER BY name").fetchall())

    def frozen(self, name: str) -> str | None:
        """A value frozen by an earlier build (such as statistics over the whole corpus), or None."""
        row = self._db.execute("SELECT value FROM frozen WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def freeze(self, name: str, value: str) -> None:
        """Keep a value for later builds; it is kept only if this build is published."""
        self._db.execute("INSERT OR REPLACE INTO frozen VALUES (?, ?)", (name, value))

    @contextmanager
    def publish(self, folder: Path) -> Iterator[publish.Stage]:
        """Give a stage to write the build's files into; all of them appear in ``folder``, or none.

        Raises FlashcardsError where the folder cannot be written or a file cannot be replaced.
        """
        if self._dry or not self._finished:
            raise ValueError("publish comes after finish, and never in a dry run")
        with publish.staged(self._db, self._path, folder, build=self._build, now=self._now) as stage:
            yield stage


def _matched(
    old: Sequence[tuple[str, bytes, bytes]], hashes: Sequence[bytes], signatures: Sequence[bytes]
) -> dict[int, str]:
    """New position -> key: first equal content, then equal folded text; ``old`` has key, hash and signature.

    Edits wait for `finish`: an old item that looks like an edit here may stand unchanged in a later document.
    """
    matched: dict[int, str] = {}
    for column, marks in ((1, hashes), (2, signatures)) if old else ():
        waiting: dict[str | bytes, deque[str]] = {}
        taken = set(matched.values())
        for row in old:
            if row[0] not in taken:
                waiting.setdefault(row[column], deque()).append(row[0])
        for at, mark in enumerate(marks):
            if at not in matched and waiting.get(mark):
                matched[at] = waiting[mark].popleft()
    return matched


def _made_of(mark: str, hashes: Sequence[bytes]) -> str:
    return f"{mark} {sha256(b''.join(hashes)).hexdigest()}"
