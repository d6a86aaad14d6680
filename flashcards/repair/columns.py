"""Columns of a page: where their lines begin and end, and what is usual in a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from flashcards.repair import pages
from flashcards.repair.measure import ends_sentence, first_token
from flashcards.repair.pages import Row

SAME = 0.08  # sizes that differ by less are the same size
SLACK = 0.7  # em; room on a line beyond its next word that justification leaves unused
INDENT = 0.8  # em; a line that starts further in is indented


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the lines of a column begin and end, in points."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document: size of the body (points), distance of lines (in em), and how paragraphs begin."""

    em: float
    leading: float
    indented: bool


def measure_style(rows: Sequence[Row]) -> tuple[Style, dict[int, Edges]]:
    """The document's body size, line distance and habit of indents; and the column edges of every row."""
    em = pages.body_size(rows)
    edges = _edges(rows, em)
    steps = Counter(
        round((b.depth - a.depth) / em, 1) for a, b in _neighbours(rows) if same_size(a.em, em) and same_size(b.em, em)
    )
    leading = max(steps.items(), key=lambda item: (item[1], -item[0]))[0] if steps else 1.5
    style = Style(em, leading, False)
    after = [
        indent(b, edges) > INDENT
        for a, b in _neighbours(rows)
        if ends_sentence(a.text)
        and free(a, edges) > first_token(b.text) + SLACK
        and same_size(a.em, em)
        and same_size(b.em, em)
    ]
    return replace(style, indented=sum(after) > 0.6 * len(after)), edges


def _neighbours(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Rows and the rows below them in the same column."""
    return ((a, b) for a, b in pairwise(rows) if not is_cut(a, b))


def is_cut(a: Row, b: Row) -> bool:
    """Whether a page or column ends between two rows."""
    apart = b.start > a.end + a.em or b.end < a.start - a.em  # side by side: no line of one column
    return apart or a.page != b.page or a.vertical != b.vertical or b.depth < a.depth - 0.5 * a.em


def same_size(size: float, other: float) -> bool:
    return abs(size - other) <= SAME * other


def _edges(rows: Sequence[Row], em: float) -> dict[int, Edges]:
    """Row number -> edges of its column: usual starts and ends of all columns at that place of odd or even pages.

    A run of fewer than three lines of the body (a title, a signature) is no column: it stands in the largest one of
    its page.
    """
    keys: list[tuple[list[Row], tuple[bool, int, int]]] = []
    pools: dict[tuple[bool, int, int], list[Row]] = {}
    largest: dict[tuple[bool, int], tuple[int, tuple[bool, int, int]]] = {}
    for run in runs(rows):
        body = [row for row in run if same_size(row.em, em)]
        place = round(median(row.start for row in body or run) / (0.25 * max(1.0, run[0].length)))
        key = (run[0].vertical, run[0].page % 2, place)
        keys.append((run, key))
        if len(body) >= 3:
            pools.setdefault(key, []).extend(body)
            page = (run[0].vertical, run[0].page)
            largest[page] = max(largest.get(page, (0, key)), (len(body), key))
    firm = frozenset(pools)
    columns: dict[int, tuple[bool, int, int]] = {}
    for run, key in keys:
        if sum(same_size(row.em, em) for row in run) < 3:
            key = largest.get((run[0].vertical, run[0].page), (0, key))[1]
            if key not in firm:
                pools.setdefault(key, []).extend(run)
        columns |= {row.number: key for row in run}
    found = {
        key: Edges(_usual([r.start for r in pool], em, -1), _usual([r.end for r in pool], em, 1))
        for key, pool in pools.items()
    }
    edges = {row.number: found[columns[row.number]] for row in rows}
    for pool in pools.values():
        edges |= _set_in(pool, edges, em)
    return edges


def _set_in(pool: Sequence[Row], edges: dict[int, Edges], em: float) -> dict[int, Edges]:
    """The edges of rows that are set in on both sides (quotations): they begin alike and end alike, further in."""
    blocks: list[list[Row]] = []
    for row in pool:
        last = blocks[-1][-1] if blocks else None
        if last and row.number == last.number + 1 and -2.3 * em < row.start - last.start < 0.3 * em:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    groups: dict[int, list[list[Row]]] = {}
    for block in blocks:
        inside = max(row.end for row in block) < edges[block[0].number].right - 1.2 * em
        if inside and indent(block[-1], edges) > INDENT:
            groups.setdefault(round(2 * indent(block[-1], edges)), []).append(block)
    found: dict[int, Edges] = {}
    for group in groups.values():
        inner = [row for block in group for row in block[:-1]]  # lines that another follows: those should be full
        right = _usual([row.end for block in group for row in block], em, 1)
        if len(inner) >= 2 and sum(abs(row.end - right) < 0.8 * em for row in inner) >= 0.5 * len(inner):
            found |= {row.number: Edges(edges[row.number].left, right) for block in group for row in block}
    return found


def runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of one column of one page at a time."""
    run: list[Row] = []
    for row in rows:
        if run and is_cut(run[-1], row):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _usual(values: list[float], em: float, side: int) -> float:
    """The outermost value (smallest for side -1) that at least a twentieth of the rows share, to half an em."""
    need = max(2, len(values) // 20) if len(values) > 3 else 1
    ordered = sorted(values, key=lambda value: -side * value)
    for value in ordered:
        close = [other for other in values if 0 <= side * (value - other) <= 0.5 * em]
        if len(close) >= need:
            return median(close)
    return ordered[0]


def indent(row: Row, edges: dict[int, Edges]) -> float:
    return (row.start - edges[row.number].left) / row.em


def free(row: Row, edges: dict[int, Edges]) -> float:
    return (edges[row.number].right - row.end) / row.em
