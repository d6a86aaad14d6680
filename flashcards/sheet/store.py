"""The items a sheet chooses from and the questions it has chosen, on disk: memory does not grow with the bank.

A private SQLite database without a name: it is in no one's way, and gone when it is closed.
"""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, overload

from flashcards.files import scratch
from flashcards.model import Context, Gap, Item, Passage, Place, Source
from flashcards.sheet.drafts import Draft, Marks, secrets
from flashcards.sheet.guard import Answers, Row, fold, row
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
LAYOUT = 32  # bits of a unit's number in its key; above them stands its layout

# A row of `Entry`, as it lies on disk.
Plain = tuple[int, str, str, tuple[int | None, ...], int, int, int]


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

    def __init__(self) -> None:
        """An empty store: `add` the items in their order, then `close`."""
        self._db = scratch()
        self._db.executescript(SCHEMA)
        self._known: dict[int, Passage] = {}
        self._passage: Passage | None = None  # of the item that was added last
        self._outline: list[tuple[int, str, str, int, list[int]]] = []
        self._runs: list[tuple[int, bytes, bytes, bytes]] = []
        self._records: list[tuple[int, bytes]] = []
        self._answers: set[Row] = set()
        self._run = self._count = 0
        self._chosen: list[tuple[Any, ...]] = []
        self.kinds: Counter[str] = Counter()

    @classmethod
    def of(cls, items: Iterable[Item]) -> Store:
        """A store of these items, read once; nothing of them stays in memory but their answers' hashes."""
        store = cls()
        for item in items:
            store.add(item)
        store.close()
        return store

    def add(self, item: Item) -> None:
        """Take up an item; neighbours of one passage share it on disk."""
        if item.passage is not self._passage and item.passage != self._passage:
            self._end_run()
            self._passage = item.passage
            self._run += 1
        self._count += 1
        found = [row(folded) for secret in secrets(item) if (folded := fold(secret))]
        self._answers.update(found)
        self._records.append((self._count, _packed(item, self._run)))
        hashes = [hashed for hashed, *_ in found]
        self._outline.append((self._count, item.kind, item.ask, item.place.sentence, hashes))
        self.kinds[item.kind] += 1

    def _end_run(self) -> None:
        if self._passage is None:
            return
        name = self._passage.id.encode("utf-8", "surrogatepass")
        self._runs.append((self._run, name, _packed_passage(self._passage), marshal.dumps(self._outline)))
        self._outline.clear()
        if len(self._records) >= BATCH:
            self._write()

    def _write(self) -> None:
        self._db.executemany("INSERT INTO run VALUES (?, ?, ?, ?)", self._runs)
        self._db.executemany("INSERT INTO item VALUES (?, ?)", self._records)
        self._db.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?)", self._answers)
        for written in (self._runs, self._records, self._answers):
            written.clear()

    def close(self) -> None:
        """Number answers, passages and sentences: all items are there."""
        self._end_run()
        self._passage = None
        self._write()
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

    def _sort(self) -> tuple[int, int]:
        """Number passages in the order of their ids, and their sentences; how many of both there are."""
        places = passages = 0

        def rows() -> Iterator[tuple[int, int, bytes]]:
            nonlocal places, passages
            found = self._db.execute("SELECT passage, outline FROM run ORDER BY passage, id")
            for passages, (_, runs) in enumerate(groupby(found, key=itemgetter(0)), start=1):
                numbers: dict[int, int] = {}  # of its sentences
                entries: list[Plain] = [
                    (
                        item,
                        kind,
                        ask,
                        tuple(map(self.answers.number, hashes)),
                        numbers.setdefault(sentence, places + len(numbers)),
                        sentence,
                        passages - 1,
                    )
                    for _, outline in runs
                    for item, kind, ask, sentence, hashes in marshal.loads(outline)
                ]
                places += len(numbers)
                yield passages - 1, self._kinds({kind for _, kind, *_ in entries}), marshal.dumps(entries)

        self._db.executemany("INSERT INTO passage VALUES (?, ?, ?)", rows())
        return passages, places

    def by_passage(self, kinds: Collection[str]) -> Iterator[list[Plain]]:
        """The items of these kinds, passage by passage, in the order of the passages' ids and then of the bank."""
        sql = "SELECT entries FROM passage WHERE kinds & ? ORDER BY id"
        for (entries,) in self._db.execute(sql, (self._kinds(kinds),)):
            yield [entry for entry in marshal.loads(entries) if entry[1] in kinds]

    def _kinds(self, kinds: Collection[str]) -> int:
        """A bit for each kind."""
        return sum(1 << bit for bit, kind in enumerate(self.kinds) if kind in kinds)

    def items(self, entries: Iterable[Entry]) -> list[Item]:
        """The items of these entries."""
        return [self._numbered(entry.item) for entry in entries]

    def _numbered(self, number: int) -> Item:
        (record,) = self._db.execute("SELECT record FROM item WHERE id = ?", (number,)).fetchone()
        return self._item(record)

    def offer(self, layout: int, units: Iterable[tuple[Plain, ...]]) -> None:
        """Keep what each question of a layout may be made of, by its number from 0."""
        self._db.executemany(
            "INSERT INTO unit VALUES (?, ?)",
            ((layout << LAYOUT | number, marshal.dumps(unit)) for number, unit in enumerate(units)),
        )

    def unit(self, layout: int, number: int) -> tuple[Plain, ...]:
        """A unit as `offer` was given it."""
        (unit,) = self._db.execute("SELECT entries FROM unit WHERE id = ?", (layout << LAYOUT | number,)).fetchone()
        found: tuple[Plain, ...] = marshal.loads(unit)
        return found

    def choose(self, layout: int, draft: Draft, items: Sequence[int]) -> None:
        """Keep a question that is chosen; ``items`` are the numbers of its items."""
        first = draft.items[0]
        document, stem = (text.encode("utf-8", "surrogatepass") for text in (first.passage.document, first.stem))
        place = (layout, document, first.passage.number, first.place.sentence, first.place.start, stem)
        record = marshal.dumps((tuple(items), tuple(draft.marks), draft.layout, *_fields(draft)))
        self._chosen.append((*place, draft.size, *outline(draft), record))
        if len(self._chosen) == BATCH:
            self._write_chosen()

    def _write_chosen(self) -> None:
        self._db.executemany("INSERT INTO chosen VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._chosen)
        self._chosen.clear()

    def chosen(self, layouts: Sequence[str]) -> dict[str, Drafts]:
        """The questions chosen of every layout that has any, in the order of the text."""
        self._write_chosen()
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
            passage=self._passage_of(run),
            place=Place(sentence, start),
            ask=ask,
            accepted=accepted,
            options=options,
            explanation=explanation,
            context=Context(context[0], context[1], stem if context[2] is None else context[2]),
            key=key,
            number=number,
        )

    def _passage_of(self, run: int) -> Passage:
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
