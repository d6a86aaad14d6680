"""What a phrase is (term, name, place, date …), and how much that counts in a text of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashcards.keyphrases import background as b
from flashcards.keyphrases import candidates as find
from flashcards.keyphrases.candidates import Candidates
from flashcards.keyphrases.grid import Grid
from flashcards.keyphrases.statement import report_words
from flashcards.model import KINDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# In an encyclopedia people ask for dates, names and titles; in an abstract authors never name them. Set by hand on
# questions about encyclopedia articles (CMRC 2018). They count in full where there is a date to every 150 tokens, two
# at least (one in a shorter text).
WEIGHTS = {
    "date": 0.17,
    "number": 0.09,
    "name": 0.17,
    "place": 0.09,
    "title": 0.25,
    "quote": 0.17,
    "organisation": 0.14,
}
FACTS, PER = 2, 150
REPORT = 3  # words of an abstract to every 150 tokens, from which on the text is none of facts
_FOUND = {
    find.NUMBER: KINDS.index("number"),
    find.DATE: KINDS.index("date"),
    find.QUOTE: KINDS.index("quote"),
    find.TITLE: KINDS.index("title"),
    find.NAME: KINDS.index("name"),
}


def of(grid: Grid, candidates: Candidates) -> NDArray[np.int8]:
    """The kind of each distinct string, as an index of `KINDS`."""
    import numpy as np

    start, size = candidates.start.take(candidates.first), candidates.size.take(candidates.first)
    first, last = grid.classes.take(start), grid.classes.take(start + size - 1)
    kind = np.zeros(len(start), np.int8)
    single = size == 1
    kind[single & (first == b.PERSON)] = KINDS.index("name")
    kind[(last == b.PLACE) & (first == b.PLACE)] = KINDS.index("place")
    kind[single & (first == b.IDIOM) & (grid.vocabulary.chars[grid.words[start]] == 4)] = KINDS.index("idiom")
    kind[~single & grid.vocabulary.among("body", grid.words.take(start + size - 1))] = KINDS.index("organisation")
    for found, index in _FOUND.items():
        kind[candidates.kind == found] = index
    return kind


def bonus(grid: Grid, candidates: Candidates, kind: NDArray[np.int8]) -> NDArray[np.float64]:
    """What its kind adds to the score of each candidate in a text of facts, which is known by its dates."""
    import numpy as np

    dates = np.bincount(candidates.window[candidates.kind == find.DATE], minlength=len(grid.sizes))
    need = np.where(grid.sizes > PER, np.maximum(FACTS, grid.sizes / PER), 1)
    report = report_words(grid) / np.maximum(1, grid.sizes / PER)
    facts = np.minimum(1, dates / need) * np.maximum(0, 1 - report / REPORT)
    weights = np.array([WEIGHTS.get(name, 0.0) for name in KINDS])
    result: NDArray[np.float64] = facts.take(candidates.window) * weights.take(kind)
    return result
