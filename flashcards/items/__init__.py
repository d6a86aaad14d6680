"""Stage 6 of 7: Analysis -> Items. One file a kind, one line in the table; a kind only produces items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from flashcards import gaps
from flashcards.items.view import View
from flashcards.model import Analysis, Item
from flashcards.settings import Settings

KINDS = {
    "cloze": "flashcards.items.cloze",
    "source": "flashcards.items.source",
}


@dataclass(frozen=True, slots=True)
class Report:
    """How many items of each kind, and for people why there are fewer than one might expect."""

    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The items of one document in reading order, and the report on them."""

    items: tuple[Item, ...]
    report: Report


def make(analyses: Sequence[Analysis], settings: Settings) -> Made:
    """The items of one document, of every kind asked for, in reading order."""
    view = View(tuple(analyses), gaps.choose(analyses, settings), settings)
    kinds = settings.kind or tuple(KINDS)
    items = [item for kind in KINDS if kind in kinds for item in import_module(KINDS[kind]).make(view)]
    order = {kind: number for number, kind in enumerate(KINDS)}
    items.sort(key=lambda item: (item.passage.number, item.place.sentence, order[item.kind]))
    return Made(tuple(items), Report(dict(Counter(item.kind for item in items))))


def keep(items: Iterable[Item], previous: Iterable[Item]) -> tuple[Item, ...]:
    """The new items with what was published and still holds: options of a choice, wording of a judgement."""
    return tuple(items)
