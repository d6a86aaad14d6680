"""Items by number: the last ones as they are, in most banks all; the others packed on disk.

The disk is a private SQLite database without a name: it is in no one's way, and gone when it is closed.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator

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
BATCH = 1000  # items written at once after that
PASSAGES = 4096  # remembered; their items are asked one after the other, round by round


class Shelf:
    """Items by number, from 0 in the order in which they were put here; neighbours of one passage share it on disk."""

    def __init__(self) -> None:
        """A shelf without items."""
        self._db = scratch()
        self._db.executescript(SCHEMA)
        self._last: list[Item] = []
        self._characters = 0  # of these
        self._far = 0  # items on disk
        self._written: tuple[int, Passage | None] = (0, None)  # the last passage on disk
        self._read: dict[int, Passage] = {}  # from disk, by number

    def __del__(self) -> None:
        self._db.close()

    def append(self, item: Item) -> None:
        """Put an item behind the others."""
        last, context = self._last, item.context
        if not last or last[-1].passage is not item.passage:
            self._characters += len(item.passage.text)
        self._characters += len(item.stem) + len(context.before) + len(context.sentence) + len(context.after)
        last.append(item)
        if len(last) == (BATCH if self._far else NEAR) or self._characters > CHARACTERS:
            self._write()

    def _write(self) -> None:
        number, passage = self._written
        records: list[tuple[int, bytes]] = []
        passages: list[tuple[int, bytes]] = []
        for at, item in enumerate(self._last, start=self._far):
            if item.passage != passage:
                passage = item.passage
                number += 1
                passages.append((number, _packed_passage(passage)))
            records.append((at, _packed(item, number)))
        self._db.executemany("INSERT INTO item VALUES (?, ?)", records)
        self._db.executemany("INSERT INTO passage VALUES (?, ?)", passages)
        self._written = number, passage
        self._far += len(self._last)
        self._last.clear()
        self._characters = 0

    @property
    def near(self) -> bool:
        """Whether no item is on disk."""
        return not self._far

    def __len__(self) -> int:
        return self._far + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        for (record,) in self._db.execute("SELECT record FROM item ORDER BY id"):
            yield self._item(record)
        yield from self._last

    def __getitem__(self, at: int) -> Item:
        if at >= self._far:
            return self._last[at - self._far]
        (record,) = self._db.execute("SELECT record FROM item WHERE id = ?", (at,)).fetchone()
        return self._item(record)

    def _item(self, record: bytes) -> Item:
        (
            passage,
            kind,
            stem,
            gaps,
            answer,
            sentence,
            start,
            ask,
            accepted,
            options,
            explanation,
            context,
            key,
            number,
        ) = marshal.loads(record)
        return Item(
            kind=kind,
            stem=stem,
            gaps=tuple(Gap(*gap) for gap in gaps),
            answer=answer,
            passage=self._passage(passage),
            place=Place(sentence, start),
            ask=ask,
            accepted=accepted,
            options=options,
            explanation=explanation,
            context=Context(context[0], context[1], stem if context[2] is None else context[2]),
            key=key,
            number=number,
        )

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


def _packed(item: Item, passage: int) -> bytes:
    """What a sheet needs of an item; marshal, for its cost is a tenth of what dataclasses take in a pickle."""
    context = item.context
    return marshal.dumps(
        (
            passage,
            item.kind,
            item.stem,
            [(gap.start, gap.end) for gap in item.gaps],
            item.answer,
            item.place.sentence,
            item.place.start,
            item.ask,
            item.accepted,
            item.options,
            item.explanation,
            (context.before, context.after, None if context.sentence == item.stem else context.sentence),
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
