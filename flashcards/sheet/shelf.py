"""Items by number: the first ones as they are, in most banks all; the others packed on disk."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flashcards.files import Records
from flashcards.model import Context, Gap, Item, Passage, Place, Source

NEAR = 8192  # items that stay in memory,
CHARACTERS = 4_000_000  # while they and their passages have no more than so many characters
BATCH = 1000  # of the others: so many are written at once
STEP = 16  # bytes: where a record lies is counted in these, so that four bytes tell it
PASSAGES = 64  # remembered: neighbours share one

Where = tuple[int, int]  # the steps where a record begins and ends


class Shelf:
    """Items by number, from 0 in the order in which they were put here; neighbours of one passage share it on disk."""

    def __init__(self) -> None:
        """A shelf without items."""
        self._first: list[Item] = []
        self._characters = 0  # of these
        self._latest: Passage | None = None  # of the last of these
        self._full = False  # are the first ones all there?
        self._last: list[Item] = []  # still to be written
        self._disk = Records()
        self._begins = array("I", [0])  # where each item on disk lies, up to the next; and where the next will
        self._written: tuple[Where, Passage | None] = ((0, 0), None)  # the last passage on disk
        self._read: dict[Where, Passage] = {}  # from disk

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
        where, passage = self._written
        records: list[bytes] = []
        for item in self._last:
            if item.passage is not passage and item.passage != passage:
                passage = item.passage
                records.append(_steps(_packed_passage(passage)))
                where = self._begins[-1], self._begins[-1] + len(records[-1]) // STEP
                self._begins[-1] = where[1]
            records.append(_steps(_packed(item, where)))
            self._begins.append(self._begins[-1] + len(records[-1]) // STEP)
        self._disk.put(b"".join(records))
        self._written = where, passage
        self._last.clear()

    @property
    def _far(self) -> int:
        return len(self._begins) - 1

    @property
    def near(self) -> bool:
        """Whether all items are in memory."""
        return not self._far

    def __len__(self) -> int:
        return len(self._first) + self._far + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Item:
        return self._get(at, self._passage)

    def light(self, at: int) -> Item:
        """The item of that number; a passage on disk is read when somebody looks at it."""
        return self._get(at, self._unread)

    def _get(self, at: int, passage: Callable[[Where], Passage]) -> Item:
        if at < len(self._first):
            return self._first[at]
        at -= len(self._first)
        if at >= self._far:
            return self._last[at - self._far]
        return _item(self._record(self._begins[at], self._begins[at + 1]), passage)

    def _record(self, begin: int, end: int) -> bytes:
        return self._disk.take(begin * STEP, end * STEP)

    def _passage(self, where: Where) -> Passage:
        if where not in self._read:
            if len(self._read) >= PASSAGES:
                self._read.clear()
            record = self._record(*where)
            id_, document, place, text, lines, heading, title, source, pages, verse = marshal.loads(record)
            self._read[where] = Passage(
                id_, document, place, text, lines, heading, title, Source(*source), pages=pages, verse=verse
            )
        return self._read[where]

    def _unread(self, where: Where) -> Passage:
        return _Unread(partial(self._passage, where))


class _Unread(Passage):
    """A passage that is read when somebody looks at it: most questions are refused before."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], Passage]) -> None:
        object.__setattr__(self, "_read", read)

    def __getattr__(self, name: str) -> Any:  # of what was not set: all that a passage has
        return getattr(self._read(), name)


def _item(record: bytes, passage: Callable[[Where], Passage]) -> Item:
    where, kind, stem, gaps, answer, place, ask, accepted, options, explanation, context, key, number = marshal.loads(
        record
    )
    return Item(  # in the order of its fields, the hint left out: names cost a fifth more
        kind,
        stem,
        tuple([Gap(*gap) for gap in gaps]),
        answer,
        passage(where),
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


def _steps(record: bytes) -> bytes:
    """A record up to the end of its last step; marshal passes over what is behind it."""
    return record + bytes(-len(record) % STEP)


def _packed(item: Item, passage: Where) -> bytes:
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
