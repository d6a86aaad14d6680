"""Matching at the end of a build: moved passages, renamed files, edited sentences, items that come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from flashcards.ledger import matching, store
from flashcards.ledger.identity import answers_match, new_key
from flashcards.model import Item

BATCH = 500
CANDIDATES = 20  # so many similar old items are compared with one new item at most
SHARED = 2  # values of the minhash that they must share: at Dice 0.75 (Jaccard 0.6) 99 of 100 do


def match(db: sqlite3.Connection) -> None:
    """Give unmatched drafts the keys of orphans: equal text in any document, then edits in their own, then elsewhere.

    An orphan is an item of the last build without an equal one in its document. Equal text goes first everywhere, or
    an edit would take the key of a sentence that only moved. Last come items withdrawn in an earlier build.
    """
    # All drafts are there: an index costs less now than with every row.
    db.execute("CREATE UNIQUE INDEX temp.draft_key ON draft (key)")
    if db.execute("SELECT 1 FROM orphan LIMIT 1").fetchone():
        db.execute("CREATE INDEX temp.draft_document ON draft (document, position)")
        _equal(
            db, "SELECT key FROM items JOIN orphan USING (key) WHERE signature = ? ORDER BY document, position LIMIT 1"
        )
        _edited_in_place(db)
        _edited_elsewhere(db)
    if db.execute("SELECT 1 FROM items WHERE live = 0 LIMIT 1").fetchone():
        _equal(
            db,
            "SELECT key FROM items WHERE signature = ? AND live = 0 AND NOT EXISTS"
            " (SELECT 1 FROM draft WHERE draft.key = items.key) ORDER BY last_build DESC, number LIMIT 1",
        )


# What `store.unpack` needs of a draft and of an old item.
NEW = "record, pieces FROM draft JOIN content USING (id) LEFT JOIN passages ON passages.id = passage"
OLD = "record, pieces FROM items LEFT JOIN passages ON passages.id = passage"


def _unmatched(db: sqlite3.Connection) -> Iterator[tuple[int, bytes]]:
    """id and signature of the drafts without a key, in batches, so that they may be changed meanwhile."""
    last = 0
    while True:
        batch = db.execute(
            "SELECT id, signature FROM draft WHERE key IS NULL AND id > ? ORDER BY id LIMIT ?", (last, BATCH)
        ).fetchall()
        if not batch:
            return
        yield from batch
        last = batch[-1][0]


def _take(db: sqlite3.Connection, draft: int, key: str) -> None:
    db.execute("UPDATE draft SET key = ? WHERE id = ?", (key, draft))
    db.execute("DELETE FROM orphan WHERE key = ?", (key,))


def _equal(db: sqlite3.Connection, query: str) -> None:
    for draft, signature in _unmatched(db):
        found = db.execute(query, (signature,)).fetchone()
        if found:
            _take(db, draft, found[0])


def _edited_in_place(db: sqlite3.Connection) -> None:
    """Edits inside each document that has both drafts without a key and orphans, one document in memory at a time."""
    documents = db.execute(
        "SELECT DISTINCT document FROM draft WHERE key IS NULL"
        " AND document IN (SELECT document FROM orphan CROSS JOIN items USING (key)) ORDER BY document"
    ).fetchall()
    for (document,) in documents:
        new = db.execute(
            f"SELECT draft.id, position, {NEW} WHERE document = ? AND key IS NULL ORDER BY position",
            (document,),
        )
        old = db.execute(
            f"SELECT key, position, {OLD} JOIN orphan USING (key) WHERE document = ? AND live = 1"
            " ORDER BY position, number",
            (document,),
        )
        anchors = db.execute(
            "SELECT draft.position, items.position FROM draft JOIN items ON items.key = draft.key"
            " WHERE draft.document = ?1 AND items.document = ?1 AND live = 1",
            (document,),
        )
        for draft, key in matching.within(_candidates(old), _candidates(new), dict(anchors)).items():
            _take(db, int(draft), str(key))


def _candidates(rows: Iterable[tuple[int | str, int, bytes, bytes | None]]) -> list[matching.Candidate]:
    return [matching.Candidate(name, position, store.unpack(record, pieces)) for name, position, record, pieces in rows]


def _edited_elsewhere(db: sqlite3.Connection) -> None:
    """Fill a table of minhashes of the orphans, compare each draft with those that share one, take the surest first."""
    if not db.execute("SELECT 1 FROM draft WHERE key IS NULL LIMIT 1").fetchone():
        return
    for key, record, pieces in _orphans(db):
        sketch = matching.Candidate(key, 0, store.unpack(record, pieces)).sketch
        db.executemany("INSERT OR IGNORE INTO sketch VALUES (?, ?)", ((value, key) for value in sketch))
    marks = ", ".join("?" * len(matching.SEEDS))
    near = (
        f"SELECT key, {OLD} JOIN sketch USING (key) WHERE value IN ({marks})"
        f" GROUP BY key HAVING count(*) >= {SHARED} ORDER BY count(*) DESC, key LIMIT {CANDIDATES}"
    )
    for draft, _ in _unmatched(db):
        new = matching.Candidate(draft, 0, _draft(db, draft))
        for key, record, pieces in db.execute(near, new.sketch).fetchall():
            old = matching.Candidate(key, 0, store.unpack(record, pieces))
            value = matching.score(old, new, same_place=False, same_document=False)
            if value is not None:
                db.execute("INSERT INTO pair VALUES (?, ?, ?)", (value, key, draft))
    taken: set[int] = set()
    for key, draft in db.execute("SELECT key, draft FROM pair ORDER BY score DESC, draft, key").fetchall():
        if draft not in taken and db.execute("SELECT 1 FROM orphan WHERE key = ?", (key,)).fetchone():
            taken.add(draft)
            _take(db, draft, key)


def _draft(db: sqlite3.Connection, draft: int) -> Item:
    return store.unpack(*db.execute(f"SELECT {NEW} WHERE draft.id = ?", (draft,)).fetchone())


def _orphans(db: sqlite3.Connection) -> Iterator[tuple[str, bytes, bytes | None]]:
    last = ""
    while True:
        batch = db.execute(
            f"SELECT key, {OLD} JOIN orphan USING (key) WHERE key > ? ORDER BY key LIMIT ?", (last, BATCH)
        ).fetchall()
        if not batch:
            return
        yield from batch
        last = batch[-1][0]


def name(db: sqlite3.Connection) -> None:
    """Give every draft that is still without one a new key, and say which of them are new items.

    Where the key is that of a withdrawn item with the same answer, the item comes back instead.
    """
    # The first draft of a key gets it; in the order of the build, as rows are visited in that of their ids.
    db.execute(
        "UPDATE OR IGNORE draft SET key = first, new = 1 WHERE key IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM items WHERE items.key = draft.first)"
    )
    for draft, _ in _unmatched(db):
        key, returns = _free_key(db, _draft(db, draft))
        db.execute("UPDATE draft SET key = ?, new = ? WHERE id = ?", (key, not returns, draft))


def _free_key(db: sqlite3.Connection, item: Item) -> tuple[str, bool]:
    copy = 0
    while True:
        key = new_key(item.passage.document, item, copy)
        copy += 1
        if db.execute("SELECT 1 FROM draft WHERE key = ?", (key,)).fetchone():
            continue
        row = db.execute(f"SELECT live, {OLD} WHERE key = ?", (key,)).fetchone()
        if row is None:
            return key, False
        live, record, pieces = row
        if not live and answers_match(store.unpack(record, pieces), item):
            return key, True
