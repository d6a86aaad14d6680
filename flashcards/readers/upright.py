"""Vertical writing: PDFium reads along lying lines, so upright pages have to be put together again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from flashcards.readers.glyph import Glyph, Row
from flashcards.readers.whitespace import is_cjk

SCATTERED = 0.6  # share of characters in lines of one or two, above which a page was read across its columns
FEW = 20  # characters; a page with fewer tells nothing


def restored(lines: Iterable[list[Glyph]]) -> list[list[Glyph]]:
    """PDFium's lines; where it read an upright page across, the columns instead, from right to left.

    That is seen from lines of one or two characters that stand apart, though every character has one right below it.
    """
    given = list(lines)
    bare = [[glyph for glyph in line if glyph.text != " "] for line in given]
    marks = [glyph for line in bare if _is_lone(line) for glyph in line]
    total = sum(len(line) for line in bare)
    if len(marks) < FEW or len(marks) < SCATTERED * total or not _stand(marks):
        return given
    return [*_columns(marks), *(line for line, marked in zip(given, bare, strict=True) if not _is_lone(marked))]


def _is_lone(line: list[Glyph]) -> bool:
    """Whether the characters of a line do not touch: they belong to several columns."""
    size = max((glyph.right - glyph.left for glyph in line), default=0.0)
    return all(b.left - a.right > 0.3 * size for a, b in pairwise(line))


def _stand(marks: list[Glyph]) -> bool:
    """Whether most characters have another close below them."""
    size = median(max(glyph.right - glyph.left, glyph.top - glyph.bottom) for glyph in marks)
    places = {(round((g.left + g.right) / 2 / size), round((g.bottom + g.top) / 2 / size)) for g in marks}
    below = sum(1 for x, y in places if any((x + dx, y - 1) in places for dx in (-1, 0, 1)))
    return below > 0.7 * len(places)


def _columns(marks: list[Glyph]) -> list[list[Glyph]]:
    size = median(max(glyph.right - glyph.left, glyph.top - glyph.bottom) for glyph in marks)
    columns: list[list[Glyph]] = []
    for glyph in sorted(marks, key=lambda glyph: -(glyph.left + glyph.right)):
        middle = (glyph.left + glyph.right) / 2
        if columns and median((g.left + g.right) / 2 for g in columns[-1]) - middle < 0.6 * size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return [sorted(column, key=lambda glyph: -(glyph.top + glyph.bottom)) for column in columns]


def put_together(lines: list[Row]) -> list[Row]:
    """The lines without empty ones; on an upright page, pieces of one line are put together again.

    PDFium parts what lies on an upright page (a printed header) into characters, and small marks from their column.
    A line of one character says nothing of its direction: if it is Chinese, it follows the page.
    """
    lines = [line for line in lines if line[0]]
    standing = sum(len(text) for text, layout in lines if layout["vertical"])
    if standing <= sum(len(text) for text, layout in lines if not layout["vertical"]):
        return lines
    lying: list[Row] = []
    for line in lines:
        if line[1]["vertical"]:
            lying.append(line)
        else:
            _put(lying, line, 0.2)
    found: list[Row] = []
    for text, layout in lying:
        _put(found, (text, _upright(text, layout) if len(text) <= 2 and is_cjk(text[0]) else layout), 9.0)
    return found


def _put(found: list[Row], line: Row, space: float) -> None:
    """Add a line to those found, or to the one of the last four that it goes on; a wider gap than ``space`` is one."""
    text, layout = line
    for index in range(len(found) - 1, max(-1, len(found) - 5), -1):
        before, last = found[index]
        em = max(layout["em"], last["em"])
        room = (layout["start"] - last["end"]) / em
        level = abs(last["depth"] - layout["depth"]) < 0.5 * em
        if level and -0.3 < room < 1 and last["vertical"] == layout["vertical"]:
            both = before + (" " if room > space else "") + text
            found[index] = (both, {**last, "end": layout["end"], "em": em})
            return
    found.append(line)


def _upright(text: str, layout: dict[str, float]) -> dict[str, float]:
    if layout["vertical"]:
        return layout
    middle = (layout["start"] + layout["end"]) / 2
    half = len(text) * layout["em"] / 2
    return {
        **layout,
        "vertical": 1.0,
        "start": layout["depth"] - half,
        "end": layout["depth"] + half,
        "depth": layout["length"] - middle,
        "length": layout["extent"],
        "extent": layout["length"],
    }
