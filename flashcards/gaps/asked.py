"""What earlier passages asked: a phrase is not asked again in the same words, and less gladly at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import repeat
from operator import add

LONGEST = 24  # characters of a phrase that are looked at for parts
LATELY = 3  # passages within which what stands all over the document is asked once


class Asked:
    """The phrases asked, with the parts of them, so that a question about a part or a whole is known."""

    def __init__(self) -> None:
        self._whole: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._pairs: set[str] = set()
        self._wordings: set[tuple[str, str, str]] = set()
        self._last: dict[str, int] = {}

    def note(self, phrase: str, passage: int, sentence: str, start: int) -> None:
        """Note a gap at an offset of a sentence as asked, with the three characters on either side of it."""
        self.add(phrase)
        self._last[phrase] = passage
        self._wordings.update(_wordings(sentence, start, phrase))

    def worded(self, sentence: str, start: int, phrase: str) -> bool:
        """Whether the phrase was asked behind or before the same three characters."""
        return phrase in self._whole and not self._wordings.isdisjoint(_wordings(sentence, start, phrase))

    def knows(self, phrase: str) -> bool:
        """Whether the phrase itself is noted as asked."""
        return phrase in self._whole

    def lately(self, phrase: str, passage: int) -> bool:
        """Whether the phrase itself was asked in one of the passages just before."""
        return phrase in self._last and abs(passage - self._last[phrase]) < LATELY

    def ever(self, phrase: str) -> bool:
        """Whether the phrase itself was asked."""
        return phrase in self._last

    def add(self, phrase: str) -> None:
        """Note a phrase as asked."""
        self._whole[phrase] = self._whole.get(phrase, 0) + 1
        self._pairs.update(_pairs(phrase))
        for part in _parts(phrase):
            self._parts[part] = self._parts.get(part, 0) + 1

    def times(self, phrase: str) -> int:
        """How often the phrase, a part of it or a longer one was asked."""
        # a part that was asked, or a longer phrase, shares two characters with something asked
        if self._pairs.isdisjoint(_pairs(phrase)):
            return 0
        asked = self._whole.get
        return asked(phrase, 0) + self._parts.get(phrase, 0) + sum(map(asked, _parts(phrase), repeat(0)))


def related(one: str, other: str) -> bool:
    """Whether two phrases are the same, or one is a part of the other: what `Asked.times` counts."""
    if one not in other and other not in one:
        return False  # the usual case
    part, whole = sorted((one, other), key=len)
    return len(part) > 1 and (part == whole or (len(part) < LONGEST and part in whole[:LONGEST]))


def _pairs(phrase: str) -> Iterator[str]:
    """Each two characters of a phrase that stand side by side."""
    return map(add, phrase, phrase[1:])


def _wordings(sentence: str, start: int, phrase: str) -> list[tuple[str, str, str]]:
    """A phrase with three characters before it and with three behind it, where no mark is among them."""
    end = start + len(phrase)
    before, behind = sentence[max(0, start - 3) : start], sentence[end : end + 3]
    return [
        (phrase, side, near)
        for side, near in (("before", before), ("behind", behind))
        if len(near) == 3 and near.isalnum()
    ]


def _parts(phrase: str) -> set[str]:
    """The proper parts of a phrase, of two and more characters; of a very long one, of its first 24 characters."""
    phrase = phrase[:LONGEST]
    return set(map(phrase.__getitem__, _stretches(len(phrase))))


@cache
def _stretches(size: int) -> tuple[slice, ...]:
    """Where the proper parts of so many characters lie."""
    return tuple(slice(a, z) for a in range(size) for z in range(a + 2, size + 1) if z - a < size)
