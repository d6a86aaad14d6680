"""A PDF page as measured lines: PDFium orders the characters and breaks the lines, everything else is their boxes.

A line's ``layout``, in points, along the line (left to right, or top to bottom in vertical writing) and across it
(downwards, or leftwards): ``start``, ``end``, ``depth`` (middle of the line, from the edge where reading begins),
``em`` (size of a Chinese character), ``length`` and ``extent`` (the page along and across), ``y`` (middle of the line
from the top of the page, 0 to 1), ``vertical``, ``weight`` (of the font), ``cells`` (pieces with wide holes between
them), ``rules`` (upright rules at its height).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flashcards.readers import upright
from flashcards.readers.glyph import Box, Glyph, Row
from flashcards.readers.whitespace import EDGES, is_cjk

HOLE = 2.0  # em; a wider hole inside a line parts the cells of a table
TOUCH = 0.15  # em; a space that takes less room beside a Chinese character is none
LEADERS = ".·…‥⋯．・ "  # what leads the eye to a page number
HYPHEN = "\x02"  # PDFium's code for a hyphen that ends a line
MOST_DRAWN = 20_000  # objects on a page; beyond that it is a drawing


def rows(page: Any, textpage: Any) -> list[Row]:
    """The lines of a page (pypdfium2's PdfPage and PdfTextPage) with their layout, in PDFium's order."""
    width, height = page.get_size()
    turned = page.get_rotation()
    found = [_measure(line, width, height) for line in upright.restored(_lines(textpage.raw, width, height, turned))]
    lines = _with_leaders(upright.put_together(found))
    _count_rules(lines, _upright_rules(page, width, height, turned))
    return lines


def _with_leaders(lines: list[Row]) -> list[Row]:
    """The lines with dot leaders (PDFium may give them dot by dot) and page numbers put back behind their entry."""
    found: list[Row] = []
    for text, layout in lines:
        if found:
            before, last = found[-1]
            level = abs(last["depth"] - layout["depth"]) < 0.6 * max(last["em"], layout["em"])
            dots = not text.strip(LEADERS) or (before[-1] in LEADERS and len(text) <= 4)
            if dots and level and layout["start"] >= last["end"] - 1 and last["vertical"] == layout["vertical"]:
                found[-1] = (before + text, {**last, "end": layout["end"]})
                continue
        found.append((text, layout))
    return found


def _lines(textpage: Any, width: float, height: float, turned: int) -> Iterator[list[Glyph]]:
    """PDFium's lines as glyphs. Slanted lines (watermarks) are left out."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    at = ctypes.byref(box)
    unicode, bounds, angle, weigh = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_GetCharAngle,
        raw.FPDFText_GetFontWeight,
    )
    line: list[Glyph] = []
    last: Glyph | None = None
    size = 0.0
    slanted = False
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = unicode(textpage, index)
        if code in (10, 13):
            if line and not slanted:
                yield line
            line, last = [], None
            continue
        text = chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
        if text == HYPHEN:
            text = "-"
        if text.isspace():
            line.append(Glyph(" ", weight=raw.FPDFText_IsGenerated(textpage, index)))
            continue
        if not bounds(textpage, index, at):
            continue
        left, bottom, right, top = _turn((box.left, box.bottom, box.right, box.top), width, height, turned)
        if last is not None and _leaps(last, left, bottom, size):
            if not slanted:
                yield line
            line, last = [], None
        if first := last is None:
            size = 0.0
            slanted = 0.05 < angle(textpage, index) % 1.5708 < 1.52
        last = Glyph(text, left, bottom, right, top, weigh(textpage, index) if first else -1)
        size = max(size, right - left, top - bottom)
        line.append(last)
    if line and not slanted:
        yield line


def _leaps(last: Glyph, left: float, bottom: float, size: float) -> bool:
    """Whether a character stands neither beside nor below the last one: PDFium forgot to break the line."""
    return abs(left - last.right) > 1.5 * size and abs(bottom - last.bottom) > 0.8 * size and left < last.left


def _turn(box: Box, width: float, height: float, turned: int) -> Box:
    """A box in the page as it is shown; ``turned`` is the page's own rotation in degrees clockwise."""
    left, bottom, right, top = box
    if turned == 90:
        return bottom, height - right, top, height - left
    if turned == 180:
        return width - right, height - top, width - left, height - bottom
    if turned == 270:
        return width - top, left, width - bottom, right
    return box


def _measure(line: list[Glyph], width: float, height: float) -> Row:
    """The text of a line and its layout (see the module)."""
    marks = [glyph for glyph in line if glyph.text != " "]
    if not marks:
        return "", {}
    vertical = _is_vertical(marks)
    em = _em(marks, vertical)
    left, right = min(g.left for g in marks), max(g.right for g in marks)
    bottom, top = min(g.bottom for g in marks), max(g.top for g in marks)
    text, cells = _text(line, em, vertical)
    return text, {
        "start": height - top if vertical else left,
        "end": height - bottom if vertical else right,
        "depth": width - (left + right) / 2 if vertical else height - (bottom + top) / 2,
        "em": em,
        "length": height if vertical else width,
        "extent": width if vertical else height,
        "y": 1 - (bottom + top) / 2 / height,
        "vertical": float(vertical),
        "weight": float(max(glyph.weight for glyph in marks)),
        "cells": float(cells),
    }


def _is_vertical(marks: list[Glyph]) -> bool:
    across = max(g.left + g.right for g in marks) - min(g.left + g.right for g in marks)
    down = max(g.bottom + g.top for g in marks) - min(g.bottom + g.top for g in marks)
    return down > 1.5 * across and down > 2 * max(g.top - g.bottom for g in marks)


def _em(marks: list[Glyph], vertical: bool) -> float:
    """The size of a Chinese character here; without any, four fifths of the height of the tallest Latin box."""
    wide = [glyph for glyph in marks if is_cjk(glyph.text)]
    words = [glyph for glyph in wide if glyph.text.isalnum()] or wide  # marks often have boxes of their own
    sizes = sorted(glyph.top - glyph.bottom if vertical else glyph.right - glyph.left for glyph in words)
    if sizes:
        return max(1.0, sizes[(3 * len(sizes)) // 4])  # some fonts give 一 and 人 tight boxes
    return max(1.0, 0.8 * max(g.right - g.left if vertical else g.top - g.bottom for g in marks))


def _text(line: list[Glyph], em: float, vertical: bool) -> tuple[str, int]:
    """The words of a line, without spaces that take no room beside Chinese characters; and the number of its cells."""
    parts: list[str] = []
    cells = 1
    last: Glyph | None = None
    spaced: Glyph | None = None
    for glyph in line if vertical else _bracketed(line, em):
        if glyph.text == " ":
            spaced = glyph
            continue
        if last is not None:
            room = (last.bottom - glyph.top if vertical else glyph.left - last.right) / em
            cells += room > HOLE
            beside = (is_cjk(last.text[-1]) + is_cjk(glyph.text[0])) / 2
            guessed = spaced is not None and spaced.weight == 1  # by PDFium, from the distance
            idle = room < TOUCH and (beside == 1 or (beside > 0 and guessed))
            if (spaced is not None and not idle) or room > HOLE:
                parts.append(" ")
        parts.append(glyph.text)
        last, spaced = glyph, None
    return "".join(parts).strip(EDGES), cells


def _bracketed(line: list[Glyph], em: float) -> list[Glyph]:
    """The line with small raised numbers, which call a note or open it, in brackets: 走来。¹她 is 走来。[1]她."""
    found: list[Glyph] = []
    index = 0
    while index < len(line):
        stop = index
        while (
            stop < len(line) and stop - index < 3 and line[stop].text.isdecimal() and _is_raised(line[stop], line, em)
        ):
            stop += 1
        before = next((glyph.text for glyph in reversed(found) if glyph.text != " "), "")
        if stop > index and (not before or is_cjk(before)):
            number = "".join(glyph.text for glyph in line[index:stop])
            mark = f"[{number}]" if before else f"[{number}] "
            found.append(replace(line[index], text=mark, right=line[stop - 1].right))
        else:
            stop = max(stop, index + 1)
            found += line[index:stop]
        index = stop
    return found


def _is_raised(glyph: Glyph, line: list[Glyph], em: float) -> bool:
    """Whether a digit is clearly smaller than the line's characters and stands above their base."""
    base = min((other.bottom for other in line if is_cjk(other.text)), default=glyph.bottom)
    return glyph.top - glyph.bottom < 0.98 * em and glyph.bottom > base + 0.12 * em


def _upright_rules(page: Any, width: float, height: float, turned: int) -> list[Box]:
    """The upright edges drawn on a page: thin bars, and both sides of boxes; none on pages that are a drawing."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page.raw)
    sides = [ctypes.c_float() for _ in range(4)]
    refs = [ctypes.byref(side) for side in sides]
    rules: list[Box] = []
    for index in range(count if count <= MOST_DRAWN else 0):
        shape = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(shape) != raw.FPDF_PAGEOBJ_PATH or not raw.FPDFPageObj_GetBounds(shape, *refs):
            continue
        left, bottom, right, top = _turn(
            (sides[0].value, sides[1].value, sides[2].value, sides[3].value), width, height, turned
        )
        if top - bottom > 5 and right - left < 0.9 * width:
            rules += (
                [(left, bottom, left, top)]
                if right - left < 3
                else [(left, bottom, left, top), (right, bottom, right, top)]
            )
    return rules


def _count_rules(lines: list[Row], rules: list[Box]) -> None:
    """Put into every lying line's layout how many upright rules stand at its height (``rules``), close ones as one."""
    for _, layout in lines:
        height = layout["length"] if layout["vertical"] else layout["extent"]
        middle = (1 - layout["y"]) * height
        beside = sorted({round(rule[0] / 4) for rule in rules if rule[1] < middle < rule[3]})
        around = beside and beside[0] * 4 < layout["start"] + 4 and beside[-1] * 4 > layout["end"] - 4
        if layout["vertical"] or not around:
            beside = []  # rules of something that stands beside it
        layout["rules"] = float(sum(1 for a, b in zip([-9, *beside], beside, strict=False) if b - a > 1))
