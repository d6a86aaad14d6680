"""The part of a bank that a sheet chooses from, read as a stream so that a large bank is never held whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import groupby
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

    items: Store
    title: str


def pool(bank: Bank, options: SheetOptions) -> Pool:
    """The items of the passages that a sheet looks at: all of them, or a sample by seed where the bank is large.

    Raises BadConfiguration where the options leave no item.
    """
    holds = wanted(options)
    titles: set[str | None] = set()

    def asked() -> Iterator[Item]:
        for item in bank:
            if usable(item) and holds(item):
                if len(titles) < 2:
                    titles.add(item.passage.title)
                yield item

    if options.items is None:
        items = Store.of(asked())
    else:
        sample = _sample(asked(), options.items * PASSAGES, options.seed)
        items = Store.of(_enough(sample, options) if options.show_passage else sample)
    if not len(items):
        raise BadConfiguration(_nothing(bank, options), path=bank.path)
    only = titles.pop() if len(titles) == 1 else None
    return Pool(items, options.title or only or bank.header.name)


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


def _sample(items: Iterable[Item], passages: int, seed: int) -> tuple[Item, ...]:
    """The items of at most so many passages, those with the least hash of seed and passage, in the bank's order."""
    heap: list[tuple[int, int, tuple[Item, ...]]] = []
    for place, (passage, group) in enumerate(groupby(items, key=lambda item: item.passage.id)):
        digest = hashlib.sha256(f"{seed}:{passage}".encode("utf-8", "surrogatepass")).digest()
        heappush(heap, (-int.from_bytes(digest[:8], "big"), place, tuple(group)))
        if len(heap) > passages:
            heappop(heap)
    return tuple(item for _, _, group in sorted(heap, key=lambda entry: entry[1]) for item in group)


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
