"""What the words of a stem that no gap hides tell its reader: how many carry content, and whether one is a name.

Every prospect asks this of its stem, so it is found as a difference of running totals over the words of the passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashcards.gaps.grid import Grid, members
from flashcards.gaps.places import COMMON, word_at
from flashcards.gaps.stems import Stem
from flashcards.keyphrases import background as b
from flashcards.model import Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIGHT = frozenset({b.FUNCTION, b.MARK, b.ADVERB, b.LOCATION, b.MEASURE})  # these words carry no content
SAYS_LITTLE = LIGHT | {b.NUMBER, b.DIGITS}  # no content words, and numbers
NAMES = frozenset({b.PLACE, b.LATIN, b.ABBREVIATION})
RARE_NAMES = frozenset({b.NOUN, b.PROPER, b.PERSON, b.UNKNOWN})  # names where they are rare and no single character


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of one passage tell.

    One entry a sentence: ``content``, its content words, and ``firsts``, the index of its first word in the passage.
    One entry a word, and one behind the last: how many words before it are ``telling`` and are ``names``.
    """

    content: Sequence[int]
    firsts: Sequence[int]
    telling: Sequence[int]
    names: Sequence[int]

    def by(self, index: int, sentence: Sentence, stem: Stem) -> tuple[int, bool]:
        """How many words a stem of the ``index``-th sentence shows that tell something, and whether one is a name."""
        at = self.firsts[index]
        telling = names = 0
        for first, last in shown(sentence, stem):
            telling += self.telling[at + last] - self.telling[at + first]
            names += self.names[at + last] - self.names[at + first]
        return telling, names > 0


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """The running totals of `Told` over a whole document, one entry a word of the ``grid``, and one behind the last."""

    grid: Grid
    content: NDArray[np.int64]
    telling: NDArray[np.int64]
    names: NDArray[np.int64]

    @classmethod
    def of(cls, grid: Grid) -> Telling:
        """The totals of a document."""
        kinds = grid.kinds
        rare = (grid.sizes[grid.words] > 1) & (grid.rarity[grid.words] > COMMON)
        names = members(NAMES)[kinds] | (members(RARE_NAMES)[kinds] & rare)
        return cls(grid, _totals(~members(LIGHT)[kinds]), _totals(~members(SAYS_LITTLE)[kinds]), _totals(names))

    def of_passage(self, sentence: int, count: int) -> Told:
        """What a passage tells whose first sentence has this index in the document, and which has so many."""
        firsts, ends = self.grid.firsts[sentence : sentence + count], self.grid.ends[sentence : sentence + count]
        if not count:
            return Told((), (), (), ())
        words = slice(firsts[0], ends[-1] + 1)
        return Told(
            (self.content[ends] - self.content[firsts]).tolist(),
            (firsts - firsts[0]).tolist(),
            self.telling[words].tolist(),
            self.names[words].tolist(),
        )


def _totals(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    import numpy as np

    totals = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=totals[1:])
    return totals


def shown(sentence: Sentence, stem: Stem) -> Iterator[tuple[int, int]]:
    """The runs of words of a stem that no gap hides, not even in part: first word and the one behind the last."""
    starts, at = (*sentence.tokens.starts, len(sentence.text)), word_at(sentence, stem.start)
    for gap in stem.gaps:
        first = word_at(sentence, stem.start + gap.start)
        if first > 0 and starts[first] > stem.start + gap.start:  # there ends the word before
            first -= 1
        if at < first:
            yield at, first
        at = word_at(sentence, stem.start + gap.end)
    last = word_at(sentence, stem.start + len(stem.text))
    if at < last:
        yield at, last
