"""Which of the possible items are made: shares per kind, no fact twice in the same way, and why there are fewer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flashcards.errors import BadConfiguration
from flashcards.model import Item, answer_text

# For every cloze item of a passage so many that ask for less than recall; at least one where there are two gaps.
PER_CLOZE = {"choice": 0.3, "truefalse": 0.2}


def default(candidates: Mapping[str, Sequence[Item]]) -> list[Item]:
    """Everything the text supports, but choices and judgements in proportion to the cloze items of their passage.

    No sentence is asked by two of them, and no answer is chosen from options twice in a document. Where no cloze items
    are wanted, there is no proportion to keep.
    """
    room = Counter(item.passage.id for item in candidates.get("cloze", ()))
    used: set[tuple[str, int] | str] = set()
    taken = [item for kind, items in candidates.items() if kind not in PER_CLOZE for item in items]
    for kind, share in PER_CLOZE.items():
        left = {passage: round(count * share) or int(count > 1) for passage, count in room.items()}
        for item in sound(kind, candidates.get(kind, ()), used):
            if "cloze" not in candidates or left.get(item.passage.id, 0) > 0:
                left[item.passage.id] = left.get(item.passage.id, 0) - 1
                used |= _asked(item)
                taken.append(item)
    return taken


def sound(kind: str, items: Iterable[Item], used: set[tuple[str, int] | str]) -> Iterator[Item]:
    """The items of a kind that may still be taken, given what is ``used``: the caller adds to it what it takes.

    Of the two versions of a judgement the one comes first that keeps as many true as false.
    """
    true = 0
    for item in items:
        if used.isdisjoint(_asked(item)) and not (kind == "truefalse" and (true > 0 if item.answer else true < 0)):
            yield item
            if kind == "truefalse" and not used.isdisjoint(_asked(item)):
                true += 1 if item.answer else -1


def _asked(item: Item) -> set[tuple[str, int] | str]:
    """What a choice or a judgement uses up: its sentence, and the answer of a choice."""
    place = item.passage.id, item.place.sentence
    return {place, answer_text(item)} if item.kind == "choice" else {place}


def shared(candidates: Mapping[str, Sequence[Item]], mix: Mapping[str, float]) -> tuple[list[Item], list[str]]:
    """As many items as by default, in the shares asked for; what a kind falls short of is said, not made up for.

    Within a kind they are spread over the passages: the best of each, then the second best.
    """
    total = sum(mix.get(kind, 0.0) for kind in candidates)
    if total <= 0 or min(mix.values()) < 0:
        raise BadConfiguration(f"mix needs shares above 0 for kinds that are made; known: {', '.join(candidates)}")
    size = len(default(candidates))
    taken: list[Item] = []
    used: set[tuple[str, int] | str] = set()
    notes = []
    for kind, items in candidates.items():
        wanted = round(size * mix.get(kind, 0.0) / total)
        chosen: list[Item] = []
        for item in sound(kind, _spread(items), used) if kind in PER_CLOZE else _spread(items):
            if len(chosen) == wanted:
                break
            chosen.append(item)
            used |= _asked(item) if kind in PER_CLOZE else set()
        taken += chosen
        if len(chosen) < wanted:
            notes.append(f"{kind}: {len(chosen)} of {wanted} asked; the text has no more")
    return taken, notes


def _spread(items: Iterable[Item]) -> list[Item]:
    queues: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        queues[item.passage.id].append(item)
    depth = max(map(len, queues.values()), default=0)
    return [queue[at] for at in range(depth) for queue in queues.values() if at < len(queue)]
