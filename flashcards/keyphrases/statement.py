"""Short statements: what a sentence says of its topic, rather than the topic, is what examiners blank out.

In an abstract the key phrases are its topics. In one or two sentences of a textbook the topic comes first and again,
and the answer stands behind 是, 称为 or 包括, in a list, or at the end of a clause; or it is a change (增加, 减弱).
The weights come from a logistic regression on examiners' blanks (GAOKAO-Bench, Apache-2.0), rounded, in units of the
trees' score. They count in full below 60 tokens without a title, and not at all from 90 on or where the
text speaks like an abstract.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flashcards.keyphrases import background as b
from flashcards.keyphrases.candidates import Candidates
from flashcards.keyphrases.grid import TITLE, Grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FULL, NONE = 60, 90  # tokens
REPORT = 2  # words of a report on research, from which on the text is taken for an abstract
WEIGHTS = {
    "late": 0.40,  # how late it stands first, 0 to 1
    "said": 0.37,  # right behind a word that says something of a topic
    "listed": 0.27,  # beside 、 or a conjunction
    "change": 0.60,  # a change
    "ends": 0.16,  # a mark follows
    "opens": -0.22,  # a mark comes before
    "verb": -0.17,  # a verb alone
}
_SAYING = "是 为 有 称为 叫做 叫作 称 即 属于 包括 指 是指 分为 具有 叫 由 用 通过 需要 需".split()  # noqa: SIM905
_JOINTS = tuple("、和与及或")
_MARKS = tuple("，。；．,;\n？！")
_CHANGES = (  # the words an examiner takes out of 会____
    *("增加", "减少", "增大", "减小", "升高", "降低", "下降", "上升", "增强", "减弱", "变大", "变小", "变快", "变慢"),
    *("提高", "促进", "抑制", "不变", "增多", "加快", "减慢", "扩大", "缩小"),
)


def bonus(grid: Grid, c: Candidates) -> NDArray[np.float64]:
    """What the place of each candidate adds to its score in a short text without a title; elsewhere nothing."""
    import numpy as np

    result = np.zeros(len(c.first))
    trust = ((NONE - grid.sizes) / (NONE - FULL)).clip(0, 1) * np.maximum(0, 1 - report_words(grid) / REPORT)
    trust[grid.count(grid.zone == TITLE) > 0] = 0
    rows = trust.take(c.window).nonzero()[0]
    if not len(rows):
        return result
    window, first = c.window[rows], c.first[rows]
    start, size, begin = c.start[first], c.size[first], grid.bounds[window]
    before = grid.words[np.maximum(start - 1, begin)]
    behind = grid.words[start + size]
    columns = {
        "late": (start - begin) / grid.sizes[window],
        "said": _among(grid, before, _SAYING),
        "listed": _among(grid, before, _JOINTS) | _among(grid, behind, _JOINTS),
        "change": (size == 1) & _among(grid, grid.words[start], _CHANGES),
        "ends": _among(grid, behind, _MARKS),
        "opens": (start == begin) | _among(grid, before, _MARKS),
        "verb": (size == 1) & (grid.classes[start] == b.VERB),
    }
    result[rows] = trust[window] * sum(weight * columns[name] for name, weight in WEIGHTS.items())
    return result


def report_words(grid: Grid) -> NDArray[np.int64]:
    """How many different words of somebody who reports on research each text has (an abstract of any length: three)."""
    import numpy as np

    return grid.count(grid.vocabulary.among("report", grid.words) & (grid.alike == np.arange(len(grid.alike))))


def _among(grid: Grid, words: NDArray[np.int64], wanted: Sequence[str]) -> NDArray[np.bool_]:
    import numpy as np

    numbers = grid.vocabulary.numbers
    return np.isin(words, [numbers[word] for word in wanted if word in numbers])
