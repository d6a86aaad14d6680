"""Which edited sentence is which: pairs of old and new items, by similar text, the same place and the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from zlib import crc32

from flashcards.ledger.identity import answers_match, fold_script
from flashcards.model import Item, answer_text

# Least similarity (Dice, character bigrams) for an edit, by how much else speaks for it.
SAME_PLACE = 0.3  # between the same matched neighbours
SAME_DOCUMENT = 0.6
ELSEWHERE = 0.75  # another document; and always for judgements, whose answer √ or × proves nothing
# Rows of a minhash: two stems at Dice 0.6 (Jaccard 0.43) share one of eight in 99 of 100 cases.
SEEDS = tuple(range(8))
SMALL = 4096  # up to so many pairs of one answer are all compared
FEW = 30  # beyond, so many candidates an item


@dataclass(frozen=True, eq=False)
class Candidate:
    """An item to be matched: ``id`` names it to the caller, ``position`` is its place in its document."""

    id: int | str
    position: int
    item: Item

    @cached_property
    def bigrams(self) -> Counter[str]:
        """Character bigrams of the whole stem."""
        return _bigrams(fold_script(self.item.stem))

    @cached_property
    def frame(self) -> Counter[str]:
        """Character bigrams of the stem with each gap as one mark: the question without its answer."""
        pieces, at = [], 0
        for gap in self.item.gaps:
            pieces.append(fold_script(self.item.stem[at : gap.start]))
            at = gap.end
        pieces.append(fold_script(self.item.stem[at:]))
        return _bigrams("_".join(pieces))

    @cached_property
    def groups(self) -> frozenset[str]:
        """Items in no common group have different answers: the folded answer with up to one character left out."""
        answer = fold_script(answer_text(self.item)) or answer_text(self.item)
        prefix = f"{self.item.kind}/{self.item.ask}/"
        forms = {answer}
        if len(answer) >= 4:
            forms.update(answer[:at] + answer[at + 1 :] for at in range(len(answer)))
        return frozenset(prefix + form for form in forms)

    @cached_property
    def sketch(self) -> tuple[int, ...]:
        """A minhash of the stem's bigrams: similar stems share at least one value."""
        hashes = [crc32(bigram.encode("utf-8")) for bigram in self.bigrams] or [0]
        return tuple(min(_mix(value, seed) for value in hashes) for seed in SEEDS)


def _bigrams(text: str) -> Counter[str]:
    text = f"^{text}$"
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _mix(value: int, seed: int) -> int:
    value = (value ^ (seed * 0x9E3779B1)) * 0x85EBCA6B & 0xFFFFFFFF
    return ((value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF) ^ seed << 32


def similarity(left: Counter[str], right: Counter[str]) -> float:
    """Dice coefficient of two multisets, 0 to 1."""
    if len(left) > len(right):
        left, right = right, left
    common = sum(min(count, right[gram]) for gram, count in left.items() if gram in right)
    return 2 * common / (left.total() + right.total())


def score(old: Candidate, new: Candidate, *, same_place: bool, same_document: bool) -> float | None:
    """How sure an edit is, or None if ``new`` is no edit of ``old``."""
    left, right = old.item, new.item
    if (left.kind, left.ask) != (right.kind, right.ask) or not answers_match(left, right):
        return None
    judged = isinstance(left.answer, bool)
    if judged and _digits(left.stem) != _digits(right.stem):
        return None
    if same_place and not judged:
        value = similarity(old.bigrams, new.bigrams)
        return 1 + value if value >= SAME_PLACE else None
    value = similarity(old.frame, new.frame) if left.gaps else similarity(old.bigrams, new.bigrams)
    return value if value >= (SAME_DOCUMENT if same_document and not judged else ELSEWHERE) else None


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def within(
    old: Sequence[Candidate], new: Sequence[Candidate], anchors: Mapping[int, int]
) -> dict[int | str, int | str]:
    """Pairs of one document, new id -> old id. ``anchors`` are the places already matched, new -> old position.

    The surest pairs come first; ties go to the nearest place, then to document order, so the result is the same
    on every run.
    """
    places = _between(new, anchors)
    scored = []
    for left, right in _pairs(old, new):
        low, high = places[right.id]
        value = score(left, right, same_place=low < left.position < high, same_document=True)
        if value is not None:
            scored.append(
                (-value, abs(left.position - right.position), left.position, right.position, left.id, right.id)
            )
    return greedy(sorted(scored, key=lambda row: row[:4]))


def greedy(scored: Iterable[tuple[float, int, int, int, int | str, int | str]]) -> dict[int | str, int | str]:
    """Take pairs in order, each side once: new id -> old id."""
    taken: dict[int | str, int | str] = {}
    used: set[int | str] = set()
    for *_, old, new in scored:
        if old not in used and new not in taken:
            used.add(old)
            taken[new] = old
    return taken


def _between(new: Sequence[Candidate], anchors: Mapping[int, int]) -> dict[int | str, tuple[float, float]]:
    """For each new item the old places of the nearest matched items before and after it."""
    matched = sorted(anchors.items())
    ends: dict[int | str, tuple[float, float]] = {}
    at, before = 0, float("-inf")
    for candidate in sorted(new, key=lambda each: each.position):
        while at < len(matched) and matched[at][0] < candidate.position:
            before = matched[at][1]
            at += 1
        after = matched[at][1] if at < len(matched) else float("inf")
        ends[candidate.id] = (before, after)
    return ends


def _pairs(old: Sequence[Candidate], new: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Every pair that may share its answer; where one answer is very common, only pairs with similar stems."""
    by_group: dict[str, list[Candidate]] = {}
    for candidate in old:
        for group in candidate.groups:
            by_group.setdefault(group, []).append(candidate)
    crowded = {group for group, members in by_group.items() if len(members) * len(new) > SMALL}
    by_sketch: dict[tuple[str, int], list[Candidate]] = {}
    for group in crowded:
        for candidate in by_group[group]:
            for value in set(candidate.sketch):
                by_sketch.setdefault((group, value), []).append(candidate)
    for candidate in new:
        seen: set[int | str] = set()
        for group in sorted(candidate.groups):
            near = _nearest(candidate, group, by_sketch) if group in crowded else by_group.get(group, [])
            for other in near:
                if other.id not in seen:
                    seen.add(other.id)
                    yield other, candidate


def _nearest(
    candidate: Candidate, group: str, by_sketch: Mapping[tuple[str, int], Sequence[Candidate]]
) -> list[Candidate]:
    """The few of a crowded group that share most of the candidate's minhash, then stand nearest."""
    shared: Counter[Candidate] = Counter()
    for value in set(candidate.sketch):
        shared.update(by_sketch.get((group, value), ()))
    return nsmallest(
        FEW, shared, key=lambda other: (-shared[other], abs(other.position - candidate.position), other.position)
    )
