"""Windows as parallel arrays, one entry a token: the shape in which candidates and features are computed.

A window is a document or a part of one. Many are laid out one behind the other, because a call for an array of few
tokens costs hardly less than one for many; what is counted is counted window by window, so no window changes another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from flashcards.keyphrases.background import MARK, Vocabulary
from flashcards.model import Numbered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BODY, TITLE, HEADING = range(3)
# a quotation of at most 16 characters is a term: edges inside it are no phrase edges
_TERM = re.compile(r"[“「『‘《〈][^“”「」『』‘’《》〈〉，。；：！？\n]{1,16}[”」』’》〉]")


class Segment(NamedTuple):
    """A sentence, a title or a heading: its text as the document has it and in simplified script, its words in that
    script, its zone, and where it stands."""

    text: str
    plain: str
    words: Numbered
    zone: int = BODY
    passage: int = 0
    sentence: int = 0

    @classmethod
    def of(cls, words: Numbered, zone: int = BODY) -> Segment:
        """The segment of words in simplified script."""
        text = "".join(words.texts)
        return cls(text, text, words, zone)


@dataclass(frozen=True, slots=True)
class Grid:
    """``text`` is all segments, a line feed behind each. Token i spans ``text[starts[i]:starts[i + 1]]``.

    ``words`` are numbers of the vocabulary, ``classes`` word classes, ``segment`` the index of the segment, ``zone``
    its zone. ``edge[i]`` tells whether a phrase may begin or end before token i. ``quoted`` holds the spans (in
    tokens) of what stands in short quotation marks and title marks, without the marks. Window w has the tokens from
    ``bounds[w]`` to ``bounds[w + 1]``; ``window`` is that of each token, ``alike`` the last token in it that is the
    same word.
    """

    text: str
    starts: NDArray[np.int64]
    words: NDArray[np.int64]
    classes: NDArray[np.int8]
    segment: NDArray[np.int32]
    zone: NDArray[np.int8]
    edge: NDArray[np.bool_]
    quoted: tuple[tuple[int, int], ...]
    segments: tuple[Segment, ...]
    bounds: NDArray[np.int64]
    window: NDArray[np.int64]
    alike: NDArray[np.int64]
    vocabulary: Vocabulary

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many tokens each window has."""
        return self.bounds[1:] - self.bounds[:-1]

    def count(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many tokens of each window have the flag."""
        import numpy as np

        return np.bincount(self.window[flags], minlength=len(self.bounds) - 1)


def build(windows: Sequence[Sequence[Segment]], vocabulary: Vocabulary) -> Grid:
    """Lay the segments of windows out as arrays."""
    import numpy as np

    segments = tuple(chain.from_iterable(windows))
    vocabulary.make_room()
    lengths = np.array([len(segment.words.numbers) + 1 for segment in segments], np.int64)
    ends = lengths.cumsum()
    # What arrays are looked up by is wide: numpy would widen it each time.
    ids = np.full(int(lengths.sum()), vocabulary.ids("\n")[0], np.int64)
    classes = np.full(len(ids), MARK, np.int8)
    inside = np.ones(len(ids), np.bool_)
    inside[ends - 1] = False
    ids[inside], classes[inside] = vocabulary.numbered(segment.words for segment in segments)
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(vocabulary.chars.take(ids), out=starts[1:])
    text = "\n".join([*(segment.plain for segment in segments), ""])
    edge = np.ones(len(ids) + 1, np.bool_)
    quoted = _quoted(text, starts, edge)
    bounds = np.append(0, ends)[np.cumsum([0, *map(len, windows)])]
    return Grid(
        text,
        starts,
        ids,
        classes,
        np.repeat(np.arange(len(segments), dtype=np.int32), lengths),
        np.repeat(np.array([segment.zone for segment in segments], np.int8), lengths),
        edge,
        quoted,
        segments,
        bounds,
        np.arange(len(windows)).repeat(bounds[1:] - bounds[:-1]),
        _alike(ids, bounds, len(vocabulary.idf)),
        vocabulary,
    )


def _alike(words: NDArray[np.int64], bounds: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """For each token the last one in its window that is the same word, of words with numbers below the limit."""
    import numpy as np

    tokens, last = np.arange(len(words)), np.empty(limit, np.int64)
    found = [tokens[:0]]
    for here in slices(bounds):
        last[words[here]] = tokens[here]
        found.append(last.take(words[here]))
    return np.concatenate(found)


def slices(bounds: NDArray[np.int64]) -> Iterator[slice]:
    """What lies between each two neighbours of these."""
    return (slice(first, end) for first, end in pairwise(bounds.tolist()))


def sums(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many tokens before each one, and in all, have the flag."""
    import numpy as np

    result = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=result[1:])
    return result


def _quoted(text: str, starts: NDArray[np.int64], edge: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Find short quotations that begin and end at token edges; close the edges inside them."""
    found = []
    for match in _TERM.finditer(text):
        inner = match.start() + 1, match.end() - 1
        first, last = starts.searchsorted(inner).tolist()
        if starts[first] == inner[0] and starts[last] == inner[1]:
            edge[first : last + 1] = False
            found.append((first, last))
    return tuple(found)
