"""Features: what speaks for and against each candidate, one column a feature, one row a distinct string."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flashcards.keyphrases import background as b
from flashcards.keyphrases.candidates import LONGEST, Candidates
from flashcards.keyphrases.grid import HEADING, TITLE, Grid, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# column -> what it is, in words for `--explain` and docs/keyphrases.md
FEATURES = {
    "frequency": "how often it occurs in the document (logarithm)",
    "position": "where it occurs first (0 start, 1 end)",
    "spread": "distance between first and last mention (share of the document)",
    "title": "stands in the title",
    "title_end": "closes the title",
    "title_share": "share of its words that occur in the title",
    "heading": "stands in a heading",
    "words": "number of words",
    "characters": "number of characters",
    "rarity": "mean rarity of its words in general Chinese",
    "rarity_least": "rarity of its commonest word",
    "rarity_most": "rarity of its rarest word",
    "rarity_first": "rarity of its first word",
    "rarity_last": "rarity of its last word",
    "dictionary": "how common it is as a dictionary word (0: no word of the dictionary)",
    "unknown": "share of its words that no dictionary has",
    "head_first": "how often authors' key phrases begin with its first word",
    "head_last": "how often authors' key phrases end with its last word",
    "inside": "how often its words occur in authors' key phrases (mean)",
    "inside_least": "the same, of its least likely word",
    "before": "how often a key phrase follows the word before it (best place)",
    "after": "how often a key phrase precedes the word behind it (best place)",
    "edge_before": "the same as `before`, mean over its places",
    "edge_after": "the same as `after`, mean over its places",
    "shape": "how often this sequence of word classes is a key phrase",
    "class_first": "class of its first word",
    "class_last": "class of its last word",
    "extended_left": "share of its places in which the word before always comes with it",
    "extended_right": "share of its places in which the word behind always comes with it",
    "free_left": "number of different words before it, by frequency",
    "free_right": "number of different words behind it, by frequency",
    "part_least": "frequency of its rarest word in the document, against its own",
    "part_most": "frequency of its most frequent word in the document",
    "last_frequency": "frequency of its last word in the document",
    "listed": "share of its places beside 、 or 和",
    "bracketed": "followed by a bracket (an abbreviation, a gloss)",
    "defined": "followed by 是, 指 or 称 at least once",
    "quoted": "stands in quotation marks or title marks",
    "latin": "has Latin letters",
    "length": "length of the document (logarithm of words)",
    "titled": "the document has a title",
    "verbs": "share of verbs among its words",
    "c_value": "C-value: frequency less that of the longer candidates that hold it, by length",
}
NAMES = tuple(FEATURES)
# what is added to the score of the trees: its kind in a text of facts, its place in a short statement, its repetition
# in a long document, the user's weight
TEXT = "text"
MEANINGS = {**FEATURES, TEXT: "what the kind of text and the user's lists add (facts, statement, long document)"}


class Shapes:
    """How often a sequence of word classes is a key phrase: indexed by first, second and last class."""

    @staticmethod
    def codes(grid: Grid, candidates: Candidates) -> NDArray[np.int64]:
        """The shape of each distinct string, at its first place."""
        import numpy as np

        start, _, size = _span(candidates)
        classes = grid.classes.astype(np.int64)
        second = (size > 2) * classes.take(start + (size > 2))
        last = (size > 1) * classes.take(start + size - 1)
        result: NDArray[np.int64] = (classes.take(start) * b.CLASSES + second) * b.CLASSES + last
        return result


def columns(grid: Grid, candidates: Candidates, shapes: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """The features of all distinct candidates by name."""
    return {
        **_place(grid, candidates),
        **_words(grid, candidates),
        **_neighbours(grid, candidates),
        **_parts(grid, candidates),
        "shape": shapes.take(Shapes.codes(grid, candidates)),
    }


def matrix(columns: Mapping[str, NDArray[Any]], some: slice | NDArray[np.int64]) -> NDArray[np.float32]:
    """The features of some candidates: an array of shape (candidates, features) in the order of `NAMES`."""
    import numpy as np

    # each feature lies by itself, for the trees read them so
    result = np.stack([columns[name][some] for name in NAMES], dtype=np.float32, casting="same_kind")
    # rounding keeps the last bit of a logarithm, which differs between machines, from crossing a threshold of a tree
    return np.round(result, 4, out=result).T


def _place(grid: Grid, c: Candidates) -> dict[str, Any]:
    import numpy as np

    n = np.maximum(1, grid.sizes)
    titles = grid.count(grid.zone == TITLE)
    body_start = (grid.bounds[:-1] + titles).take(c.window)
    body = np.maximum(1, n - titles).take(c.window)
    at, end, size = _span(c)
    latest = c.start.take(c.order.take(c.bounds + c.count - 1))
    first, last = (((place - body_start) / body).clip(0, 1) for place in (at, latest))
    zones = grid.zone.take(c.start)
    in_title = (zones == TITLE).nonzero()[0]
    start = c.start.take(in_title)
    behind = np.minimum(start + c.size.take(in_title) + 1, grid.bounds[1:].take(grid.window.take(start)) - 1)
    closes = in_title[grid.zone.take(behind) != TITLE]
    in_a_title = np.zeros(len(grid.words), np.bool_)
    in_a_title[grid.alike[grid.zone == TITLE]] = True
    shared = sums(in_a_title.take(grid.alike))
    return {
        "frequency": np.log(c.count),
        "position": first,
        "spread": last - first,
        "title": _any(c, in_title),
        "title_end": _any(c, closes),
        "title_share": (shared.take(end) - shared.take(at)) / size,
        "heading": _any(c, (zones == HEADING).nonzero()[0]),
        "length": np.log(n).take(c.window),
        "titled": (titles > 0).take(c.window),
    }


def _words(grid: Grid, c: Candidates) -> dict[str, Any]:
    import numpy as np

    v, words = grid.vocabulary, grid.words
    at, end, size = _span(c)
    first, last = words.take(at), words.take(end - 1)
    idf, inside = v.idf.take(words), v.priors[2].take(words)
    run = _run(grid, at, size)
    verbs = sums(grid.classes == b.VERB)
    known = sums(~v.known.take(words))
    latin = sums(grid.classes == b.LATIN)
    return {
        "words": size,
        "characters": grid.starts.take(end) - grid.starts.take(at),
        "rarity": _mean(idf, at, end, size),
        "rarity_least": _over_words(np.minimum, idf).take(run),
        "rarity_most": _over_words(np.maximum, idf).take(run),
        "rarity_first": idf.take(at),
        "rarity_last": idf.take(end - 1),
        "dictionary": (size == 1) * v.count.take(first),
        "unknown": (known.take(end) - known.take(at)) / size,
        "head_first": np.where(size == 1, v.priors[3].take(first), v.priors[0].take(first)),
        "head_last": np.where(size == 1, v.priors[3].take(last), v.priors[1].take(last)),
        "inside": _mean(inside, at, end, size),
        "inside_least": _over_words(np.minimum, inside).take(run),
        "class_first": grid.classes.take(at),
        "class_last": grid.classes.take(end - 1),
        "latin": (latin.take(end) - latin.take(at)) > 0,
        "verbs": (verbs.take(end) - verbs.take(at)) / size,
    }


def _neighbours(grid: Grid, c: Candidates) -> dict[str, Any]:
    """What stands before and behind each string: at the one place of most, at all places of the others."""
    import numpy as np

    v = grid.vocabulary
    words = np.append(grid.words, v.numbers["\n"])  # a line feed stands before the first word of all, too
    before, befores = (words.take(c.start.take(rows) - 1) for rows in (c.first, c.again))
    after, afters = (words.take(c.start.take(rows) + c.size.take(rows)) for rows in (c.first, c.again))
    left, lefts = map(v.priors[4].take, (before, befores))
    right, rights = map(v.priors[5].take, (after, afters))
    listed, listed_again = (v.among("joint", w) | v.among("joint", z) for w, z in ((before, after), (befores, afters)))
    return {
        "before": c.greatest(left, lefts),
        "after": c.greatest(right, rights),
        "edge_before": c.mean(left, lefts),
        "edge_after": c.mean(right, rights),
        "free_left": _different(c, befores),
        "free_right": _different(c, afters),
        "listed": c.mean(listed, listed_again),
        "bracketed": c.greatest(v.among("bracket", after), v.among("bracket", afters)),
        "defined": c.greatest(v.among("defining", after), v.among("defining", afters)),
        "quoted": c.greatest(v.among("opening", before), v.among("opening", befores)),
    }


def _parts(grid: Grid, c: Candidates) -> dict[str, Any]:
    """Frequencies of the longer candidates that hold this one, and of its single words."""
    import numpy as np

    count = np.append(c.count, 0)  # of none, which is the last
    left, right = zip(c.longer(c.first), c.longer(c.again), strict=True)
    longer_left = c.greatest(*(count.take(some, mode="wrap") for some in left))
    longer_right = c.greatest(*(count.take(some, mode="wrap") for some in right))
    singles = np.bincount(grid.alike).take(grid.alike)
    at, end, length = _span(c)
    run = _run(grid, at, length)
    longer = np.maximum(longer_left, longer_right)
    return {
        "extended_left": longer_left / c.count,
        "extended_right": longer_right / c.count,
        "part_least": np.log(_over_words(np.minimum, singles).take(run) / c.count),
        "part_most": np.log(_over_words(np.maximum, singles).take(run)),
        "last_frequency": np.log(singles.take(end - 1)),
        "c_value": np.log2(1 + length) * (c.count - np.where(longer < c.count, longer, longer - 0.5)),
    }


def _span(c: Candidates) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    start, size = c.start.take(c.first), c.size.take(c.first)
    return start, start + size, size


def _over_words(least_or_most: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
    """The least or the greatest value of every run of up to `LONGEST` words, a row a length; `_run` is the place."""
    import numpy as np

    result = np.empty((LONGEST, len(values)), values.dtype)
    result[0] = values
    for more in range(1, min(LONGEST, len(values))):
        least_or_most(result[more - 1, :-more], values[more:], out=result[more, :-more])
    return result


def _run(grid: Grid, at: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where `_over_words` has the words of each candidate, the first `LONGEST` of a longer one."""
    import numpy as np

    result: NDArray[np.int64] = (np.minimum(size, LONGEST) - 1) * len(grid.words) + at
    return result


def _mean(
    values: NDArray[np.float32], at: NDArray[np.int64], end: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.float64]:
    import numpy as np

    # Exact, so that it is the same wherever among other windows a word stands: the numbers are fractions of few bits.
    sums = np.zeros(len(values) + 1, np.float64)
    np.cumsum(values, out=sums[1:])
    result: NDArray[np.float64] = (sums.take(end) - sums.take(at)) / size
    return result


def _any(c: Candidates, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which strings have a place among these occurrences."""
    import numpy as np

    result = np.zeros(len(c.first), np.bool_)
    result[c.of.take(rows)] = True
    return result


def _different(c: Candidates, again: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many different neighbours each string has, given those of ``again``, to each of its places."""
    import numpy as np

    pairs = np.sort((c.of.take(c.again) << 32) | again)
    same = np.flatnonzero(pairs[1:] == pairs[:-1])
    return (c.count - np.bincount(pairs[same] >> 32, minlength=len(c.first))) / c.count
