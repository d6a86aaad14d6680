"""Whole terms before their fragments: what repetition in the document says about where a term begins and ends.

A string that the text always continues in the same way is a part of a longer term (新发展 in 新发展理念); the longer
one inherits its score. A string that is followed by ever different nouns is a modifier, not a term (高水平). After
Frantzi and Ananiadou's C-value (2000) and the free edges of Feng et al.'s accessor variety (2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashcards.keyphrases import background as b
from flashcards.keyphrases.candidates import LONGEST, TERM, Candidates, changes, members
from flashcards.keyphrases.grid import Grid, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# tokens: repetition says nothing in an abstract (there the authors' phrases are often parts), all in a long document
SHORT, LONG = 300, 900
ALWAYS = 0.75  # a string continued in one way in so many of its places is a fragment
WEIGHT, SHARE = 0.5, 0.5  # repetition against the trees, where it is fully trusted
DOUBTFUL = 0.1  # what a phrase loses for a word that no dictionary has, which may be cut wrongly
FRAGMENT = 0.15  # what a fragment loses
MODIFIER = 0.12  # what a modifier loses
_LENGTHS = (0.0, 0.0, 0.45, 0.65, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 0.9, 0.85, 0.8)  # weight by characters
_NOMINAL = frozenset({b.NOUN, b.PROPER, b.GERUND, b.ABBREVIATION, b.UNKNOWN, b.LATIN})
_QUALIFYING = _NOMINAL | {b.PLACE, b.ATTRIBUTE, b.ADJECTIVE}


def settled(grid: Grid, c: Candidates, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores after fragments have passed theirs on to the whole, shortest first, and modifiers have lost some."""
    import numpy as np

    result = scores.copy()
    size = c.size.take(c.first)
    trusted = ((grid.sizes - SHORT) / (LONG - SHORT)).clip(0, 1)
    trusted[np.bincount(c.window.take(c.repeated), minlength=len(trusted)) == 0] = 0
    if not trusted.any():
        return result
    trust = trusted.take(c.window)
    parts = {part: whole for part, (whole, share) in _longer(c).items() if share >= ALWAYS}
    unknown = sums(~grid.vocabulary.known.take(grid.words))
    start = c.start.take(c.first)
    doubtful = (unknown.take(start + size) > unknown.take(start)) & (c.count < 4) & (c.kind == TERM)
    result -= trust * (DOUBTFUL * doubtful + _weakness(grid, c))
    repetition = np.zeros(len(result))  # of what occurs once
    repetition[c.repeated] = _repetition(grid, c)
    result += trust * (WEIGHT * repetition - SHARE * result)
    for part in sorted((part for part in parts if size[part] < LONGEST), key=lambda part: (size[part], part)):
        whole = parts[part]
        result[whole] = max(result[whole], (1 - trust[part]) * result[whole] + trust[part] * result[part])
        result[part] -= trust[part] * FRAGMENT
    result[c.repeated] -= trust.take(c.repeated) * MODIFIER * _modifies(grid, c)
    return result


def _weakness(grid: Grid, c: Candidates) -> NDArray[np.float64]:
    """What a string loses for its words: general words, a verb in front, nothing nominal in it."""
    v, words = grid.vocabulary, grid.words
    start, size = c.start.take(c.first), c.size.take(c.first)
    first = words.take(start)
    verb = (grid.classes == b.VERB) | (grid.classes == b.ADVERB) | v.among("verb", words)
    actions = sums(verb | (grid.classes == b.GERUND))
    plain = c.kind == TERM
    result: NDArray[np.float64] = plain * (
        0.3 * ((size == 1) & v.among("whole", first))
        + 0.25 * v.among("gap", first)
        + 0.12 * (actions.take(start + size) - actions.take(start) == size)
        + 0.06 * (verb.take(start) & (size > 1))
    )
    return result


def _repetition(grid: Grid, c: Candidates) -> NDArray[np.float64]:
    """How much its repetition makes of each repeated string, 0 to 1: by frequency, length, rarity and free edges."""
    import numpy as np

    first, count = c.first[c.repeated], c.count[c.repeated]
    start, size = c.start[first], c.size[first]
    chars = grid.starts[start + size] - grid.starts[start]
    idf = np.zeros(len(grid.words) + 1)
    np.cumsum(grid.vocabulary.idf[grid.words], out=idf[1:])
    rarity = np.clip((idf[start + size] - idf[start]) / size / 9, 0, 1)
    again = c.start[c.again]
    before = grid.classes[np.maximum(again - 1, grid.bounds.take(grid.window.take(again)))]
    left = c.totals(~members(_QUALIFYING)[before]) / count
    right = c.totals(~members(_NOMINAL)[_behind(grid, c)]) / count
    new = changes(c.window.take(c.repeated))
    most = np.maximum.reduceat(count, new.nonzero()[0]).take(new.cumsum() - 1)  # of the window
    often = np.log(count) / np.log(np.maximum(3, most))
    result: NDArray[np.float64] = (
        often * np.array(_LENGTHS)[np.minimum(chars, len(_LENGTHS) - 1)] * rarity * (left + right) / 2
    )
    return result


def _behind(grid: Grid, c: Candidates) -> NDArray[np.int8]:
    """The class of the word behind each place of a repeated string."""
    import numpy as np

    behind: NDArray[np.int8] = grid.classes[np.minimum((c.start + c.size)[c.again], len(grid.classes) - 1)]
    return behind


def _longer(c: Candidates) -> dict[int, tuple[int, float]]:
    """The candidate one word longer that most often holds each repeated string, and in what share of its places."""
    import numpy as np

    best: dict[int, tuple[int, float]] = {}
    of = c.of[c.again]
    for over in c.longer(c.again):
        wanted = over >= 0
        pairs = (of[wanted] << 32) | over[wanted]
        pairs.sort()
        new = changes(pairs)
        counts = np.bincount(new.cumsum() - 1)
        often = counts >= 2
        pairs, counts = pairs[new][often], counts[often]
        parts, wholes = pairs >> 32, pairs & 0xFFFFFFFF
        shares = counts / c.count[parts]
        for part, whole, share in zip(parts.tolist(), wholes.tolist(), shares.tolist(), strict=True):
            if share > best.get(part, (-1, 0.0))[1]:
                best[part] = (whole, share)
    return best


def _modifies(grid: Grid, c: Candidates) -> NDArray[np.float64]:
    """How far beyond three quarters of its places each repeated string stands right before a noun: 0 to 1."""
    import numpy as np

    share = c.totals(members(_NOMINAL)[_behind(grid, c)]) / c.count[c.repeated]
    result: NDArray[np.float64] = np.clip((share - ALWAYS) / (1 - ALWAYS), 0, 1)
    return result
