"""A document as parallel arrays, one entry a token: the shape in which candidates and features are computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashcards.keyphrases.background import CLASS_OF, Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BODY, TITLE, HEADING = range(3)
# a quotation of at most 16 characters is a term: edges inside it are no phrase edges
_TERM = re.compile(r"[“「『‘《〈][^“”「」『』‘’《》〈〉，。；：！？\n]{1,16}[”」』’》〉]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, a title or a heading: its text as the document has it, its words in simplified script, their tags,
    its zone, and where it stands."""

    text: str
    words: Sequence[str]
    tags: Sequence[str]
    zone: int = BODY
    passage: int = 0
    sentence: int = 0

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]], zone: int = BODY) -> Segment:
        """The segment of (word, tag) pairs."""
        words = [word for word, _ in pairs]
        return cls("".join(words), words, [tag for _, tag in pairs], zone)


@dataclass(frozen=True, slots=True)
class Grid:
    """``text`` is all segments, a line feed behind each. Token i spans ``text[starts[i]:starts[i + 1]]``.

    ``words`` are numbers of the vocabulary, ``classes`` word classes, ``segment`` the index of the segment, ``zone``
    its zone. ``edge[i]`` tells whether a phrase may begin or end before token i. ``quoted`` holds the spans (in
    tokens) of what stands in short quotation marks and title marks, without the marks.
    """

    text: str
    starts: NDArray[np.int64]
    words: NDArray[np.int32]
    classes: NDArray[np.int8]
    segment: NDArray[np.int32]
    zone: NDArray[np.int8]
    edge: NDArray[np.bool_]
    quoted: tuple[tuple[int, int], ...]
    segments: tuple[Segment, ...]
    vocabulary: Vocabulary


def build(segments: Iterable[Segment], vocabulary: Vocabulary) -> Grid:
    """Lay the segments of one document out as arrays."""
    import numpy as np

    segments = tuple(segments)
    words: list[str] = []
    tags: list[str] = []
    for segment in segments:
        words += segment.words
        words.append("\n")
        tags += segment.tags
        tags.append("")  # a line feed has its class by its surface
    lengths = [len(segment.words) + 1 for segment in segments]
    ids = vocabulary.ids(words)
    surface = vocabulary.surface[ids]
    starts = np.zeros(len(words) + 1, np.int64)
    np.cumsum(vocabulary.chars[ids], out=starts[1:])
    text = "".join(words)
    edge = np.ones(len(words) + 1, np.bool_)
    quoted = _quoted(text, starts, edge)
    return Grid(
        text,
        starts,
        ids,
        np.where(surface > 0, surface, np.fromiter(map(CLASS_OF.__getitem__, tags), np.int8, len(tags))),
        np.repeat(np.arange(len(segments), dtype=np.int32), lengths),
        np.repeat(np.array([segment.zone for segment in segments], np.int8), lengths),
        edge,
        quoted,
        segments,
        vocabulary,
    )


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
