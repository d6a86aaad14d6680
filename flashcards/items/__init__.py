"""Stage 6 of 7: Analysis -> Items. One file a kind, one line in the table; a kind only produces items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from flashcards import gaps
from flashcards.errors import BadConfiguration
from flashcards.items import mix
from flashcards.items.keep import keep
from flashcards.items.view import View, is_damaged
from flashcards.model import Analysis, Item, answer_text
from flashcards.settings import Settings

__all__ = ["KINDS", "Kind", "Made", "Report", "keep", "make", "make_all"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: the module with ``make(view) -> Iterator[Item]``, and why a text may have none.

    The kinds of `mix.PER_CLOZE` also take the `mix.Room` that is left for them.
    """

    module: str
    missing: str


KINDS = {
    "cloze": Kind("flashcards.items.cloze", "no phrase is worth a gap"),
    "list": Kind("flashcards.items.lists", "no parallel list of three to seven short members"),
    "choice": Kind("flashcards.items.choice", "no gap has three good wrong options"),
    "truefalse": Kind("flashcards.items.truefalse", "no sentence stands by itself and has a credible false version"),
    "source": Kind("flashcards.items.source", "no source that is sure and tells passages apart"),
    "term": Kind("flashcards.items.term", "no definition"),
    "recitation": Kind("flashcards.items.recitation", "no verse; prose is recited with --recite"),
}


_ORDER = {kind: at for at, kind in enumerate(KINDS)}


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
    """The items of one document, of every kind asked for, in reading order.

    Raises BadConfiguration for an unknown kind, in ``kind`` or ``mix``, and for shares that are no shares.
    """
    return make_all([analyses], settings)[0]


def make_all(documents: Sequence[Sequence[Analysis]], settings: Settings) -> list[Made]:
    """The items of each document: those that `make` gives of it by itself. Raises what it raises."""
    for name in (*settings.kind, *settings.mix):
        if name not in KINDS:
            raise BadConfiguration(f"unknown kind of item {name!r}; known: {', '.join(KINDS)}")
    chosen = gaps.choose_all(documents, settings)
    return [
        _of_document(View(tuple(analyses), tuple(gap for gap in found if not is_damaged(gap.whole)), settings, text))
        for analyses, (text, found) in zip(documents, chosen, strict=True)
    ]


def _of_document(view: View) -> Made:
    settings = view.settings
    kinds = [kind for kind in KINDS if not settings.kind or kind in settings.kind]
    short: list[str] = []
    if settings.mix:
        candidates = {kind: list(_made(kind, view)) for kind in kinds}
        chosen, short = mix.shared(candidates, settings.mix)
    else:
        # Wrong options are dear: choices and judgements are made while they are taken, where there is room for them.
        candidates = {kind: list(_made(kind, view)) for kind in kinds if kind not in mix.PER_CLOZE}
        room = mix.Room(candidates.get("cloze"), both=all(kind in kinds for kind in mix.PER_CLOZE))
        dear = {kind: _made(kind, view, room) for kind in kinds if kind in mix.PER_CLOZE}
        chosen = mix.default({**candidates, **dear}, room)
        if room.both:
            # What no judgement was made of may still be a choice.
            room.swap()
            chosen += mix.default({"choice": _made("choice", view, room)}, room)
    chosen.sort(key=_reading_order)
    counts = Counter(item.kind for item in chosen)
    none = [kind for kind in kinds if not counts[kind] and not _any(kind, view, candidates)]
    notes = [f"no {kind} item: {KINDS[kind].missing}" for kind in none]
    return Made(tuple(chosen), Report({kind: counts[kind] for kind in kinds}, (*notes, *short)))


def _any(kind: str, view: View, made: Mapping[str, Sequence[Item]]) -> bool:
    """Whether a text has items of a kind at all, taken or not."""
    return bool(made[kind]) if kind in made else next(_made(kind, view), None) is not None


def _made(kind: str, view: View, *room: mix.Room) -> Iterator[Item]:
    """The items of a kind; of those that are made while they are taken, where there is ``room`` for them."""
    return iter(_module(kind).make(view, *room))


@cache
def _module(kind: str) -> ModuleType:
    return import_module(KINDS[kind].module)


def _reading_order(item: Item) -> tuple[int, int, int, int, str, str]:
    """Passage, place in it, kind; what is asked and answered settles the rest, so the order is total."""
    first = item.gaps[0].start if item.gaps else 0
    at = item.place.start + first
    return item.passage.number, item.place.sentence, at, _ORDER[item.kind], item.ask, answer_text(item)
