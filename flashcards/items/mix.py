"""Which of the possible items are made: shares per kind, no fact twice in the same way, and why there are fewer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from flashcards.errors import BadConfiguration
from flashcards.model import Item

# For every cloze item of a passage so many that ask for less than recall; at least one where there are two gaps.
PER_CLOZE = {"choice": 0.3, "truefalse": 0.2}


def default(candidates: Mapping[str, Sequence[Item]]) -> list[Item]:
    """Everything the text supports, but choices and judgements in proportion to the cloze items of their passage.

    They are about different sentences of the passage where there are enough; so no sentence is both chosen from and
    judged. Only the passage itself decides, so that an edit elsewhere changes nothing here.
    """
    if "cloze" not in candidates:
        return [item for items in candidates.values() for item in items]
    room = Counter(item.passage.id for item in candidates["cloze"])
    used: set[tuple[str, int]] = set()
    taken = [item for kind, items in candidates.items() if kind not in PER_CLOZE for item in items]
    for kind, share in PER_CLOZE.items():
        left = {passage: round(count * share) or int(count > 1) for passage, count in room.items()}
        for item in candidates.get(kind, ()):
            place = item.passage.id, item.place.sentence
            if left.get(item.passage.id, 0) > 0 and place not in used:
                left[item.passage.id] -= 1
                used.add(place)
                taken.append(item)
    return taken


def shared(candidates: Mapping[str, Sequence[Item]], mix: Mapping[str, float]) -> tuple[list[Item], list[str]]:
    """As many items as by default, in the shares asked for; what a kind falls short of is said, not made up for.

    Within a kind they are spread over the passages: the best of each, then the second best.
    """
    unknown = sorted(set(mix) - set(candidates))
    total = sum(share for kind, share in mix.items() if kind in candidates)
    size = len(default(candidates))
    if total <= 0 or min(mix.values()) < 0:
        raise BadConfiguration(f"mix needs shares above 0 for kinds that are made; known: {', '.join(candidates)}")
    notes = [f"mix: {kind} is not among the kinds made" for kind in unknown]
    taken: list[Item] = []
    for kind, items in candidates.items():
        wanted = round(size * mix.get(kind, 0.0) / total)
        chosen = _spread(items)[:wanted]
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
