"""What a printed page has besides its text: running headers, page numbers, tables, contents lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from flashcards.model import Block
from flashcards.repair.measure import ends_sentence

ZONE = 0.15  # of the page's height, at the top and at the bottom: where headers and page numbers stand
BAND = 0.012  # of the page's height: two lines this close stand at the same height
OUTER = 4  # so many outermost lines at an edge may be furniture
_DIGITS = re.compile(r"[0-9０-９]+|[一二三四五六七八九十百〇零]+(?=\s*页)|\b[ivxlc]+\b", re.IGNORECASE)
_CHINESE = "一二三四五六七八九十百〇零○"
_NUMBER = re.compile(
    rf"[-–—―·•.~〜\s\[(（【]*(?:\d{{1,4}}|[０-９]{{1,4}}|[ivxlc]{{1,7}}|[IVXLC]{{1,7}}"
    rf"|第\s*[\d０-９{_CHINESE}]+\s*[页頁](?:[\s，,/]*共\s*[\d０-９{_CHINESE}]+\s*[页頁])?"
    r"|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s+\d+(?:\s+of\s+\d+)?)[-–—―·•.~〜\s\])）】]*"
)
_BROWSER = re.compile(r"(?:file|https?)://\S+|^about:\w+|^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\D.{0,3}\d{1,2}:\d{2}")
_FORM = re.compile(r"\s*(?:[□√☑☒☐■✓✔]\s*\S{1,6}\s*){2,}")
_LEADERS = re.compile(r"\s*(?:(?:[.．·・⋅]\s?){4,}|(?:[…‥⋯]\s?){2,})\s*([\d０-９ivxlcIVXLC]{1,5})?\s*$")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page, measured in points: along the line from ``start`` to ``end``, across it at ``depth``.

    ``y``: 0 at the page's top, 1 at its bottom; ``length``: the page along the line; ``number``: 1-based, as read.
    """

    text: str
    number: int
    page: int
    start: float
    end: float
    depth: float
    em: float
    y: float
    length: float
    vertical: bool
    weight: float
    cells: int
    rules: int
    role: str = "line"


def rows_of(blocks: Iterable[Block]) -> list[Row]:
    """The measured lines of a paged document; lines without text are left out.

    A line of one to three characters measures badly (一 has a low box): near the body's size it takes that.
    """
    rows = _rows(blocks)
    body = body_size(rows)
    return [replace(row, em=body) if len(row.text) <= 3 and abs(row.em - body) < 0.25 * body else row for row in rows]


def _rows(blocks: Iterable[Block]) -> list[Row]:
    return [
        Row(
            text=block.text,
            number=block.lines[0],
            page=block.page or 1,
            start=block.layout["start"],
            end=block.layout["end"],
            depth=block.layout["depth"],
            em=block.layout["em"],
            y=block.layout["y"],
            length=block.layout["length"],
            vertical=bool(block.layout["vertical"]),
            weight=block.layout["weight"],
            cells=int(block.layout["cells"]),
            rules=int(block.layout["rules"]),
            role=block.role,
        )
        for block in blocks
        if block.text
    ]


def by_page(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The rows of every page, in their order."""
    pages: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        pages[row.page].append(row)
    return pages


def headers(rows: Sequence[Row]) -> dict[int, str]:
    """Row number -> ``page-number`` or ``running-header``: what stands at a page's edge and is no text.

    A line at the edge is furniture if it is a page number set apart, if the same words (digits aside) stand at the
    same height of three pages (two, where there are only two), if a browser printed it, or if it stands alone at a
    height where at least a third of the pages have furniture.
    """
    pages = by_page(rows)
    body = body_size(rows)
    edge = {page: _outermost(found, body) for page, found in pages.items()}
    seen: Counter[tuple[str, int]] = Counter()
    for found in edge.values():
        seen.update({(_masked(row.text), band) for row in found for band in _bands(row)})
    need = 2 if len(pages) <= 3 else 3
    roles: dict[int, str] = {}
    repeated: set[int] = set()
    for page, found in edge.items():
        for row in found:
            if _NUMBER.fullmatch(row.text) and _set_apart(row, pages[page]):
                roles[row.number] = "page-number"
            elif any(_BROWSER.search(o.text) and abs(o.y - row.y) < BAND / 2 for o in found):
                roles[row.number] = "running-header"
            elif len(pages) > 1 and max(seen[_masked(row.text), band] for band in _bands(row)) >= need:
                repeated.add(row.number)
    step = line_step(rows, body)
    for page, found in edge.items():
        text = [row for row in pages[page] if row.number not in roles and row.number not in repeated]
        for row in found:
            if row.number in repeated and _is_apart(row, text, step) and not ends_sentence(row.text):
                roles[row.number] = "page-number" if _NUMBER.fullmatch(row.text) else "running-header"
    heights = Counter(
        band for found in edge.values() for band in {b for r in found if r.number in roles for b in _bands(r)}
    )
    for page, found in edge.items():
        for row in found:
            usual = max((heights[band] for band in _bands(row)), default=0)
            if row.number not in roles and usual >= max(3, len(pages) / 3) and _alone(row, pages[page], roles):
                roles[row.number] = "running-header"
    return roles


def tables(rows: Sequence[Row], width: float) -> set[int]:
    """The numbers of rows that are cells of tables: rows with wide holes, rows side by side, and what they enclose."""
    found: set[int] = set()
    for page in by_page(rows).values():
        column = _columns(page)
        cells = {row.number for row in page if row.rules > 2 or (row.cells > 1 and not _LEADERS.search(row.text))}
        for row in page:
            for other in page:
                beside = abs(row.depth - other.depth) < 0.5 * row.em and (
                    other.start > row.end or other.end < row.start
                )
                if row.vertical == other.vertical and beside and column[row.number] == column[other.number]:
                    cells |= {row.number, other.number}
        sure = any(row.rules > 2 or row.cells > 2 for row in page if row.number in cells)
        if len(cells) >= (2 if sure else 3):
            found |= _enclosed(page, cells, width)
        found |= {row.number for row in page if _FORM.fullmatch(row.text)}
    return found


def leaders(text: str) -> str | None:
    """A line of a table of contents without dot leaders and page number; None for other lines.

    >>> leaders("关于红军作战的原则…………… １"), leaders("他说……")
    ('关于红军作战的原则', None)
    """
    match = _LEADERS.search(text)
    if match is None or not match.start() or (match[1] is None and len(match[0].strip()) < 6):
        return None
    return text[: match.start()]


def body_size(rows: Iterable[Row]) -> float:
    """The size of most of the text, in points."""
    weights: Counter[float] = Counter()
    for row in rows:
        weights[round(row.em * 4) / 4] += len(row.text)
    return max(weights.items(), key=lambda item: (item[1], item[0]))[0] if weights else 10.0


def line_step(rows: Sequence[Row], body: float) -> float:
    """The usual distance between two lines of the text, in points."""
    steps = Counter(
        round((b.depth - a.depth) / body, 1)
        for a, b in pairwise(rows)
        if a.page == b.page and b.depth > a.depth and abs(a.em - body) + abs(b.em - body) < 0.16 * body
    )
    return body * (max(steps.items(), key=lambda item: (item[1], -item[0]))[0] if steps else 1.5)


def _is_apart(row: Row, text: Sequence[Row], step: float) -> bool:
    """Whether a row is set off from the text of its page: by white space, by size, or by direction."""
    beside = [other for other in text if other.vertical == row.vertical and abs(other.em - row.em) < 0.08 * row.em]
    return all(abs(other.depth - row.depth) > 1.3 * step for other in beside)


def _outermost(page: Sequence[Row], body: float) -> list[Row]:
    """The outermost rows at the top and the bottom of a page that are not larger than its text, as titles are."""
    ordered = sorted(page, key=lambda row: (row.y, row.number))
    top = [row for row in ordered[:OUTER] if row.y < ZONE]
    bottom = [row for row in ordered[-OUTER:] if row.y > 1 - ZONE and row not in top]
    return [row for row in top + bottom if row.em < 1.15 * body]


def _masked(text: str) -> str:
    return _DIGITS.sub("#", re.sub(r"\s+", "", text))


def _bands(row: Row) -> tuple[int, int]:
    """A line's height on the page as two overlapping bands, so that close heights share one."""
    band = int(row.y / BAND)
    return band, band + 1 if row.y / BAND - band > 0.5 else band - 1


def _set_apart(row: Row, page: Sequence[Row]) -> bool:
    """Whether a number stands apart from the text: nothing further out, and more than a line's space to the text."""
    inner = [other for other in page if other is not row and abs(other.y - row.y) > BAND / 2]
    lower = row.y > 0.5
    beyond = [other for other in inner if (other.y > row.y) == lower]
    if len(beyond) > 1 or any(abs(other.y - 0.5) < abs(row.y - 0.5) for other in beyond):
        return False
    text = [other for other in inner if other not in beyond and other.vertical == row.vertical]
    if not text:
        return True
    near = min(abs(other.depth - row.depth) for other in text)
    left = min(other.start for other in text)
    return near > 1.8 * row.em or row.start > left + 2 * row.em


def _alone(row: Row, page: Sequence[Row], roles: dict[int, str]) -> bool:
    """Whether no text stands further out than this row, and it is no full line."""
    others = [other for other in page if other.number not in roles and other is not row]
    outside = any((other.y < row.y) if row.y < 0.5 else (other.y > row.y) for other in others)
    apart = all(abs(other.y - row.y) * row.length > 0.5 * row.em for other in others)
    return bool(others) and not outside and apart and not ends_sentence(row.text) and len(row.text) <= 30


def _columns(page: Sequence[Row]) -> dict[int, int]:
    """Row number -> column of the page (0 where it has one column only, or the row lies across several).

    Columns are where the long rows leave gutters between them: at least two groups of six rows that share no place
    along the line, with no more than a fifth of the long rows lying across.
    """
    none = dict.fromkeys((row.number for row in page), 0)
    long = [row for row in page if row.cells == 1 and row.end - row.start > 8 * row.em]
    if len(long) < 12:
        return none
    usual = median(row.end - row.start for row in long)
    spans: list[list[float]] = []
    for row in sorted((row for row in long if row.end - row.start < 1.5 * usual), key=lambda row: row.start):
        if spans and row.start < spans[-1][1] - 0.5 * row.em:
            spans[-1] = [spans[-1][0], max(spans[-1][1], row.end), spans[-1][2] + 1]
        else:
            spans.append([row.start, row.end, 1])
    spans = [span for span in spans if span[2] >= 6]
    if len(spans) < 2 or sum(span[2] for span in spans) < 0.8 * len(long):
        return none
    return none | {
        row.number: at
        for row in page
        for at, (start, end, _) in enumerate(spans, start=1)
        if row.start > start - row.em and row.end < end + row.em
    }


def _enclosed(page: Sequence[Row], cells: set[int], width: float) -> set[int]:
    """Rows that belong to a table: its cells broken into lines, and narrow rows enclosed by its rows."""
    left = min(row.start for row in page)
    ordered = sorted(page, key=lambda row: (row.depth, row.number))
    found = set(cells)
    for row in (*ordered, *reversed(ordered)):
        if row.number in found or (row.start - left < 2 * row.em and not row.rules):
            continue
        close = (o for o in page if o.number in found and abs(o.depth - row.depth) < 2.2 * row.em)
        narrow = row.end - row.start < 0.4 * width and not ends_sentence(row.text)
        if any(narrow or abs(other.start - row.start) < 0.3 * row.em for other in close):
            found.add(row.number)
    run: list[Row] = []
    last: Row | None = None
    for row in ordered:
        if row.number in found:
            if last is not None and run and row.depth - last.depth < 5 * row.em * (len(run) + 1):
                found |= {inner.number for inner in run}
            run, last = [], row
        elif row.end - row.start > 0.6 * width or ends_sentence(row.text):
            run, last = [], None
        else:
            run.append(row)
    return found
