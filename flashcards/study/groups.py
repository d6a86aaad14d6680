"""Items grouped for matching and ordering: layouts of a self-test, made of items that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flashcards.model import Item

FEWEST, MOST = 3, 5
IN_PLACE = ("cloze", "list", "choice", "term")  # kinds whose sentence is one of the passage
LONGEST = 80  # characters of a sentence to be put in order


def matchings(items: Sequence[Item]) -> Iterator[tuple[int, ...]]:
    """Groups (indices into ``items``) of cloze items of one passage, one a sentence, no answer seen in another stem."""
    for members in _by_passage(items):
        group: list[int] = []
        for index in members:
            if items[index].kind == "cloze" and all(_apart(items[index], items[other]) for other in group):
                group.append(index)
            if len(group) == MOST:
                yield tuple(group)
                group = []
        if len(group) >= FEWEST:
            yield tuple(group)


def orderings(items: Sequence[Item]) -> Iterator[tuple[int, ...]]:
    """Groups of items whose sentences stand in one passage in this order, each sentence once."""
    for members in _by_passage(items):
        seen: dict[tuple[int, int], int] = {}
        texts: set[str] = set()
        for index in sorted(members, key=lambda i: (items[i].place.sentence, items[i].place.start, i)):
            place, text = items[index].place, whole(items[index])
            if items[index].kind not in IN_PLACE or len(text) > LONGEST or "\n" in text:
                continue
            if place.sentence not in {sentence for sentence, _ in seen} and text not in texts:
                seen[place.sentence, place.start] = index
                texts.add(text)
        rows = list(seen.values())
        for start in range(0, len(rows), MOST):
            if len(rows[start : start + MOST]) >= FEWEST:
                yield tuple(rows[start : start + MOST])


def turns(items: Iterable[Item], rounds: dict[object, int] | None = None) -> list[int]:
    """The round in which each item is asked: one item a sentence (or source) in a round, so that none tells another.

    ``rounds`` goes on from items asked before: how many there were about each sentence or source; it is changed.
    """
    rounds = {} if rounds is None else rounds
    found = []
    for item in items:
        about: object = item.passage.source if item.kind == "source" else (item.passage.id, item.place.sentence)
        found.append(rounds.get(about, 0))
        rounds[about] = found[-1] + 1
    return found


def whole(item: Item) -> str:
    """The whole sentence of an item."""
    return item.context.sentence or item.stem


def _by_passage(items: Sequence[Item]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        groups.setdefault(item.passage.id, []).append(index)
    return list(groups.values())


def _apart(one: Item, other: Item) -> bool:
    """Whether two cloze items may stand in one group: neither answer is in the other's stem."""
    first, second = str(one.answer), str(other.answer)
    return one.place.sentence != other.place.sentence and first not in other.stem and second not in one.stem
