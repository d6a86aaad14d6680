"""Items by number: the first ones as they are, in most banks all; the others packed on disk.

The disk is a private SQLite database without a name: it is in no one's way, and gone when it is closed.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flashcards.files import scratch
from flashcards.model import Context, Gap, Item, Passage, Place, Source

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE item (id INTEGER PRIMARY KEY, record BLOB);
CREATE TABLE passage (id INTEGER PRIMARY KEY, record BLOB);
BEGIN;
"""
NEAR = 8192  # items that stay in memory,
CHARACTERS = 4_000_000  # while they and their passages have no more than so many characters
BATCH = 1000  # of the others: so many are written at once
PASSAGES = 64  # remembered: neighbours share one


class Shelf:
    """Items by number, from 0 in the order in which they were put here; neighbours of one passage share it on disk."""

    def __init__(self) -> None:
        """A shelf without items."""
        self._db = scratch()
        self._db.executescript(SCHEMA)
        self._first: list[Item] = []
        self._characters = 0  # of these
        self._latest: Passage | None = None  # of the last of these
        self._full = False  # are the first ones all there?
        self._last: list[Item] = []  # still to be written
        self._far = 0  # items on disk
        self._written: tuple[int, Passage | None] = (0, None)  # the last passage on disk
        self._read: dict[int, Passage] = {}  # from disk, by number

    def __del__(self) -> None:
        self._db.close()

    def append(self, item: Item) -> None:
        """Put an item behind the others."""
        if self._full:
            self._last.append(item)
            if len(self._last) == BATCH:
                self._write()
            return
        context, passage = item.context, item.passage
        if passage is not self._latest:
            self._characters += len(passage.text)
            self._latest = passage
        self._characters += len(item.stem) + len(context.before) + len(context.sentence) + len(context.after)
        self._first.append(item)
        self._full = len(self._first) == NEAR or self._characters > CHARACTERS

    def _write(self) -> None:
        number, passage = self._written
        records: list[tuple[int, bytes]] = []
        passages: list[tuple[int, bytes]] = []
        for at, item in enumerate(self._last, start=len(self._first) + self._far):
            if item.passage is not passage and item.passage != passage:
                passage = item.passage
                number += 1
                passages.append((number, _packed_passage(passage)))
            records.append((at, _packed(item, number)))
        self._db.executemany("INSERT INTO item VALUES (?, ?)", records)
        self._db.executemany("INSERT INTO passage VALUES (?, ?)", passages)
        self._written = number, passage
        self._far += len(self._last)
        self._last.clear()

    @property
    def near(self) -> bool:
        """Whether all items are in memory."""
        return not self._far

    def __len__(self) -> int:
        return len(self._first) + self._far + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        yield from self._first
        for (record,) in self._db.execute("SELECT record FROM item ORDER BY id"):
            yield _item(record, self._passage)
        yield from self._last

    def __getitem__(self, at: int) -> Item:
        return self._get(at, self._passage)

    def light(self, at: int) -> Item:
        """The item of that number; a passage on disk is read when somebody looks at it."""
        return self._get(at, self._unread)

    def _get(self, at: int, passage: Callable[[int], Passage]) -> Item:
        if at < len(self._first):
            return self._first[at]
        if at >= len(self._first) + self._far:
            return self._last[at - len(self._first) - self._far]
        (record,) = self._db.execute("SELECT record FROM item WHERE id = ?", (at,)).fetchone()
        return _item(record, passage)

    def _passage(self, number: int) -> Passage:
        if number not in self._read:
            if len(self._read) >= PASSAGES:
                self._read.clear()
            (record,) = self._db.execute("SELECT record FROM passage WHERE id = ?", (number,)).fetchone()
            id_, document, place, text, lines, heading, title, source, pages, verse = marshal.loads(record)
            self._read[number] = Passage(
                id_, document, place, text, lines, heading, title, Source(*source), pages=pages, verse=verse
            )
        return self._read[number]

    def _unread(self, number: int) -> Passage:
        return _Unread(partial(self._passage, number))


class _Unread(Passage):
    """A passage that is read when somebody looks at it: most questions are refused before."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], Passage]) -> None:
        object.__setattr__(self, "_read", read)

    def __getattr__(self, name: str) -> Any:  # of what was not set: all that a passage has
        return getattr(self._read(), name)


def _item(record: bytes, passage: Callable[[int], Passage]) -> Item:
    at, kind, stem, gaps, answer, place, ask, accepted, options, explanation, context, key, number = marshal.loads(
        record
    )
    return Item(  # in the order of its fields, the hint left out: names cost a fifth more
        kind,
        stem,
        tuple([Gap(*gap) for gap in gaps]),
        answer,
        passage(at),
        Place(*place),
        ask,
        accepted,
        "",
        options,
        explanation,
        Context(*context),
        key=key,
        number=number,
    )


def _packed(item: Item, passage: int) -> bytes:
    """What a sheet needs of an item; marshal, for its cost is a tenth of what dataclasses take in a pickle."""
    return marshal.dumps(
        (
            passage,
            item.kind,
            item.stem,
            list(map(tuple, item.gaps)),
            item.answer,
            tuple(item.place),
            item.ask,
            item.accepted,
            item.options,
            item.explanation,
            tuple(item.context),
            item.key,
            item.number,
        )
    )


def _packed_passage(passage: Passage) -> bytes:
    source = passage.source
    return marshal.dumps(
        (
            *(passage.id, passage.document, passage.number, passage.text, passage.lines, passage.heading),
            passage.title,
            (
                *(source.title, source.author, source.date, source.place, source.occasion),
                *(source.publication, source.page, source.url, source.licence, source.marker),
            ),
            passage.pages,
            passage.verse,
        )
    )
