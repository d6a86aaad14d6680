"""Where wrong options come from: the document, our table of kinds, neighbouring numbers, contraries, changed parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from flashcards import script, terms
from flashcards.contrasts import contrary
from flashcards.likeness import company, fold, likeness
from flashcards.neighbours import is_number, neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

WRAPPERS = ("“”", "《》", "「」", "『』", '""')
NEAREST = 40
PART = 2
KIN = 12.0  # the likeness from which a term of the table without a group in common is of the same kind


@dataclass(frozen=True, slots=True)
class Rival:
    """A term that might serve as a wrong option, and where it comes from (in words, for the reasons)."""

    text: str
    origin: str


def rivals(answer: str, phrases: Sequence[str], *, traditional: bool = False) -> Iterator[Rival]:
    """What could stand in the answer's place: numbers for a number, terms for a term; nothing is checked yet.

    ``phrases`` are the key phrases of the answer's own document.
    """
    if is_number(answer):
        yield from (Rival(text, "相近的数") for text in neighbours(answer))
        return
    inner, wrap = unwrapped(answer)
    simple = fold(inner)
    for text in contrary(simple, _edges(simple)):
        yield Rival(_dressed(text, wrap, traditional), "说法相反")
    for text, group in terms.table().mates(simple):
        yield Rival(_dressed(text, wrap, traditional), f"同类：{group}")
    if wrap:  # the table keeps its titles in their marks
        for text, group in terms.table().mates(fold(answer)):
            yield Rival(script.to_traditional(text) if traditional else text, f"同类：{group}")
    for phrase in phrases:
        bare, other = unwrapped(phrase)
        if wrap == other and not is_number(phrase):
            yield Rival(phrase, "同一篇文章")
        elif wrap and bare and not other and len(bare) == len(inner):
            yield Rival(wrap[0] + bare + wrap[1], "同一篇文章")
    for text, group in _changed(simple):
        yield Rival(_dressed(text, wrap, traditional), f"换了一部分：{group}")
    if not wrap and len(simple) > PART:
        for text in _nearest(simple):
            if text[-1] == simple[-1] and likeness(text, simple) >= KIN:
                yield Rival(_dressed(text, wrap, traditional), "词表中的近似词")


def unwrapped(phrase: str) -> tuple[str, str]:
    """A phrase without the quotation or title marks around it, and the two marks (empty where there are none)."""
    for marks in WRAPPERS:
        if len(phrase) > 2 and phrase[0] == marks[0] and phrase[-1] == marks[1] and marks[0] not in phrase[1:-1]:
            return phrase[1:-1], marks
    return phrase, ""


def _dressed(text: str, wrap: str, traditional: bool) -> str:
    if traditional:
        text = script.to_traditional(text)
    return wrap[:1] + text + wrap[1:]


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """The longest term of the table at the head or the tail of a phrase, replaced by its mates: 雄安建设 -> 浦东建设."""
    table = terms.table()
    for length in range(len(text) - 1, PART - 1, -1):
        for start in (0, len(text) - length):
            part = text[start : start + length]
            if not table.parts.isdisjoint(table.of.get(part, ())) and {start, start + length} <= _edges(text):
                for mate, group in table.mates(part):
                    if group in table.parts:
                        yield text[:start] + mate + text[start + length :], group
                return


def _edges(text: str) -> set[int]:
    """The offsets between the words of a text, its ends included."""
    from flashcards import segment

    return {0, *accumulate(len(word) for word, _ in segment.words(text))}


@lru_cache(maxsize=1 << 12)
def _nearest(text: str) -> tuple[str, ...]:
    """The terms of the table that keep the same company, of about the same length."""
    vectors, names = _table_vectors()
    scores = vectors @ company(text)
    order = sorted(range(len(names)), key=lambda at: (-float(scores[at]), names[at]))
    near = (names[at] for at in order if abs(len(names[at]) - len(text)) <= max(1, len(text) // 4))
    return tuple(name for name, _ in zip(near, range(NEAREST), strict=False))


@cache
def _table_vectors() -> tuple[NDArray[Any], list[str]]:
    import numpy as np

    names = sorted(terms.table().of)
    return np.stack([company(name) for name in names]), names
