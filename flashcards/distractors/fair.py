"""Wrong options that nobody can strike out who does not know the text: of one closed set, not told by the stem."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flashcards.distractors.folding import fold, folded
from flashcards.distractors.likeness import form
from flashcards.distractors.neighbours import QUANTITY
from flashcards.distractors.rivals import Rival
from flashcards.numerals import value

if TYPE_CHECKING:
    from flashcards.distractors import Question

BESIDE = 4  # characters on each side of a gap in which one character of the key is enough to tell it
SEEN = 2  # characters of an option, not the key's, that may not stand in the clause
LARGE = 1000
_YEAR = re.compile("[12][0-9]{3}(?=年)")
_CLAUSE = re.compile("[，。；：、,;:]")


def fair(question: Question, rivals: Iterable[Rival]) -> list[Rival]:
    """The rivals of the closed set that has most of them, without those that the stem rules out.

    It rules out an option of which the same clause shows two characters that are not the key's, and every option
    without a character by which it shows the key (［飞沙堰］的堰顶).
    """
    told, shown = _told(question), _clause(question).difference(fold(question.answer))
    sets: dict[str, list[Rival]] = defaultdict(list)
    for rival in rivals:
        characters = form(rival.text).characters
        if rival.closed and told <= characters and len(characters & shown) < SEEN:
            sets[rival.closed].append(rival)
    return max(sets.values(), key=len, default=[])


def in_order(question: Question, rivals: Sequence[Rival]) -> Sequence[Rival]:
    """The rivals of a number but the years on the wrong side of others of the stem: not 2004年，不久后的2003年."""
    answer = _YEAR.search(question.answer)
    rest = _YEAR.findall(_parted(question)) if answer is not None else []
    if answer is None or not rest:
        return rivals
    sides = [answer[0] < year for year in rest]
    kept = []
    for rival in rivals:
        other = _YEAR.search(rival.text)
        if other is None or (other[0] not in rest and [other[0] < year for year in rest] == sides):
            kept.append(rival)
    return kept


def _parted(question: Question) -> str:
    """The stem with a line feed for each gap."""
    parts, at = [], 0
    for start, end in (*question.gaps, (len(question.stem), len(question.stem))):
        parts.append(question.stem[at:start])
        at = end
    return "\n".join(parts)


def is_near(answer: str, option: str) -> bool:
    """Whether a number is of the size of another: not 三千多年 for 一千多年, which no history agrees with."""
    sizes = []
    for text in (answer, option):
        match = QUANTITY.fullmatch(text)
        written = value(match["number"]) if match else None
        if written is None:
            return True
        sizes.append(float(written))
    small, large = sorted(sizes)
    return large < LARGE or large <= 1.5 * small


def _told(question: Question) -> frozenset[str]:
    """The characters by which the stem shows the key: beside a gap, or two of them anywhere."""
    key = frozenset(fold(question.answer))
    shown = key.intersection(folded(question.visible))
    if len(shown) != 1:
        return shown
    beside = ""
    for start, end in question.gaps:
        beside += question.stem[max(0, start - BESIDE) : start] + question.stem[end : end + BESIDE]
    return shown.intersection(folded(beside))


def _clause(question: Question) -> frozenset[str]:
    """The characters of the clauses around the gaps."""
    parts = []
    for start, end in question.gaps:
        parts += [_CLAUSE.split(question.stem[:start])[-1], _CLAUSE.split(question.stem[end:])[0]]
    return frozenset(folded("".join(parts)))
