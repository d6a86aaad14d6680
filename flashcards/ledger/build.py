"""One build's view of the ledger: settle the documents one by one, finish, read the items, publish."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from flashcards.errors import BadConfiguration
from flashcards.ledger import across, publish, rescue, store
from flashcards.ledger.identity import content_hash, signature
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


_MADE = "made "  # before a document's id: what its published items were made of


class Ledger:
    """The ledger of one deck, open and locked for one build (see `Ledger.open`)."""

    def __init__(self, db: sqlite3.Connection, path: Path, now: int, dry: bool) -> None:
        self._db = db
        self._path = path
        self._now = max(now, 1)
        self._dry = dry
        self._build = 0
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
        found = self._db.execute(
            "SELECT key, number, modified, record FROM items WHERE document = ? AND live = 1 ORDER BY position, number",
            (document,),
        )
        return tuple(_item(*row) for row in found)

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
        self._db.execute(
            "INSERT INTO draft (document, position, key, hash, signature, record)"
            " SELECT document, position, key, hash, signature, record FROM items"
            " WHERE document = ? AND live = 1 ORDER BY position, number",
            (document,),
        )
        return True

    def _begin(self, document: str) -> None:
        try:
            self._db.execute("INSERT INTO settled SELECT ?, count(*) FROM settled", (document,))
        except sqlite3.IntegrityError:
            raise BadConfiguration(
                "two documents have this id; give one of them another `id:`", path=document
            ) from None

    def settle(self, document: str, items: Sequence[Item], mark: str = "") -> None:
        """Match the items of one document, read in full and in order, with equal ones of it in the last build.

        ``mark`` names what they were made of, for `settle_again` of the next build. Raises BadConfiguration when a
        document id comes twice in a build.
        """
        self._begin(document)
        hashes = [content_hash(item) for item in items]
        if mark:
            self.freeze(_MADE + document, _made_of(mark, hashes))
        signatures = [signature(item) for item in items]
        matched = self._match(document, hashes, signatures)
        self._db.executemany(
            "INSERT INTO draft (document, position, key, hash, signature, record) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (document, at, matched.get(at), hashes[at], signatures[at], store.pack(item))
                for at, item in enumerate(items)
            ),
        )
        self._db.execute(
            "INSERT INTO orphan SELECT key, 1 FROM items WHERE document = ?1 AND live = 1"
            " AND key NOT IN (SELECT key FROM draft WHERE document = ?1 AND key IS NOT NULL)",
            (document,),
        )

    def _match(self, document: str, hashes: Sequence[bytes], signatures: Sequence[bytes]) -> dict[int, str]:
        """New position -> key: first equal content, then equal folded text.

        Edits wait for `finish`: an old item that looks like an edit here may stand unchanged in a later document.
        """
        old = self._db.execute(
            "SELECT key, hash, signature FROM items WHERE document = ? AND live = 1 ORDER BY position, number",
            (document,),
        ).fetchall()
        matched: dict[int, str] = {}
        for column, marks in ((1, hashes), (2, signatures)):
            waiting: dict[bytes, deque[str]] = {}
            taken = set(matched.values())
            for row in old:
                if row[0] not in taken:
                    waiting.setdefault(row[column], deque()).append(row[0])
            for at, mark in enumerate(marks):
                if at not in matched and waiting.get(mark):
                    matched[at] = waiting[mark].popleft()
        return matched

    def finish(self, *, gone: Callable[[str], bool] = lambda document: False, prune: bool = False) -> Summary:
        """Match what moved or was edited, give keys, numbers and times, and withdraw what is gone.

        ``gone`` says of a document that was not settled whether it no longer exists; its items move with a renamed
        file, and are withdrawn only with ``prune``, and so is more than a fifth of all items.
        """
        unread = self._db.execute(
            "SELECT DISTINCT document FROM items WHERE live = 1 AND document NOT IN (SELECT document FROM settled)"
        ).fetchall()
        for (document,) in unread:
            if gone(document):
                self._db.execute(
                    "INSERT INTO orphan SELECT key, 0 FROM items WHERE document = ? AND live = 1", (document,)
                )
        across.match(self._db)
        across.name(self._db)
        before = self._count("SELECT count(*) FROM items WHERE live = 1")
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

    def _apply(self) -> None:
        """Write the drafts and the withdrawals into the items, with the old rows kept for a rollback."""
        db, now, build = self._db, self._now, self._build
        db.execute("DELETE FROM undo")
        db.execute(
            "INSERT INTO undo SELECT 1, items.* FROM items JOIN draft USING (key)"
            " WHERE items.hash != draft.hash OR items.live = 0 OR items.document != draft.document"
        )
        db.execute("INSERT INTO undo SELECT 1, items.* FROM items WHERE key IN (SELECT key FROM orphan)")
        db.execute("INSERT INTO undo (old, key) SELECT 0, key FROM draft WHERE key NOT IN (SELECT key FROM items)")
        db.execute(
            "UPDATE items SET live = 0, modified = max(?, modified + 1), last_build = ?"
            " WHERE key IN (SELECT key FROM orphan)",
            (now, build),
        )
        db.execute(
            "UPDATE items SET modified = CASE WHEN items.hash = draft.hash AND live = 1 THEN modified"
            " ELSE max(?, modified + 1) END, live = 1, document = draft.document, position = draft.position,"
            " hash = draft.hash, signature = draft.signature, last_build = ?, record = draft.record"
            " FROM (SELECT key AS k, document, position, hash, signature, record FROM draft) AS draft"
            " WHERE items.key = draft.k",
            (now, build),
        )
        db.execute(
            "INSERT INTO items SELECT key, document, position, 1, number, hash, signature, ?, ?, ?, record"
            " FROM draft WHERE number IS NOT NULL ORDER BY id",
            (now, build, build),
        )

    def _summary(self, withdrawn: int, held: int) -> Summary:
        added = self._count(
            "SELECT count(*) FROM undo JOIN items USING (key) WHERE items.live = 1 AND ifnull(undo.live, 0) = 0"
        )
        changed = self._count(
            "SELECT count(*) FROM undo JOIN items USING (key)"
            " WHERE items.live = 1 AND undo.live = 1 AND undo.hash != items.hash"
        )
        settled = self._count("SELECT count(*) FROM draft")
        live = self._count("SELECT count(*) FROM items WHERE live = 1")
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
        yield from self._deck(live=1)

    def withdrawn(self) -> Iterator[Item]:
        """All items ever withdrawn, tagged `flashcards::removed`."""
        for item in self._deck(live=0):
            yield replace(item, tags=(*item.tags, rescue.REMOVED))

    def _deck(self, live: int) -> Iterator[Item]:
        found = self._db.execute(
            "SELECT key, number, modified, record FROM items LEFT JOIN settled USING (document) WHERE live = ?"
            " ORDER BY settled.place IS NULL, settled.place, document, position, number",
            (live,),
        )
        for row in found:
            yield _item(*row)

    def changes(self) -> Iterator[Change]:
        """The differences to the last published build, after `finish`, in the order of the deck."""
        found = self._db.execute(
            "SELECT key, items.number, undo.live, undo.record, items.live, items.record, items.modified, undo.modified"
            " FROM undo JOIN items USING (key) LEFT JOIN settled ON settled.document = items.document"
            " WHERE ifnull(undo.live, 0) != items.live OR undo.hash != items.hash"
            " ORDER BY settled.place IS NULL, settled.place, items.document, items.position, items.number"
        )
        for key, number, was, old, now, new, modified, before in found:
            what = "added" if not was else "changed" if now else "withdrawn"
            yield Change(
                what,
                key,
                number,
                _item(key, number, before, old) if was else None,
                _item(key, number, modified, new) if now else None,
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


def _made_of(mark: str, hashes: Sequence[bytes]) -> str:
    return f"{mark} {sha256(b''.join(hashes)).hexdigest()}"


def _item(key: str, number: int, modified: int, record: bytes) -> Item:
    return replace(store.unpack(record), key=key, number=number, modified=modified)
