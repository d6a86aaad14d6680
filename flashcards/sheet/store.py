"""The items a sheet chooses from and the questions it has chosen, on disk: memory does not grow with the bank.

A private SQLite database without a name: it is in no one's way, and gone when it is closed.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count, groupby
from typing import Any, NamedTuple, overload

from flashcards.model import Context, Gap, Item, Passage, Place, Source
from flashcards.sheet.drafts import Draft, Marks, secrets
from flashcards.sheet.guard import Answers, fold, row
from flashcards.sheet.layout import Outline, outline
from flashcards.sheet.model import Reply

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE run (id INTEGER PRIMARY KEY, passage BLOB, record BLOB, outline BLOB);
CREATE TABLE item (id INTEGER PRIMARY KEY, record BLOB);
CREATE TABLE answer (hash INTEGER PRIMARY KEY, start INTEGER, length INTEGER);
CREATE TABLE passage (id INTEGER PRIMARY KEY, kinds INTEGER, entries BLOB);
CREATE TABLE unit (id INTEGER PRIMARY KEY, entries BLOB);
CREATE TABLE chosen (
    id INTEGER PRIMARY KEY, layout, document, number, sentence, start, stem, size, drawn, units, longest, record
);
CREATE TABLE draft (id INTEGER PRIMARY KEY, layout, units, longest, record);
BEGIN;
"""
BATCH = 1000  # rows written at once
PASSAGES = 4096  # remembered; their items are asked one after the other, round by round
LAYOUT = 32  # bits of a passage's number in the key of its units


class Entry(NamedTuple):
    """An item as the choice of questions knows it.

    ``answers`` are the numbers of what it hides; ``place`` is its sentence among all sentences, ``sentence`` that in
    the passage; ``passage`` counts passages in the order of their ids.
    """

    item: int
    kind: str
    ask: str
    answers: tuple[int, ...]
    place: int
    sentence: int
    passage: int


class Store:
    """Items by number, their passages and answers, the units that sections offer, and the questions chosen of them."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Read the items once; nothing of them stays in memory but their answers' hashes."""
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(SCHEMA)
        self._known: dict[int, Passage] = {}
        self.kinds: Counter[str] = Counter()
        self._read(items)
        (answers,) = self._db.execute("SELECT count(*) FROM answer").fetchone()
        self.answers = Answers(self._db.execute("SELECT hash, start, length FROM answer ORDER BY hash"), answers)
        self.passages, self.places = self._sort()

    def __del__(self) -> None:
        self._db.close()

    def __len__(self) -> int:
        return self.kinds.total()

    def __iter__(self) -> Iterator[Item]:
        for (record,) in self._db.execute("SELECT record FROM item ORDER BY id"):
            yield self._item(record)

    def _read(self, items: Iterable[Item]) -> None:
        records: list[tuple[int, bytes]] = []
        answers: set[tuple[int, int, int]] = set()
        numbers = count(1)
        for run, (passage, group) in enumerate(groupby(items, key=lambda item: item.passage), start=1):
            outline = []
            for item in group:
                number = next(numbers)
                found = [row(folded) for secret in secrets(item) if (folded := fold(secret))]
                answers.update(found)
                records.append((number, _packed(item, run)))
                outline.append((number, item.kind, item.ask, item.place.sentence, [hashed for hashed, *_ in found]))
                self.kinds[item.kind] += 1
            name = passage.id.encode("utf-8", "surrogatepass")
            packed = _packed_passage(passage), marshal.dumps(outline)
            self._db.execute("INSERT INTO run VALUES (?, ?, ?, ?)", (run, name, *packed))
            if len(records) >= BATCH:
                self._write(records, answers)
        self._write(records, answers)

    def _write(self, records: list[tuple[int, bytes]], answers: set[tuple[int, int, int]]) -> None:
        self._db.executemany("INSERT INTO item VALUES (?, ?)", records)
        self._db.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?)", answers)
        records.clear()
        answers.clear()

    def _sort(self) -> tuple[int, int]:
        """Number passages in the order of their ids, and their sentences; how many of both there are."""
        places = passage = 0
        rows = self._db.execute("SELECT passage, outline FROM run ORDER BY passage, id")
        for passage, (_, runs) in enumerate(groupby(rows, key=lambda run: run[0]), start=1):
            numbers: dict[int, int] = {}
            entries = [
                (
                    item,
                    kind,
                    ask,
                    tuple(map(self.answers.number, hashes)),
                    numbers.setdefault(sentence, places + len(numbers)),
                    sentence,
                    passage - 1,
                )
                for _, outline in runs
                for item, kind, ask, sentence, hashes in marshal.loads(outline)
            ]
            places += len(numbers)
            kinds = self._kinds({kind for _, kind, *_ in entries})
            self._db.execute("INSERT INTO passage VALUES (?, ?, ?)", (passage - 1, kinds, marshal.dumps(entries)))
        return passage, places

    def by_passage(self, kinds: Collection[str]) -> Iterator[list[Entry]]:
        """The items of these kinds, passage by passage, in the order of the passages' ids and then of the bank."""
        sql = "SELECT entries FROM passage WHERE kinds & ? ORDER BY id"
        for (entries,) in self._db.execute(sql, (self._kinds(kinds),)):
            yield [Entry._make(entry) for entry in marshal.loads(entries) if entry[1] in kinds]

    def _kinds(self, kinds: Collection[str]) -> int:
        """A bit for each kind."""
        return sum(1 << bit for bit, kind in enumerate(self.kinds) if kind in kinds)

    def items(self, entries: Iterable[Entry]) -> list[Item]:
        """The items of these entries."""
        return [self._numbered(entry.item) for entry in entries]

    def _numbered(self, number: int) -> Item:
        (record,) = self._db.execute("SELECT record FROM item WHERE id = ?", (number,)).fetchone()
        return self._item(record)

    def offer(self, layout: int, groups: Iterable[tuple[int, Sequence[Sequence[Entry]]]]) -> None:
        """Keep what the questions of a layout may be made of: the units of each group in their order."""
        self._db.executemany(
            "INSERT INTO unit VALUES (?, ?)",
            (
                (layout << LAYOUT | group, marshal.dumps([[tuple(entry) for entry in unit] for unit in units]))
                for group, units in groups
            ),
        )

    def units(self, layout: int, group: int) -> list[list[tuple[Any, ...]]]:
        """The units of a group, as `offer` was given them; their entries are plain tuples."""
        (units,) = self._db.execute("SELECT entries FROM unit WHERE id = ?", (layout << LAYOUT | group,)).fetchone()
        found: list[list[tuple[Any, ...]]] = marshal.loads(units)
        return found

    def choose(self, layout: int, draft: Draft, items: Sequence[int]) -> None:
        """Keep a question that is chosen; ``items`` are the numbers of its items."""
        first = draft.items[0]
        document, stem = (text.encode("utf-8", "surrogatepass") for text in (first.passage.document, first.stem))
        place = (layout, document, first.passage.number, first.place.sentence, first.place.start, stem)
        record = marshal.dumps((tuple(items), tuple(draft.marks), draft.layout, *_fields(draft)))
        self._db.execute(
            "INSERT INTO chosen VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, draft.size, *outline(draft), record),
        )

    def chosen(self, layouts: Sequence[str]) -> dict[str, Drafts]:
        """The questions chosen of every layout that has any, in the order of the text."""
        self._db.execute(
            "INSERT INTO draft SELECT NULL, drawn, units, longest, record FROM chosen"
            " ORDER BY layout, document, number, sentence, start, stem, id"
        )
        rows = self._db.execute(
            "SELECT layout, count(*), sum(units), sum(size) FROM chosen GROUP BY layout ORDER BY layout"
        )
        found = {}
        first = 1
        for layout, many, units, size in rows:
            found[layouts[layout]] = Drafts(self, first, many, units, size)
            first += many
        return found

    def drafts(self, first: int, last: int, *, whole: bool) -> Iterator[Draft]:
        """Chosen questions by their numbers, both ends included; with their items, or their marks only."""
        for (record,) in self._db.execute(
            "SELECT record FROM draft WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
        ):
            yield self._draft(record, whole=whole)

    def outlines(self, first: int, last: int) -> Iterator[Outline]:
        """The outlines of these questions."""
        sql = "SELECT layout, units, longest FROM draft WHERE id BETWEEN ? AND ? ORDER BY id"
        return map(Outline._make, self._db.execute(sql, (first, last)))

    def _draft(self, record: bytes, *, whole: bool) -> Draft:
        numbers, marks, layout, stem, replies, *rest = marshal.loads(record)
        items = tuple(map(self._numbered, numbers)) if whole else ()
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

    def _item(self, record: bytes) -> Item:
        (run, kind, stem, gaps, answer, sentence, start, ask, accepted, options, explanation, context, key, number) = (
            marshal.loads(record)
        )
        return Item(
            kind=kind,
            stem=stem,
            gaps=tuple(Gap(*gap) for gap in gaps),
            answer=answer,
            passage=self._passage(run),
            place=Place(sentence, start),
            ask=ask,
            accepted=accepted,
            options=options,
            explanation=explanation,
            context=Context(context[0], context[1], stem if context[2] is None else context[2]),
            key=key,
            number=number,
        )

    def _passage(self, run: int) -> Passage:
        if run not in self._known:
            if len(self._known) >= PASSAGES:
                self._known.clear()
            (record,) = self._db.execute("SELECT record FROM run WHERE id = ?", (run,)).fetchone()
            id_, document, number, text, lines, heading, title, source, pages, verse = marshal.loads(record)
            self._known[run] = Passage(
                id_, document, number, text, lines, heading, title, Source(*source), pages=pages, verse=verse
            )
        return self._known[run]


def _packed(item: Item, run: int) -> bytes:
    """What a sheet needs of an item; marshal, for its cost is a tenth of what dataclasses take in a pickle."""
    context = item.context
    return marshal.dumps(
        (
            run,
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

    def __init__(self, store: Store, first: int, count: int, units: int, size: int) -> None:
        self._store, self._first, self._count = store, first, count
        self.units, self.size = units, size

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Draft]:
        return self._store.drafts(self._first, self._first + self._count - 1, whole=False)

    def whole(self) -> list[Draft]:
        """The questions with their items, for a sheet that fits in memory."""
        return list(self._store.drafts(self._first, self._first + self._count - 1, whole=True))

    @overload
    def __getitem__(self, at: int) -> Draft: ...
    @overload
    def __getitem__(self, at: slice) -> list[Draft]: ...
    def __getitem__(self, at: int | slice) -> Draft | list[Draft]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        number = self._first + range(self._count)[at]
        return next(self._store.drafts(number, number, whole=False))

    def outlines(self) -> Iterator[Outline]:
        """The outline of each question."""
        return self._store.outlines(self._first, self._first + self._count - 1)
