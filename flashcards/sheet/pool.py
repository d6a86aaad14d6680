"""The part of a bank that a sheet chooses from, read as a stream so that a large bank is never held whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from operator import itemgetter
from random import Random

from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.model import Item
from flashcards.sheet.options import SheetOptions, wanted
from flashcards.sheet.readings import enough
from flashcards.sheet.select import shuffled
from flashcards.sheet.store import Store

PASSAGES = 10  # so many passages are looked at for every item asked for
MARKERS = 10  # so many known sources an error names


@dataclass(frozen=True, slots=True)
class Pool:
    """Items to choose from, in the bank's order; ``title`` is that of their one document, else the bank's name."""

    store: Store
    title: str


class Gathering:
    """The items of the passages that a sheet looks at: all of them, or a sample by seed where the bank is large.

    They are taken from items that pass by, so that a bank need not be read for the sheet alone.
    """

    def __init__(self, options: SheetOptions) -> None:
        self._options = options
        self._titles: set[str | None] = set()
        self._taken = Store() if options.items is None else _Sample(options.items * PASSAGES, options.seed)

    def through(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items: all of a bank, in its order."""
        holds, titles, add = wanted(self._options), self._titles, self._taken.add
        for item in items:
            if usable(item) and holds(item):
                if len(titles) < 2:
                    titles.add(item.passage.title)
                add(item)
            yield item

    def pool(self, bank: Bank) -> Pool:
        """What was gathered of a bank, when all its items have passed.

        Raises BadConfiguration where the options leave no item.
        """
        if isinstance(self._taken, Store):
            store = self._taken
            store.close()
        else:
            items = self._taken.items()
            store = Store.of(_enough(items, self._options) if self._options.show_passage else items)
        if not len(store):
            raise BadConfiguration(_nothing(bank, self._options), path=bank.path)
        only = self._titles.pop() if len(self._titles) == 1 else None
        return Pool(store, self._options.title or only or bank.header.name)


def pool(bank: Bank, options: SheetOptions) -> Pool:
    """The `Gathering` of a bank. Raises BadConfiguration where the options leave no item."""
    gathering = Gathering(options)
    for _ in gathering.through(bank):
        pass
    return gathering.pool(bank)


def _enough(items: Iterable[Item], options: SheetOptions) -> list[Item]:
    """Of the items those of as few passages as a sheet with printed passages needs."""
    found = list(items)
    passages = sorted({item.passage.id for item in found})
    return enough(found, options.items, shuffled(passages, Random(options.seed)))


def usable(item: Item) -> bool:
    """Whether an item can be asked on paper at all: it has a stem, an answer, and options that hold the answer."""
    if not item.stem.strip() or item.answer == "" or item.answer == ():
        return False
    if item.kind == "choice":
        return isinstance(item.answer, int) and 0 <= item.answer < len(item.options or ()) > 1
    return item.kind != "cloze" or bool(item.gaps)


class _Sample:
    """The items of at most so many passages, those with the least hash of seed and passage."""

    def __init__(self, passages: int, seed: int) -> None:
        self._most, self._seed = passages, seed
        self._heap: list[tuple[int, int, list[Item]]] = []
        self._place = 0
        self._group: list[Item] = []  # of the passage that passes

    def add(self, item: Item) -> None:
        """Take an item, in the bank's order."""
        if self._group and item.passage.id != self._group[0].passage.id:
            self._end()
        self._group.append(item)

    def _end(self) -> None:
        digest = hashlib.sha256(f"{self._seed}:{self._group[0].passage.id}".encode("utf-8", "surrogatepass")).digest()
        heappush(self._heap, (-int.from_bytes(digest[:8], "big"), self._place, self._group))
        if len(self._heap) > self._most:
            heappop(self._heap)
        self._place += 1
        self._group = []

    def items(self) -> tuple[Item, ...]:
        """What there is of those that were added, in the bank's order."""
        if self._group:
            self._end()
        return tuple(item for _, _, group in sorted(self._heap, key=itemgetter(1)) for item in group)


def _nothing(bank: Bank, options: SheetOptions) -> str:
    items = [item for item in bank if usable(item)]
    if not items:
        return "has no items; build it from a longer text"
    if options.keys is not None:
        return "no item of it was missed in that log; nothing to print"
    if options.source is not None:
        known = list(dict.fromkeys(item.passage.source.marker for item in items if item.passage.source.marker))
        some = ", ".join(known[:MARKERS]) + (" …" if len(known) > MARKERS else "")
        return f"no item has the source {options.source!r}; known: {some or 'none'}"
    last = max(item.passage.number for item in items)
    return f"no item is in those passages; they are numbered 1-{last}"
