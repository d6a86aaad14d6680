"""The questions chosen for a sheet, by section in the order of the text: where their items are, in memory or on disk.

The disk is a private SQLite database without a name: it is in no one's way, and gone when it is closed.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from typing import Any, overload

from flashcards.files import scratch
from flashcards.sheet.drafts import Draft, Marks
from flashcards.sheet.layout import Outline, outline
from flashcards.sheet.model import Reply
from flashcards.sheet.shelf import Shelf

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -4096;
CREATE TABLE chosen (
    id INTEGER PRIMARY KEY, layout, document, number, sentence, start, stem, size, drawn, units, longest, record
);
CREATE TABLE draft (id INTEGER PRIMARY KEY, layout, units, longest, record);
BEGIN;
"""
BATCH = 1000  # rows written at once


class Chosen:
    """The chosen questions: `add` them in any order, then take the `sections`."""

    def __init__(self, items: Shelf) -> None:
        """``items``: those that the questions are made of."""
        self._items = items
        self._near: list[Draft] | None = [] if items.near else None
        self._db = scratch()
        self._db.executescript(SCHEMA)
        self._waiting: list[tuple[Any, ...]] = []

    def __del__(self) -> None:
        self._db.close()

    def add(self, layout: int, draft: Draft, items: Sequence[int]) -> None:
        """Keep a question that is chosen; ``items`` are the numbers of its items."""
        first, marks = draft.items[0], draft.marks
        document, stem = (text.encode("utf-8", "surrogatepass") for text in (first.passage.document, first.stem))
        place = (layout, document, first.passage.number, first.place.sentence, first.place.start, stem)
        record = None
        if self._near is not None:
            self._near.append(draft._replace(kept=marks))
        else:
            record = marshal.dumps((tuple(items), tuple(marks), draft.layout, *_fields(draft)))
        self._waiting.append((*place, draft.size, *outline(draft), record))
        if len(self._waiting) == BATCH:
            self._write()

    def _write(self) -> None:
        self._db.executemany("INSERT INTO chosen VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def sections(self, layouts: Sequence[str]) -> dict[str, Drafts]:
        """The questions of every layout that has any, in the order of the text."""
        self._write()
        order = "ORDER BY layout, document, number, sentence, start, stem, id"
        if self._near is not None:
            self._near = [self._near[at - 1] for (at,) in self._db.execute(f"SELECT id FROM chosen {order}")]
        self._db.execute(f"INSERT INTO draft SELECT NULL, drawn, units, longest, record FROM chosen {order}")
        rows = self._db.execute(
            "SELECT layout, count(*), sum(units), sum(size) FROM chosen GROUP BY layout ORDER BY layout"
        )
        found = {}
        first = 0
        for layout, many, units, size in rows:
            found[layouts[layout]] = Drafts(self, first, first + many, units, size)
            first += many
        return found

    def drafts(self, first: int, end: int, *, whole: bool) -> Iterator[Draft]:
        """Chosen questions by their numbers, from 0 in their order; with their items, or their marks only."""
        if self._near is not None:
            yield from self._near[first:end]
            return
        rows = self._db.execute("SELECT record FROM draft WHERE id > ? AND id <= ? ORDER BY id", (first, end))
        for (record,) in rows:
            yield self._draft(record, whole=whole)

    def outlines(self, first: int, end: int) -> Iterator[Outline]:
        """The outlines of these questions."""
        sql = "SELECT layout, units, longest FROM draft WHERE id > ? AND id <= ? ORDER BY id"
        return map(Outline._make, self._db.execute(sql, (first, end)))

    def _draft(self, record: bytes, *, whole: bool) -> Draft:
        numbers, marks, layout, stem, replies, *rest = marshal.loads(record)
        items = tuple(map(self._items.__getitem__, numbers)) if whole else ()
        ask, cite, rows, options, right, room, units, size, explanation = rest
        return Draft(
            layout=layout,
            items=items,
            stem=stem,
            replies=tuple(Reply(*reply) for reply in replies),
            ask=ask,
            cite=cite,
            rows=rows,
            options=options,
            right=right,
            room=room,
            units=units,
            size=size,
            explanation=explanation,
            kept=Marks._make(marks),
        )


def _fields(draft: Draft) -> tuple[Any, ...]:
    """A draft without its layout and items, in the order of its fields; what it is about was needed to choose it."""
    return (
        draft.stem,
        [(reply.text, reply.meaning, reply.accepted) for reply in draft.replies],
        *(draft.ask, draft.cite, draft.rows, draft.options, draft.right, draft.room, draft.units, draft.size),
        draft.explanation,
    )


class Drafts(Sequence[Draft]):
    """The chosen questions of a layout, read anew each time; how many answers (units) and items (size) they have."""

    def __init__(self, chosen: Chosen, first: int, end: int, units: int, size: int) -> None:
        self._chosen, self._first, self._end = chosen, first, end
        self.units, self.size = units, size

    def __len__(self) -> int:
        return self._end - self._first

    def __iter__(self) -> Iterator[Draft]:
        return self._chosen.drafts(self._first, self._end, whole=False)

    def whole(self) -> list[Draft]:
        """The questions with their items, for a sheet that fits in memory."""
        return list(self._chosen.drafts(self._first, self._end, whole=True))

    @overload
    def __getitem__(self, at: int) -> Draft: ...
    @overload
    def __getitem__(self, at: slice) -> list[Draft]: ...
    def __getitem__(self, at: int | slice) -> Draft | list[Draft]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        number = range(self._first, self._end)[at]
        return next(self._chosen.drafts(number, number + 1, whole=False))

    def outlines(self) -> Iterator[Outline]:
        """The outline of each question."""
        return self._chosen.outlines(self._first, self._end)
