"""Candidates: spans of tokens that could be a key phrase, as arrays, with the same string recognised by its hash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from flashcards.keyphrases import background as b
from flashcards.keyphrases.grid import BODY, Grid, slices

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T", bound="np.generic")

LONGEST = 6  # tokens
CHARS = 20
TERM, NUMBER, DATE, QUOTE, TITLE, NAME = range(6)

# May a phrase begin with, end with, or hold a token of this class?
_FIRST = frozenset(range(b.CLASSES)) - {b.FUNCTION, b.MARK, b.DIGITS, b.MEASURE}
_LAST = _FIRST - {b.NUMBER}
_INNER = frozenset(range(b.CLASSES)) - {b.FUNCTION, b.MARK}

# the bounds and the looks behind keep a run of digits of any length from being tried from each of its digits
_DIGIT = (
    r"(?:(?<![0-9０-９.])[0-9０-９]{1,15}(?:[.．,，][0-9０-９]{1,9}){0,5}"
    r"|(?<![〇零一二两三四五六七八九十百千万亿])[〇零一二两三四五六七八九十百千万亿]{1,15})"
)
_UNIT = (
    r"(?:多|余|几)?(?:万|亿|千|百)*(?:个百分点|平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|微米|纳米|公斤|千克|公顷|毫升|摄氏度|"
    r"人民币|美元|港元|欧元|英镑|个月|小时|分钟|世纪|年代|周年|[年月日天岁届次个位名座条项种类倍米克吨度元亩秒部卷册艘辆架套级层所家"
    r"间片颗支队军师枚辈代章节篇首句字]|％|%|℃)(?:多|余|左右|以上|以下)?"
)
_DATES = re.compile(
    r"(?:公元前?)?(?<![0-9０-９])[0-9０-９]{1,4}年(?:[0-9０-９]{1,2}月(?:[0-9０-９]{1,2}[日号])?)?|[0-9０-９]{1,2}月[0-9０-９]{1,2}[日号]"
    r"|[0-9０-９]{4}年代|[0-9０-９]{4}(?:年)?[—–~～至到-][0-9０-９]{4}年|(?:[0-9]{1,2}|[一二三四五六七八九十]+)世纪(?:[0-9一二三四五六七八九十]+年代)?(?:[初中末]期?)?"
)
_NUMBERS = re.compile(r"第?" + _DIGIT + _UNIT)
# what a date and a number begin with: a search for it is far faster than to try the patterns at every character
_DATE_BEGINS = re.compile("[公0-9０-９一二三四五六七八九十](?:(?<=[0-9０-９])|(?=[元世一二三四五六七八九十]))")
_NUMBER_BEGINS = re.compile("[第0-9０-９〇零一二两三四五六七八九十百千万亿]")
# the dots of a foreign name with the parts between them; its first and last part are found by token edges
_NAMES = r"[·•・](?<=[一-鿿].)(?:[一-鿿]{1,8}[·•・])*(?=[一-鿿])"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Occurrences sorted by place, then the distinct strings they make in each window.

    ``start`` and ``size`` are in tokens; ``of`` the number of the distinct string of each occurrence. ``order`` lists
    the occurrences string by string, and those of a string begin at ``bounds`` in it. ``first`` is the occurrence
    that shows a string first, ``count`` how often it occurs, ``kind`` its kind. ``at[n][i]`` is the string that
    begins at token i and has n tokens, or -1. ``repeated`` are the strings that occur more than once, ``again`` their
    occurrences, string by string: most strings occur once, and what is true of their one place is true of them.
    ``window`` is that of each string; the strings of window w are those from ``windows[w]`` to ``windows[w + 1]``.
    """

    start: NDArray[np.int64]
    size: NDArray[np.int64]
    of: NDArray[np.int64]
    order: NDArray[np.int64]
    bounds: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    kind: NDArray[np.int8]
    at: NDArray[np.int64]
    repeated: NDArray[np.int64]
    again: NDArray[np.int64]
    window: NDArray[np.int64]
    windows: NDArray[np.int64]

    def text(self, grid: Grid, number: int) -> str:
        """The string of a candidate."""
        first = self.first[number]
        start = self.start[first]
        return grid.text[grid.starts[start] : grid.starts[start + self.size[first]]]

    def longer(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each of these occurrences the string one word longer, to the left and to the right of it, or -1."""
        import numpy as np

        # before the first token stands what no string reaches: the end of the row above
        right = (np.minimum(self.size.take(rows), LONGEST) + 1) * self.at.shape[1] + self.start.take(rows)
        return self.at.take(right - 1), self.at.take(right)

    def greatest(self, first: NDArray[T], again: NDArray[T]) -> NDArray[T]:
        """For each string the greatest value of its places, given those of the first places and those of ``again``."""
        import numpy as np

        result = first.copy()
        if len(self.repeated):
            count = self.count.take(self.repeated)
            result[self.repeated] = np.maximum.reduceat(again, count.cumsum() - count)
        return result

    def mean(self, first: NDArray[Any], again: NDArray[Any]) -> NDArray[np.float64]:
        """For each string the mean value of its places, given those of the first places and those of ``again``."""
        import numpy as np

        result = first.astype(np.float64)
        result[self.repeated] = self.totals(again) / self.count.take(self.repeated)
        return result

    def totals(self, again: NDArray[Any]) -> NDArray[Any]:
        """The sum of the values of the places of each repeated string, given those of ``again``."""
        import numpy as np

        of = np.arange(len(self.repeated)).repeat(self.count.take(self.repeated))
        return np.bincount(of, again, len(self.repeated))


def find(grid: Grid) -> Candidates:
    """All candidates of the windows."""
    import numpy as np

    start, size = _ngrams(grid)
    special = _specials(grid)
    kinds = np.zeros(len(start) + len(special), np.int8)
    if special:
        start = np.concatenate([start, np.array([s for s, _, _ in special], np.int64)])
        size = np.concatenate([size, np.array([n for _, n, _ in special], np.int64)])
        kinds[-len(special) :] = [k for _, _, k in special]
    # one number an occurrence: to sort plain numbers takes a quarter of the time of an order by several columns
    places = (start << 16) | (size << 8) | (NAME - kinds)
    places.sort()
    places = places[changes(places >> 8)]  # of two kinds at one place the greater
    start, size, kinds = places >> 16, (places >> 8) & 0xFF, NAME - (places & 0xFF)
    order, new = _by_string(_hashes(grid, start, size), start.searchsorted(grid.bounds))
    bounds = new.nonzero()[0]
    of = np.empty(len(order), np.int64)
    of[order] = new.cumsum() - 1
    kind = np.maximum.reduceat(kinds.take(order), bounds) if len(order) else kinds
    at = np.full((LONGEST + 2, len(grid.words) + 2), -1, np.int64)
    short = size <= LONGEST
    at.put((size * at.shape[1] + start)[short], of[short])
    count = np.bincount(of)
    often = count > 1
    again = order[often.repeat(count)]
    first, repeated = order[bounds], often.nonzero()[0]
    window = grid.window.take(start.take(first))
    windows = window.searchsorted(np.arange(len(grid.bounds)))
    return Candidates(
        start, size, of, order, bounds, first, count, kind.astype(np.int8), at, repeated, again, window, windows
    )


def _by_string(hashes: NDArray[np.uint64], bounds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The occurrences of each window string by string, as in `_alike`."""
    import numpy as np

    # window by window: how many bits of the hashes are compared must not depend on what other windows hold
    order, new = [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
    for here in slices(bounds):
        alike, first = _alike(hashes[here])
        order.append(alike + here.start)
        new.append(first)
    return np.concatenate(order), np.concatenate(new)


def _alike(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Occurrences string by string, those of a string in their order, and which of them is the first of a string.

    Their numbers take the place of the last bits of the hashes: numbers that differ are sorted faster than stably. The
    bits left, 47 or more for a window, take two strings for one in one of 20,000 windows at the most, always the same.
    """
    import numpy as np

    low = np.uint64((1 << len(hashes).bit_length()) - 1)
    keys = (hashes & ~low) | np.arange(len(hashes), dtype=np.uint64)
    keys.sort()
    return (keys & low).astype(np.int64), changes(keys & ~low)


def changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values differ from the one before them."""
    import numpy as np

    new = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return new


def _ngrams(grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of 1 to 6 tokens whose edges are allowed, 2 to 20 characters long, within one segment."""
    import numpy as np

    classes, n = grid.classes, len(grid.classes)
    held = grid.vocabulary.among("held", grid.words)
    first = members(_FIRST).take(classes) & grid.edge[:-1] & ~grid.vocabulary.among("first", grid.words)
    last = members(_LAST).take(classes) & grid.edge[1:] & ~grid.vocabulary.among("last", grid.words)
    broken = np.zeros(n + 1, np.int64)
    np.cumsum(~(members(_INNER).take(classes) | held), out=broken[1:])
    starts, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for size in range(1, min(LONGEST, n) + 1):
        reach = n - size + 1
        ok = first[:reach] & last[size - 1 :]
        if size > 2:
            ok &= broken[size - 1 : n] == broken[1 : reach + 1]
        chars = grid.starts[size : size + reach] - grid.starts[:reach]
        ok &= (chars >= 2) & (chars <= CHARS)
        found = np.flatnonzero(ok)
        starts.append(found)
        sizes.append(np.full(len(found), size, np.int64))
    return np.concatenate(starts), np.concatenate(sizes)


@cache
def members(classes: frozenset[int]) -> NDArray[np.bool_]:
    """For each word class whether it is one of these."""
    import numpy as np

    return np.isin(np.arange(b.CLASSES), list(classes))


def _specials(grid: Grid) -> list[tuple[int, int, int]]:
    """Quotations, titles, dates, numbers with their unit and names with a dot: (token, tokens, kind), whole tokens."""
    import numpy as np

    found = []
    for first, last in grid.quoted:
        mark = grid.text[grid.starts[first] - 1]
        found.append((first, last - first, TITLE if mark in "《〈" else QUOTE))
    names = re.finditer(_NAMES, grid.text) if any(dot in grid.text for dot in "·•・") else ()
    spans = [(NAME, *_name(grid.starts, *match.span())) for match in names]
    spans += [(DATE, *match.span()) for match in _matches(_DATES, _DATE_BEGINS, grid.text)]
    spans += [(NUMBER, *match.span()) for match in _matches(_NUMBERS, _NUMBER_BEGINS, grid.text)]
    if not spans:
        return found
    kind, start, end = np.array(spans).T
    first, last = grid.starts.searchsorted(start), grid.starts.searchsorted(end)
    whole = (grid.starts[first] == start) & (grid.starts[last] == end) & (end - start <= CHARS)
    whole &= grid.edge[first] & grid.edge[last] & (last > first)
    rows = np.stack([start, end, first, last, kind], axis=1)[whole]
    taken: list[tuple[int, int]] = []
    # those of one window together, in their order: only the last ones taken are compared
    for a, z, token, behind, of in rows[grid.window.take(rows[:, 2]).argsort(kind="stable")].tolist():
        if not any(begin < z and a < stop for begin, stop in taken[-3:]):
            found.append((token, behind - token, of))
            taken.append((a, z))
    return found


def _matches(pattern: re.Pattern[str], begins: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """``pattern.finditer(text)`` for a pattern all of whose matches begin with one of another, of one character."""
    at = 0
    while begin := begins.search(text, at):
        match = pattern.match(text, begin.start())
        at = match.end() if match else begin.end()
        if match:
            yield match


def _name(starts: NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    """The span of a name around its dots: from the word before the first to the word behind the last."""
    first, last = starts.searchsorted((start, end + 1)).tolist()
    return int(starts[first - 1]), int(starts[min(last, len(starts) - 1)])


def _hashes(grid: Grid, start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A 64-bit polynomial hash of each span's characters: prefix sums of c * B^i, divided by B^start (B is odd)."""
    import numpy as np

    codes = np.frombuffer(grid.text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    up, down = _powers(len(codes))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes * np.uint64(0x9E3779B97F4A7C15)) * up[: len(codes)], out=sums[1:])
    a, z = grid.starts.take(start), grid.starts.take(start + size)
    result: NDArray[np.uint64] = (sums.take(z) - sums.take(a)) * down.take(a)
    return result


_BASE = 0xD1342543DE82EF95
_POWERS: list[NDArray[np.uint64]] = []


def _powers(length: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    if not _POWERS or len(_POWERS[0]) <= length:
        room = 1 << (length + 1).bit_length()
        inverse = pow(_BASE, -1, 1 << 64)
        _POWERS[:] = [_cumulative(_BASE, room), _cumulative(inverse, room)]
    return _POWERS[0], _POWERS[1]


def _cumulative(base: int, room: int) -> NDArray[np.uint64]:
    import numpy as np

    steps = np.full(room, base, np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)


def in_body(grid: Grid, candidates: Candidates) -> NDArray[np.bool_]:
    """Which occurrences stand in sentences (not in the title or a heading)."""
    result: NDArray[np.bool_] = grid.zone.take(candidates.start) == BODY
    return result
