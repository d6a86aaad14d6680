"""Which items stand on a sheet: spread over kinds and passages, seeded, and none giving another away."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from heapq import merge
from random import Random
from typing import TypeVar

from flashcards.sheet.chosen import Chosen, Drafts
from flashcards.sheet.drafts import KIND, MATCHED, Draft, Drafter, Words, drafter
from flashcards.sheet.guard import Guard
from flashcards.sheet.options import SheetOptions
from flashcards.sheet.store import Store

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


def choose(store: Store, options: SheetOptions, title: str, words: Words) -> dict[str, Drafts]:
    """The questions of every section, in the order of the text; sections that stay empty are left out.

    The section that is furthest behind its share takes the next question; what a section cannot use goes to the others.
    No answer is asked twice as long as there are others.
    """
    rng = Random(options.seed)
    selection = _Selection(store, title)
    quotas = _quotas(store, options)
    total = sum(quotas.values())
    offers = {
        layout: _Offers(number, layout, selection, rng, drafter(layout, words, options.readings))
        for number, layout in enumerate(options.layout)
    }
    for aim, repeats in ((quotas, False), (dict.fromkeys(options.layout, total), True)):
        selection.guard.repeats = repeats
        active = [layout for layout in options.layout if quotas[layout]]
        while active and selection.size < total:
            layout = min(active, key=lambda name: (selection.sizes[name] / quotas[name], name not in FIRST))
            room = min(aim[layout] - selection.sizes[layout], total - selection.size)
            if layout in KIND:
                few = quotas[layout] <= store.passages and not options.show_passage
                room = min(room, BLANKS[0] if few else BLANKS[-1])
            if room <= 0 or not offers[layout].take(room):
                active.remove(layout)
    return selection.chosen.sections(options.layout)


class _Selection:
    """What is chosen so far, in one run of `choose`: its sentences, its passages, what it shows and hides."""

    def __init__(self, store: Store, title: str) -> None:
        self.store = store
        self.guard = Guard(store.answers, [title])
        self.chosen = Chosen(store.items)
        self.used = bytearray(len(store.passage))  # is a sentence asked about?
        self.seen = array("I", bytes(4 * store.passages))  # how often a passage is asked
        self.sizes: Counter[str] = Counter()
        self.size = 0

    def add(self, number: int, layout: str, draft: Draft, asked: Sequence[int], about: Sequence[int]) -> None:
        """Add a question to a section; ``asked``: its items, ``about``: others that it says something about."""
        self.guard.add(draft.shown, draft.secrets, boxed=layout == "wordbank")
        sentences = {self.store.sentence[item] for item in (*asked, *about)}
        for sentence in sentences:
            self.used[sentence] = True
        for passage in {self.store.passage[sentence] for sentence in sentences}:
            self.seen[passage] += 1
        self.chosen.add(number, draft, asked)
        self.sizes[layout] += draft.size
        self.size += draft.size


class _Offers:
    """What a section can still ask.

    The passage that was asked least so far comes first. What was refused for an answer that is asked already is offered
    once more at the end, when an answer may be asked twice.
    """

    def __init__(self, number: int, layout: str, selection: _Selection, rng: Random, make: Drafter) -> None:
        self._number, self._layout, self._selection, self._make = number, layout, selection, make
        self._spent = partial(selection.guard.spent, boxed=layout == "wordbank")
        # A unit is what one question may be made of: its items follow one another.
        self._items, self._units = array("I"), array("I", [0])
        groups, firsts = array("I"), array("I", [0])
        for group, units in _units(layout, selection.store):
            groups.append(group)
            firsts.append(firsts[-1] + len(units))
            for unit in shuffled(units, rng):
                self._items.extend(shuffled(unit, rng))
                self._units.append(len(self._items))
        order = array("I", range(len(groups)))
        rng.shuffle(order)
        # by rank: the passage (or kind), its first unit, and that behind its last
        self._groups = array("I", (groups[at] for at in order))
        self._firsts = array("I", (firsts[at] for at in order))
        self._ends = array("I", (firsts[at + 1] for at in order))
        self._queue = _Queue(len(groups))
        self._spare: tuple[array[int], array[int]] = (array("I"), array("I"))  # ranks and depths
        self._retried = 0

    def take(self, room: int) -> bool:
        """Add the next question to the selection, at most so many items large; False where none is left."""
        seen_of, repeats = self._selection.seen, self._selection.guard.repeats
        while (entry := self._queue.pop()) is not None:
            seen, depth, rank = entry
            now = 0 if self._layout == "match" else seen_of[self._groups[rank]]
            if now > seen:
                self._queue.push(now, depth, rank)
                continue
            if self._firsts[rank] + depth + 1 < self._ends[rank]:
                self._queue.push(seen, depth + 1, rank)
            asked = self._ask(rank, depth, room)
            if asked:
                return True
            if asked is None and not repeats:
                self._spare[0].append(rank)
                self._spare[1].append(depth)
        while repeats and self._retried < len(self._spare[0]):
            rank, depth = (kept[self._retried] for kept in self._spare)
            self._retried += 1
            if self._ask(rank, depth, room):
                return True
        return False

    def _ask(self, rank: int, depth: int, room: int) -> bool | None:
        """Make a question of a unit and add it. None: only where answers may be asked twice; False: never."""
        selection, store = self._selection, self._selection.store
        guard, used = selection.guard, selection.used
        at = self._firsts[rank] + depth
        unit = self._items[self._units[at] : self._units[at + 1]]
        # What a question shows is never taken back, so what stands against another does so for good; only a repeated
        # answer may be asked later, and 连线 where there is more room.
        later = self._layout == "match"
        fresh = []
        for item in unit:
            if not used[store.sentence[item]]:
                answers = store.hidden(item)
                later = later or any(map(guard.waits, answers))
                # only 排序 can ask what is about an answer that is spent
                if self._layout == "order" or not any(map(self._spent, answers)):
                    fresh.append(item)
        refused = None if later else False
        if not fresh:
            return refused
        items = list(map(store.items.light, fresh))
        draft = self._make(tuple(items), room, guard)
        if draft is None:
            return refused
        known = {id(item): number for item, number in zip(items, fresh, strict=True)}
        asked = [known[id(item)] for item in draft.items]
        about: list[int] = []
        if draft.also_about:
            about = [item for item in unit if store.items.light(item).place.sentence in draft.also_about]
        if any(used[store.sentence[item]] for item in about):
            return False
        selection.add(self._number, self._layout, draft, asked, about)
        return True


class _Queue:
    """Ranks by how often their passage was asked, how deep it was looked into, and the rank; four bytes each.

    Ranks are put back behind the round that is being taken from, in rising order; so a round is a merge of few runs.
    """

    def __init__(self, count: int) -> None:
        self._round = (0, 0)
        self._open: Iterator[int] = iter(range(count))
        self._later: dict[tuple[int, int], dict[tuple[int, int], array[int]]] = {}

    def pop(self) -> tuple[int, int, int] | None:
        """The next (times asked, depth, rank); None where nothing is left."""
        while (rank := next(self._open, None)) is None:
            if not self._later:
                return None
            self._round = min(self._later)
            self._open = merge(*self._later.pop(self._round).values())
        return (*self._round, rank)

    def push(self, seen: int, depth: int, rank: int) -> None:
        """Put back the rank taken last, for a later round."""
        self._later.setdefault((seen, depth), {}).setdefault(self._round, array("I")).append(rank)


def _units(layout: str, store: Store) -> Iterator[tuple[int, list[list[int]]]]:
    """What one question of a layout may be made of, by passage: a sentence's clozes, one item, or a whole group."""
    if layout == "match":
        kinds = store.by_ask(MATCHED)
        yield from ((number, list(kinds[kind].values())) for number, kind in enumerate(sorted(kinds)))
        return
    for passage, items in store.by_passage(store.kinds if layout == "order" else (KIND.get(layout, layout),)):
        if layout == "order":
            yield passage, [items]
        elif layout not in KIND:
            yield passage, [[item] for item in items]
        else:
            sentences: dict[int, list[int]] = {}
            for item in items:
                sentences.setdefault(store.sentence[item], []).append(item)
            yield passage, list(sentences.values())


T = TypeVar("T")


def shuffled(values: Sequence[T], rng: Random) -> tuple[T, ...]:
    """The values in another order."""
    mixed = list(values)
    if len(mixed) > 1:
        rng.shuffle(mixed)
    return tuple(mixed)


def _quotas(store: Store, options: SheetOptions) -> dict[str, int]:
    """How many items each section should get: by its share, never more than there are, the rest to the others."""
    there = {layout: _available(layout, store) for layout in options.layout}
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


def _available(layout: str, store: Store) -> int:
    if layout == "order":
        return store.passages
    if layout == "match":
        return sum(store.kinds[kind] for kind in MATCHED)
    return store.kinds[KIND.get(layout, layout)]
