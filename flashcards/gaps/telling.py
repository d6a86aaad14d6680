"""What the words of a stem that no gap hides tell its reader: how many carry content, and whether one is a name.

Every prospect asks this of its stem, so it is found as a difference of running totals over the words of the passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flashcards.gaps.grid import Grid, Places, members
from flashcards.gaps.places import COMMON, word_at
from flashcards.gaps.stems import Stem
from flashcards.keyphrases import background as b
from flashcards.model import Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from flashcards.gaps.grid import Flags

BARE = 6  # a stem that shows fewer words that tell something tells too little
LIGHT = frozenset({b.FUNCTION, b.MARK, b.ADVERB, b.LOCATION, b.MEASURE})  # these words carry no content
SAYS_LITTLE = LIGHT | {b.NUMBER, b.DIGITS}  # no content words, and numbers
NAMES = frozenset({b.PLACE, b.LATIN, b.ABBREVIATION})
RARE_NAMES = frozenset({b.NOUN, b.PROPER, b.PERSON, b.UNKNOWN})  # names where they are rare and no single character


class Told(NamedTuple):
    """What the words of one passage tell.

    One entry a sentence: ``content``, its content words, and ``firsts``, the index of its first word. One entry a word
    (of the whole document, there), and one behind the last: how many words before it are ``telling``, are ``names``.
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


@dataclass(frozen=True, slots=True)
class Telling:
    """`Told` of whole documents; their words are those of the grid. What lies in arrays is read as memory, which costs
    a third of what reading a number from an array does, and no list of every word is made."""

    content: memoryview[int]
    firsts: memoryview[int]
    telling: memoryview[int]
    names: memoryview[int]

    @classmethod
    def of(cls, grid: Grid) -> Telling:
        """The totals of the documents of a grid."""
        kinds = grid.kinds
        rare = (grid.sizes.take(grid.words) > 1) & (grid.rarity.take(grid.words) > COMMON)
        names = members(NAMES).take(kinds) | (members(RARE_NAMES).take(kinds) & rare)
        content = _totals(~members(LIGHT).take(kinds))
        return cls(
            (content[grid.ends] - content[grid.firsts]).data,
            grid.firsts.data,
            _totals(~members(SAYS_LITTLE).take(kinds)).data,
            _totals(names).data,
        )

    def of_passage(self, sentence: int, count: int) -> Told:
        """What a passage tells whose first sentence has this index on the grid, and which has so many."""
        sentences = slice(sentence, sentence + count)
        return Told(self.content[sentences], self.firsts[sentences], self.telling, self.names)

    def too_few(self, at: Places) -> Flags:
        """Beside which phrases too few words of their sentence tell something, whatever the stem; a short term needs
        one more. What the user wants asked may stand alone."""
        import numpy as np

        telling, grid, sentence = np.asarray(self.telling), at.grid, at.sentence
        before = telling.take(at.begin) - telling.take(grid.firsts.take(sentence))
        behind = telling.take(grid.ends.take(sentence)) - telling.take(at.close)
        few: Flags = before + behind < BARE + ((at.size <= 2) & at.of_kind("term"))
        return few & ~at.of_kind("user")


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
