"""Which of the possible items are made: shares per kind, no fact twice in the same way, and why there are fewer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from flashcards import distractors
from flashcards.errors import BadConfiguration
from flashcards.gaps import Choice
from flashcards.model import Item, Passage, answer_text

# For every cloze item of a passage so many that ask for less than recall; at least one where there are two gaps.
PER_CLOZE = {"choice": 0.3, "truefalse": 0.2}


class Room:
    """Where a choice or a judgement may still be asked, given the cloze items of each passage and what is taken.

    Choices and judgements keep a proportion to the cloze items of their passage, no sentence is asked by two of them,
    and no answer is chosen from options twice in a document. Where no cloze items are wanted (``cloze`` None), there is
    no proportion to keep. Where ``both`` kinds are wanted, each sentence is for one of them, by its text: nearly every
    sentence that has options has a false version too, and the kind that came first would take them all.
    """

    def __init__(self, cloze: Iterable[Item] | None = None, both: bool = False) -> None:
        self.both = both
        self._swapped = False
        counts = Counter(item.passage.id for item in cloze) if cloze is not None else None
        self._left: dict[str, Counter[str]] = {}
        if counts is not None:
            for kind, share in PER_CLOZE.items():
                self._left[kind] = Counter({p: round(n * share) or int(n > 1) for p, n in counts.items()})
        self.used: set[tuple[str, int] | str] = set()

    def full(self, kind: str, gap: Choice) -> bool:
        """Whether an item of this kind for this gap could not be taken."""
        return (kind == "choice" and gap.phrase in self.used) or self.closed(kind, gap.passage, gap.sentence, gap.whole)

    def is_full(self, kind: str, passage: Passage) -> bool:
        """Whether no item of this kind could be taken for any gap of a passage."""
        return kind in self._left and self._left[kind][passage.id] <= 0

    def closed(self, kind: str, passage: Passage, sentence: int, text: str) -> bool:
        """Whether no item of this kind could be taken for any gap of a sentence."""
        if self.is_full(kind, passage):
            return True
        return (passage.id, sentence) in self.used or (self.both and (kind == _turn(text)) is self._swapped)

    def swap(self) -> None:
        """Give every sentence to the other kind from now on; its own kind has had it, and would find no more in it."""
        self._swapped = True

    def take(self, item: Item) -> bool:
        """Take an item, if its passage has room."""
        if item.kind in self._left:
            if self.is_full(item.kind, item.passage):
                return False
            self._left[item.kind][item.passage.id] -= 1
        self.used |= _asked(item)
        return True


@lru_cache(maxsize=1 << 10)
def _turn(sentence: str) -> str:
    """The kind whose turn a sentence is: three choices to two judgements, as in `PER_CLOZE`."""
    return "choice" if distractors.seed("turn", sentence) % 5 < 3 else "truefalse"


def default(candidates: Mapping[str, Iterable[Item]], room: Room | None = None) -> list[Item]:
    """Everything the text supports, but choices and judgements as far as there is `Room` for them.

    A kind's candidates may be made while they are taken, with an eye on the room.
    """
    room = room or Room(candidates.get("cloze"))
    taken = [item for kind, items in candidates.items() if kind not in PER_CLOZE for item in items]
    for kind in PER_CLOZE:
        taken += [item for item in sound(kind, candidates.get(kind, ()), room.used) if room.take(item)]
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
