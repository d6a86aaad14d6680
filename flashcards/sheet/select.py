"""Which items stand on a sheet: spread over kinds and passages, seeded, and none giving another away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from flashcards.model import Item
from flashcards.sheet.drafts import KIND, MATCHED, Draft, Drafter, Unit, Words, drafter, units
from flashcards.sheet.guard import Guard
from flashcards.sheet.options import SheetOptions

# How many of thirty items a kind gets where all kinds are there; a school sheet is half blanks, a quarter choices.
SHARES = {
    "fill": 10,
    "choice": 7,
    "truefalse": 4,
    "wordbank": 6,
    "list": 2,
    "match": 5,
    "order": 1,
    "recitation": 4,
    "source": 3,
    "term": 2,
}
BLANKS = range(2, 5)  # of one sentence: two where there are passages enough, four where there are few


FIRST = ("order", "match", "wordbank")  # they need several free sentences at once, so they choose first
Walk = Callable[[Mapping[str, int]], Iterator[Unit]]


def choose(pool: Sequence[Item], options: SheetOptions, title: str, words: Words) -> dict[str, list[Draft]]:
    """The questions of every section, in the order of the text; sections that stay empty are left out."""
    selection = _Selection(Guard([title]), {layout: [] for layout in options.layout})
    rng = Random(options.seed)
    passages = sorted({item.passage.id for item in pool})
    rng.shuffle(passages)
    rank = {passage: number for number, passage in enumerate(passages)}
    walks = {layout: _walk(units(layout, pool), rank, rng) for layout in options.layout}
    makers = {layout: drafter(layout, words) for layout in options.layout}
    quotas = _quotas(pool, options)
    total = len(pool) if options.items is None else options.items
    in_turn = sorted(options.layout, key=lambda layout: layout not in FIRST)
    for aim in (quotas, dict.fromkeys(options.layout, total)):
        for layout in in_turn:
            most = BLANKS[0] if aim[layout] <= len(passages) else BLANKS[-1]
            _fill(
                selection, layout, walks[layout], aim[layout], total, most if layout in KIND else total, makers[layout]
            )
    return {layout: sorted(drafts, key=_place) for layout, drafts in selection.chosen.items() if drafts}


@dataclass(slots=True)
class _Selection:
    """What is chosen so far, in one run of `choose`."""

    guard: Guard
    chosen: dict[str, list[Draft]]
    used: set[tuple[str, int]] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)

    def size(self, layout: str | None = None) -> int:
        drafts = self.chosen.values() if layout is None else [self.chosen[layout]]
        return sum(draft.size for group in drafts for draft in group)

    def add(self, layout: str, draft: Draft) -> None:
        self.guard.add(draft.shown, draft.secrets)
        self.used |= draft.sentences
        self.seen.update(item.passage.id for item in draft.items)
        self.chosen[layout].append(draft)


def _fill(selection: _Selection, layout: str, walk: Walk, aim: int, total: int, most: int, make: Drafter) -> None:
    for unit in walk(selection.seen):
        room = min(aim - selection.size(layout), total - selection.size())
        if room <= 0:
            break
        fresh = tuple(item for item in unit if (item.passage.id, item.place.sentence) not in selection.used)
        draft = make(fresh, min(room, most), selection.guard) if fresh else None
        if draft is not None and not draft.sentences & selection.used:
            selection.add(layout, draft)


def _walk(group: Mapping[str, list[Unit]], rank: Mapping[str, int], rng: Random) -> Walk:
    """Units passage by passage in turn, the passage that was asked least first."""
    mixed = {passage: [_shuffled(unit, rng) for unit in _shuffled(group[passage], rng)] for passage in sorted(group)}

    def walk(seen: Mapping[str, int]) -> Iterator[Unit]:
        order = sorted(mixed, key=lambda passage: (seen.get(passage, 0), rank.get(passage, -1), passage))
        for depth in range(max(map(len, mixed.values()), default=0)):
            for passage in order:
                if depth < len(mixed[passage]):
                    yield mixed[passage][depth]

    return walk


T = TypeVar("T")


def _shuffled(values: Sequence[T], rng: Random) -> tuple[T, ...]:
    mixed = list(values)
    rng.shuffle(mixed)
    return tuple(mixed)


def _quotas(pool: Sequence[Item], options: SheetOptions) -> dict[str, int]:
    """How many items each section should get: by its share, never more than there are, the rest to the others."""
    kinds = Counter(item.kind for item in pool)
    there = {layout: _available(layout, kinds, pool) for layout in options.layout}
    quotas = dict.fromkeys(options.layout, 0)
    left = sum(there.values()) if options.items is None else options.items
    while left > 0:
        open_ = [layout for layout in options.layout if quotas[layout] < there[layout]]
        if not open_:
            break
        shares = sum(SHARES[layout] for layout in open_)
        whole = left
        for layout in open_:
            step = min(left, there[layout] - quotas[layout], max(1, whole * SHARES[layout] // shares))
            quotas[layout] += step
            left -= step
    return quotas


def _available(layout: str, kinds: Mapping[str, int], pool: Sequence[Item]) -> int:
    if layout == "order":
        return len({item.passage.id for item in pool})
    if layout == "match":
        return sum(kinds.get(kind, 0) for kind in MATCHED)
    return kinds.get(KIND.get(layout, layout), 0)


def _place(draft: Draft) -> tuple[str, int, int, int, str]:
    item = draft.items[0]
    return item.passage.document, item.passage.number, item.place.sentence, item.place.start, item.stem
