"""Which items stand on a sheet: spread over kinds and passages, seeded, and none giving another away."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heapreplace
from random import Random
from typing import TypeVar

from flashcards.model import Item
from flashcards.sheet.drafts import KIND, MATCHED, Draft, Drafter, Unit, Words, drafter, place, units
from flashcards.sheet.guard import Guard
from flashcards.sheet.options import SheetOptions

# How many of thirty items a kind gets where all kinds are there; a school sheet is half blanks, a quarter choices.
SHARES = {
    "fill": 10,
    "choice": 7,
    "truefalse": 4,
    "wordbank": 6,
    "pinyin": 8,
    "spelling": 5,
    "list": 2,
    "match": 5,
    "order": 1,
    "recitation": 4,
    "source": 3,
    "term": 2,
}
BLANKS = range(2, 5)  # of one sentence: two where there are passages enough, four where there are few


FIRST = ("order", "match", "wordbank")  # they need several free sentences at once, so they choose first


def choose(pool: Sequence[Item], options: SheetOptions, title: str, words: Words) -> dict[str, list[Draft]]:
    """The questions of every section, in the order of the text; sections that stay empty are left out.

    The section that is furthest behind its share takes the next question; what a section cannot use goes to the others.
    No answer is asked twice as long as there are others.
    """
    rng = Random(options.seed)
    selection = _Selection(Guard([title]), {layout: [] for layout in options.layout})
    passages = len({item.passage.id for item in pool})
    quotas = _quotas(pool, options)
    total = sum(quotas.values())
    offers = {
        layout: _offers(layout, selection, units(layout, pool), rng, drafter(layout, words, options.readings))
        for layout in options.layout
    }
    for aim, repeats in ((quotas, False), (dict.fromkeys(options.layout, total), True)):
        selection.guard.repeats = repeats
        active = [layout for layout in options.layout if quotas[layout]]
        while active and selection.size() < total:
            layout = min(active, key=lambda name: (selection.size(name) / quotas[name], name not in FIRST))
            room = min(aim[layout] - selection.size(layout), total - selection.size())
            if layout in KIND:
                room = min(room, BLANKS[0] if quotas[layout] <= passages and not options.show_passage else BLANKS[-1])
            draft = offers[layout](room) if room > 0 else None
            if draft is None:
                active.remove(layout)
            else:
                selection.add(layout, draft)
    return {layout: sorted(drafts, key=_place) for layout, drafts in selection.chosen.items() if drafts}


@dataclass(slots=True)
class _Selection:
    """What is chosen so far, in one run of `choose`."""

    guard: Guard
    chosen: dict[str, list[Draft]]
    used: set[tuple[str, int]] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)

    sizes: Counter[str] = field(default_factory=Counter)

    def size(self, layout: str | None = None) -> int:
        return self.sizes.total() if layout is None else self.sizes[layout]

    def add(self, layout: str, draft: Draft) -> None:
        self.guard.add(draft.shown, draft.secrets, boxed=layout == "wordbank")
        self.used |= draft.sentences
        self.seen.update({passage for passage, _ in draft.sentences})
        self.chosen[layout].append(draft)
        self.sizes[layout] += draft.size


def _offers(
    layout: str, selection: _Selection, group: Mapping[str, list[Unit]], rng: Random, make: Drafter
) -> Callable[[int], Draft | None]:
    """A function that gives the next question of a section, at most so many items large, or None where none is left.

    The passage that was asked least so far comes first; a heap keeps them in that order. What was refused is offered
    once more at the end, when an answer may be asked twice.
    """
    mixed = {passage: [shuffled(unit, rng) for unit in shuffled(group[passage], rng)] for passage in sorted(group)}
    spare: deque[Unit] = deque()
    heap = [(0, 0, rank, passage) for rank, passage in enumerate(shuffled(sorted(mixed), rng))]

    def offer(room: int) -> Draft | None:
        while heap:
            seen, depth, rank, passage = heap[0]
            now = selection.seen[passage]
            if now > seen:
                heapreplace(heap, (now, depth, rank, passage))
                continue
            fresh = tuple(item for item in mixed[passage][depth] if place(item) not in selection.used)
            draft = make(fresh, room, selection.guard) if fresh else None
            if draft is None and fresh and not selection.guard.repeats:
                spare.append(fresh)
            if depth + 1 < len(mixed[passage]):
                heapreplace(heap, (seen, depth + 1, rank, passage))
            else:
                heappop(heap)
            if draft is not None and not draft.sentences & selection.used:
                return draft
        while spare and selection.guard.repeats:
            fresh = tuple(item for item in spare.popleft() if place(item) not in selection.used)
            draft = make(fresh, room, selection.guard) if fresh else None
            if draft is not None and not draft.sentences & selection.used:
                return draft
        return None

    return offer


T = TypeVar("T")


def shuffled(values: Sequence[T], rng: Random) -> tuple[T, ...]:
    """The values in another order."""
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
