"""Wrong options worth fearing: what is of the answer's kind, looks like it, and is not right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

from flashcards.distractors.contrasts import plain
from flashcards.distractors.fair import fair, in_order, is_near
from flashcards.distractors.likeness import fold, form, likenesses, nearness
from flashcards.distractors.neighbours import is_number
from flashcards.distractors.rivals import Rival, rivals

COMPANY = 2  # of the pool's other terms, how many must resemble a good one
SUPPORT = 0.5
COMMON = 0.7
POOL = 60  # rivals that are compared with one another
TRIED = 10  # of the best, how many are tried in threes
LEAST = 9.0  # the likeness below which a term of the same kind is no rival
KIN = 14.0  # the likeness from which a term whose kind nobody wrote down is of the same kind
ODD = 3.0  # what it costs three options to leave the key the longest or the shortest of the four
FAMILY = 1.5  # what it is worth that an option shares a character with the key
SLOT = 2
_LONGEST = 40  # characters of an option, at most, that is looked for elsewhere


@dataclass(frozen=True, slots=True)
class Question:
    """What a wrong option must be wrong in.

    ``stem`` with its gaps at ``gaps`` (spans), the whole ``sentence``, the text ``near`` it, key phrases of the
    document, and whether it is in traditional script. ``closed`` asks for options of which any is credible in
    its place: numbers, or members of one closed set.
    """

    answer: str
    stem: str
    gaps: tuple[tuple[int, int], ...]
    sentence: str
    near: str
    phrases: tuple[str, ...] = ()
    traditional: bool = False
    closed: bool = False


def rank(answer: str, pool: Sequence[str], stem: str) -> list[str]:
    """The pool ordered by how well its terms serve as wrong options for ``answer`` in ``stem``, best first.

    Likeness to the answer and to the question's wording; less what a term has in common with everything (hubs are near
    to all, and say nothing); plus the support of the terms it would stand beside, because options form one family.
    """
    import numpy as np

    terms = list(dict.fromkeys(pool))
    if not terms:
        return []
    own = likenesses((answer,), terms)[0] + np.array([nearness(stem, term) for term in terms])
    if len(terms) > COMPANY:
        mutual = likenesses(terms, terms)
        own -= COMMON * (mutual.sum(axis=1) - mutual.diagonal()) / (len(terms) - 1)
        beside = mutual + own
        np.fill_diagonal(beside, -np.inf)
        own += SUPPORT * np.sort(beside, axis=1)[:, -COMPANY:].mean(axis=1)
    scores = (-own.round(6)).tolist()  # so that the last digits of another machine change no order
    return [term for _, term in sorted(zip(scores, terms, strict=True))]


def choose(question: Question, count: int = 3) -> tuple[Rival, ...]:
    """The ``count`` best wrong options, or none where there are not so many good ones.

    Of the best ten rivals those are taken together that leave the key neither the longest nor the shortest option;
    numbers are taken from both sides of the key, at a place in their order that the seed picks.
    """
    if is_number(question.answer):
        return _numbers(question, count)
    found: dict[str, Rival] = {}
    slots = _slots(question)
    titled = all(question.stem[max(0, start - 1) : start] == "《" for start, _ in question.gaps)
    for rival in rivals(question.answer, question.phrases, traditional=question.traditional, titled=titled):
        if fold(rival.text) not in found and is_valid(rival.text, question, slots):
            found[fold(rival.text)] = rival
    every = fair(question, found.values()) if question.closed else list(found.values())
    alike = likenesses((question.answer,), [rival.text for rival in every])[0].round(6).tolist() if every else []
    scored = sorted(zip(alike, every, strict=True), key=lambda pair: (-pair[0], pair[1].text))
    good = {r.text: r for score, r in scored[:POOL] if score >= (LEAST if r.sure else KIN)}
    if len(good) < count:
        return ()
    order = rank(question.answer, list(good), _around(question))[:TRIED]
    return tuple(good[text] for text in _balanced(question.answer, order, count))


Slots = tuple[list[str], list[str]]


def is_valid(option: str, question: Question, slots: Slots | None = None) -> bool:
    """Whether an option is surely wrong in this sentence, and not wrong by its form alone.

    Not the key, no part of it, no whole around it, no other wording of it; nowhere in the sentence; not what the
    text itself says in the same slot elsewhere; and of the same word class at its end.
    """
    answer, other, sentence = fold(question.answer), fold(option), fold(question.sentence)
    if not other or other in answer or answer in other or other in sentence:
        return False
    # The dearer tests come last.
    if not is_number(question.answer) and (
        _classes(answer) != _classes(other) or (len(answer) > 1) != (len(other) > 1)
    ):
        return False
    return not _same(answer, other) and not _fits_elsewhere(option, slots or _slots(question))


def seed(*parts: str) -> int:
    """A number that depends on these texts and nothing else."""
    return int.from_bytes(sha256(json.dumps(parts).encode("ascii")).digest()[:8], "big")


def shuffled(options: Iterable[str], key: int) -> list[str]:
    """The options in an order that depends on them and the key alone."""
    return sorted(options, key=lambda option: (seed(str(key), option), option))


def _same(answer: str, other: str) -> bool:
    """Whether two terms are likely to mean the same: the same characters, or the same words but for synonyms."""
    fewer, more = sorted((set(answer), set(other)), key=len)
    if fewer <= more and len(more) > 2 and not any(c.isdigit() for c in answer):
        return True
    one, two = plain(answer), plain(other)
    return one in two or two in one


def _slots(question: Question) -> Slots:
    """What the text has behind the characters that stand before a gap, and before those that stand behind one."""
    text = question.near
    behind: list[str] = []
    ahead: list[str] = []
    for start, end in question.gaps:
        before, after = question.stem[max(0, start - SLOT) : start], question.stem[end : end + SLOT]
        if len(before) == SLOT:
            behind += [text[at + SLOT : at + SLOT + _LONGEST] for at in _places(text, before)]
        if len(after) == SLOT:
            ahead += [text[max(0, at - _LONGEST) : at] for at in _places(text, after)]
    return behind, ahead


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _fits_elsewhere(option: str, slots: Slots) -> bool:
    """Whether the text has this option between the same neighbours: then it would be right, too."""
    behind, ahead = slots
    return any(text.startswith(option) for text in behind) or any(text.endswith(option) for text in ahead)


def _classes(text: str) -> str:
    """The word class at the end of a term: N for all that is used as a noun, else the tag's first letter."""
    tags = form(text).tags
    if not tags:
        return ""
    return "N" if tags[-1][0] in "njsftlirxgekhq" or tags[-1] in ("vn", "an", "eng") else tags[-1][0]


def _around(question: Question) -> str:
    """The stem without the answer."""
    pieces, at = [], 0
    for start, end in question.gaps:
        pieces.append(question.stem[at:start])
        at = end
    return "".join([*pieces, question.stem[at:]])


def _balanced(answer: str, order: Sequence[str], count: int) -> tuple[str, ...]:
    best: tuple[float, tuple[str, ...]] | None = None
    places = range(len(order))
    same = {(a, b) for a, b in combinations(places, 2) if _same(fold(order[a]), fold(order[b]))}
    for chosen in combinations(places, count):
        if same and not same.isdisjoint(combinations(chosen, 2)):
            continue
        texts = [order[at] for at in chosen]
        lengths = [len(text) for text in texts]
        odd = len(answer) > max(lengths) or len(answer) < min(lengths)
        kin = sum(bool(set(fold(text)) & set(fold(answer))) for text in texts)
        cost = sum(chosen) + ODD * odd - FAMILY * kin
        if best is None or cost < best[0]:
            best = (cost, tuple(texts))
    return best[1] if best else ()


def _numbers(question: Question, count: int) -> tuple[Rival, ...]:
    slots = _slots(question)
    every = rivals(question.answer, (), traditional=question.traditional)
    found = [rival for rival in every if is_valid(rival.text, question, slots)]
    if question.closed:
        found = [r for r in found if is_near(question.answer, r.text) and in_order(question, r.text)]
    texts = list(dict.fromkeys(rival.text for rival in found))
    if len(texts) < count:
        return ()
    even, odd = texts[0::2], texts[1::2]  # below and above the key, as a rule
    below = seed(question.sentence, question.answer) % (count + 1)
    chosen = [*even[:below], *odd[: count - below]]
    chosen += [text for text in texts if text not in chosen][: count - len(chosen)]
    return tuple(next(rival for rival in found if rival.text == text) for text in chosen)
