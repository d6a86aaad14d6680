"""Wrong options worth fearing: what is of the answer's kind, looks like it, and is not right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import combinations, islice
from json.encoder import encode_basestring_ascii

from flashcards.distractors import closed, family
from flashcards.distractors.apart import apart, is_same
from flashcards.distractors.fair import fair, in_order, is_near
from flashcards.distractors.folding import fold, folded
from flashcards.distractors.likeness import likenesses
from flashcards.distractors.neighbours import is_number
from flashcards.distractors.rivals import Rival, rivals

POOL = 60  # rivals that are compared with one another
TRIED = 10  # of the best, how many are tried in threes
KIN = 14.0  # the likeness from which a term whose kind nobody wrote down is of the same kind
ODD = 3.0  # what it costs three options to leave the key the longest or the shortest of the four
FAMILY = 1.5  # what it is worth that an option shares a character with the key
SLOT = 2
_CUT = "\0"  # stands in no text
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

    @property
    def titled(self) -> bool:
        """Whether title marks stand around every gap."""
        return all(self.stem[max(0, start - 1) : start] == "《" for start, _ in self.gaps)

    @property
    def visible(self) -> str:
        """The stem without the answer."""
        pieces, at = [], 0
        for start, end in self.gaps:
            pieces.append(self.stem[at:start])
            at = end
        return "".join([*pieces, self.stem[at:]])


def rank(answer: str, pool: Sequence[str], stem: str) -> list[str]:
    """The pool ordered by how well its terms serve as wrong options for ``answer`` in ``stem``, best first."""
    terms = list(dict.fromkeys(pool))
    if not terms:
        return []
    return list(family.ranked(family.of(terms, likenesses((answer,), terms)[0], likenesses(terms, terms)), stem))


def choose(question: Question, count: int = 3) -> tuple[Rival, ...]:
    """The ``count`` best wrong options, or none where there are not so many good ones.

    Of the best ten rivals those are taken together that leave the key neither the longest nor the shortest option;
    numbers are taken from both sides of the key, at a place in their order that the seed picks.
    """
    if is_number(question.answer):
        return _numbers(question, count)
    good, order = _mates(question) if question.closed else _others(question)
    return tuple(good[text] for text in _balanced(question.answer, order[:TRIED], count))


def _mates(question: Question) -> tuple[dict[str, Rival], Sequence[str]]:
    """The members of a closed set that may stand in the answer's place, by their texts, and their order."""
    mates = closed.of(question.answer, question.traditional, question.titled)
    around = Surroundings(question)
    left = fair(question, [rival for rival in mates.rivals if not around.show(rival.text)])
    found = {rival.text: rival for rival in left}
    texts = [text for text in mates.likest if text in found][:POOL]
    return found, family.ranked(mates.family_of(texts), question.visible) if texts else []


def _others(question: Question) -> tuple[dict[str, Rival], list[str]]:
    """What else may stand in the answer's place, by its text, and its order."""
    answer = question.answer
    around = Surroundings(question)
    found: dict[str, Rival] = {}
    for rival in rivals(answer, question.phrases, traditional=question.traditional, titled=question.titled):
        if fold(rival.text) not in found and apart(answer, rival.text) and not around.show(rival.text):
            found[fold(rival.text)] = rival
    left = list(found.values())
    if not left:
        return {}, []
    scores = likenesses((answer,), [rival.text for rival in left])[0].round(6).tolist()
    scored = sorted(zip(scores, left, strict=True), key=lambda pair: (-pair[0], pair[1].text))
    good = {r.text: r for score, r in scored[:POOL] if score >= (closed.LEAST if r.sure else KIN)}
    return good, rank(answer, list(good), question.visible)


def is_valid(option: str, question: Question) -> bool:
    """Whether an option is surely wrong in this sentence, and not wrong by its form alone.

    Not the key, no part of it, no whole around it, no other wording of it; nowhere in the sentence; not what the
    text itself says in the same slot elsewhere; and of the same word class at its end.
    """
    return apart(question.answer, option) and not Surroundings(question).show(option)


class Surroundings:
    """What the sentence of a question shows, and what the text near it has in the same slot; looked up once."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._sentence = folded(question.sentence)

    def show(self, option: str) -> bool:
        """Whether an option stands in the sentence, or elsewhere between the same neighbours, and so would be right."""
        if fold(option) in self._sentence:
            return True
        behind, ahead = self._slots
        return _CUT + option in behind or option + _CUT in ahead

    @cached_property
    def _slots(self) -> tuple[str, str]:
        """What the text has behind the characters that stand before a gap, and before those that stand behind one.

        A cut stands before each piece of the former, and behind each of the latter.
        """
        text, stem = self._question.near, self._question.stem
        behind: list[str] = []
        ahead: list[str] = []
        for start, end in self._question.gaps:
            before, after = stem[max(0, start - SLOT) : start], stem[end : end + SLOT]
            if len(before) == SLOT:
                behind += [_CUT + text[at + SLOT : at + SLOT + _LONGEST] for at in _places(text, before)]
            if len(after) == SLOT:
                ahead += [text[max(0, at - _LONGEST) : at] + _CUT for at in _places(text, after)]
        return "".join(behind), "".join(ahead)


def seed(*parts: str) -> int:
    """A number that depends on these texts and nothing else."""
    listed = f"[{', '.join(map(encode_basestring_ascii, parts))}]"  # as json.dumps writes it
    return int.from_bytes(sha256(listed.encode("ascii")).digest()[:8], "big")


def shuffled(options: Iterable[str], key: int) -> list[str]:
    """The options in an order that depends on them and the key alone."""
    name = str(key)
    return sorted(options, key=lambda option: (seed(name, option), option))


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _balanced(answer: str, order: Sequence[str], count: int) -> tuple[str, ...]:
    """The options that cost least together; of equal ones those that come first in ``order``."""
    folds = [fold(text) for text in order]
    characters = set(fold(answer))
    longer = [len(text) - len(answer) for text in order]
    kin = [not characters.isdisjoint(text) for text in folds]
    best: tuple[float, tuple[int, ...]] | None = None
    for places, chosen in _choices(len(order), count):
        if best is not None and places - FAMILY * count > best[0]:
            break  # nor can any later choice cost less
        beyond = [longer[at] for at in chosen]
        odd = max(beyond) < 0 or min(beyond) > 0
        cost = places + ODD * odd - FAMILY * sum([kin[at] for at in chosen])
        if best is not None and (cost, chosen) >= best:
            continue
        if not any(is_same(folds[a], folds[b]) for a, b in combinations(chosen, 2)):
            best = cost, chosen
    return tuple(order[at] for at in best[1]) if best else ()


@lru_cache(maxsize=64)
def _choices(size: int, count: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The ways to take so many places of an order, each with the sum of them, the first places first."""
    return tuple(sorted((sum(chosen), chosen) for chosen in combinations(range(size), count)))


def _numbers(question: Question, count: int) -> tuple[Rival, ...]:
    around = Surroundings(question)
    every: Sequence[Rival] = _neighbours(question.answer, question.traditional, question.closed)
    if question.closed:
        every = in_order(question, every)
    # No more than so many below the key and so many above it are taken.
    found = {rival.text: rival for rival in islice((r for r in every if not around.show(r.text)), 2 * count)}
    texts = list(found)
    if len(texts) < count:
        return ()
    even, odd = texts[0::2], texts[1::2]  # below and above the key, as a rule
    below = seed(question.sentence, question.answer) % (count + 1)
    chosen = [*even[:below], *odd[: count - below]]
    chosen += [text for text in texts if text not in chosen][: count - len(chosen)]
    return tuple(found[text] for text in chosen)


@lru_cache(maxsize=1 << 12)
def _neighbours(answer: str, traditional: bool, near: bool) -> tuple[Rival, ...]:
    """The rivals of a number wherever it stands, on wish of its size only."""
    every = rivals(answer, (), traditional=traditional)
    return tuple(r for r in every if apart(answer, r.text) and not (near and not is_near(answer, r.text)))
