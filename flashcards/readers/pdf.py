"""PDF: PDFium's characters with their boxes, put into lines with what repair needs to measure (`repair.geometry`).

PDFium orders the text and breaks the lines; everything else is geometry. A line's ``layout``, in points, along the
line (left to right, or top to bottom in vertical writing) and across it (downwards, or leftwards): ``start``, ``end``,
``depth`` (middle of the line, from the edge where reading begins), ``em`` (size of a Chinese character), ``length`` and
``extent`` (the page along and across), ``y`` (middle of the line from the top of the page, 0 to 1), ``vertical``,
``weight`` (of the font), ``cells`` (pieces with wide holes between them), ``rules`` (upright rules at its height).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers.whitespace import EDGES, is_cjk
from flashcards.settings import Settings

HOLE = 2.0  # em; a wider hole inside a line parts the cells of a table
TOUCH = 0.15  # em; a space that takes less room between two Chinese characters is none
HYPHEN = "\x02"  # PDFium's code for a hyphen that ends a line
MOST_DRAWN = 20_000  # objects on a page; beyond that it is a drawing
LEAST = 10  # characters a page; below that, a page with pictures is a scan
UNMAPPED = 0.3  # share of characters without a code, above which the text layer is worthless
_TYPED_TITLE = re.compile(
    r"^(?:Microsoft Word - .*|.*\.(?:docx?|wps|indd|qxd|html?)|untitled.*|无标题.*)$", re.IGNORECASE
)


Box = tuple[float, float, float, float]  # left, bottom, right, top
Row = tuple[str, dict[str, float]]  # text, layout


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box in points, origin at the page's lower left; a space has none."""

    text: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    weight: int = -1


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """One Document of lines with ``layout``; ``lines`` count lines in reading order.

    Raises UnreadableInput for damage, a missing or wrong password, scans, and fonts without character codes.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data, password=settings.password)
    except pypdfium2.PdfiumError as error:
        raise _refusal(path, str(error), settings) from None
    try:
        blocks: list[Block] = []
        scans: list[int] = []
        for number in range(1, len(pdf) + 1):
            found, scanned = _page(pdf, number, path)
            start = len(blocks)
            blocks += [
                Block(text, "line", (start + n, start + n), page=number, layout=layout)
                for n, (text, layout) in enumerate(found, start=1)
            ]
            scans += [number] if scanned else []
        _check(path, blocks, scans, len(pdf))
        meta = _properties(pdf.get_metadata_dict(skip_empty=True))
    finally:
        pdf.close()
    yield Document(
        id=document_id,
        path=str(path),
        blocks=tuple(blocks),
        title=meta.get("title"),
        meta={"properties": meta} if meta else {},
        warnings=(f"no text on page(s) {_ranges(scans)} (scanned?); OCR them first",) if scans else (),
    )


def _refusal(path: Path, message: str, settings: Settings) -> UnreadableInput:
    if "password" in message.lower():
        said = "the password is wrong; check --password" if settings.password else "encrypted: give --password"
        return UnreadableInput(f"{said}, or save an open copy", path=path)
    if "security" in message.lower():
        return UnreadableInput("encrypted in a way PDFium does not know; save an open copy", path=path)
    return UnreadableInput("is not a PDF, or damaged or cut off; get it anew", path=path)


def _page(pdf: Any, number: int, path: Path) -> tuple[list[Row], bool]:
    """The lines of a page with their layout, and whether the page is a picture without text."""
    import pypdfium2

    try:
        page = pdf[number - 1]
    except pypdfium2.PdfiumError:
        raise UnreadableInput(f"page {number} is damaged; get the file anew", path=path) from None
    textpage = page.get_textpage()
    width, height = page.get_size()
    turned = page.get_rotation()
    lines = _follow_majority([_measure(line, width, height) for line in _lines(textpage.raw, width, height, turned)])
    _count_rules(lines, _upright_rules(page, width, height, turned))
    scanned = sum(len(text) for text, _ in lines) < LEAST and _has_picture(page)
    textpage.close()
    page.close()
    return lines, scanned


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
        layout["rules"] = float(sum(1 for a, b in zip([-9, *beside], beside, strict=False) if b - a > 1))


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


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
            line.append(Glyph(" "))
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
    sizes = sorted((g.top - g.bottom if vertical else g.right - g.left) for g in marks if is_cjk(g.text))
    if sizes:
        return max(1.0, sizes[(3 * len(sizes)) // 4])  # some fonts give 一 and ， tight boxes
    return max(1.0, 0.8 * max(g.right - g.left if vertical else g.top - g.bottom for g in marks))


def _text(line: list[Glyph], em: float, vertical: bool) -> tuple[str, int]:
    """The words of a line, without spaces that take no room between Chinese characters; and the number of its cells."""
    parts: list[str] = []
    cells = 1
    last: Glyph | None = None
    spaced = False
    for glyph in line:
        if glyph.text == " ":
            spaced = True
            continue
        if last is not None:
            room = (last.bottom - glyph.top if vertical else glyph.left - last.right) / em
            cells += room > HOLE
            if (spaced and not (room < TOUCH and is_cjk(last.text) and is_cjk(glyph.text))) or room > HOLE:
                parts.append(" ")
        parts.append(glyph.text)
        last, spaced = glyph, False
    return "".join(parts).strip(EDGES), cells


def _follow_majority(lines: list[Row]) -> list[Row]:
    """The lines without empty ones; on an upright page, pieces of one line are put together again.

    PDFium parts what lies on an upright page (a printed header) into characters, and small marks from their column.
    A line of one character says nothing of its direction: if it is Chinese, it follows the page.
    """
    lines = [line for line in lines if line[0]]
    upright = sum(len(text) for text, layout in lines if layout["vertical"])
    if upright <= sum(len(text) for text, layout in lines if not layout["vertical"]):
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


def _check(path: Path, blocks: list[Block], scans: list[int], pages: int) -> None:
    """Raise UnreadableInput where there is no usable text layer."""
    count = sum(len(block.text) for block in blocks)
    if not count or (scans and count < LEAST * pages):
        said = "no text layer (scanned?): OCR first" if scans else "holds no text"
        raise UnreadableInput(f"{said}; {pages} page(s) looked at", path=path)
    lost = sum(
        1 for block in blocks for c in block.text if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or "\x00" <= c < " "
    )
    if lost > UNMAPPED * count:
        raise UnreadableInput("its fonts carry no character codes, so its text cannot be read: OCR first", path=path)


def _properties(said: dict[str, str]) -> dict[str, str]:
    """Title, author and date of the PDF's own properties; titles that a program made up are left out."""
    found = {"title": said.get("Title", "").strip(), "author": said.get("Author", "").strip()}
    if _TYPED_TITLE.match(found["title"]):
        found["title"] = ""
    if made := re.match(r"D:(\d{4})(\d\d)(\d\d)", said.get("CreationDate", "")):
        found["date"] = "-".join(made.groups())
    return {key: value for key, value in found.items() if value}


def _ranges(numbers: list[int]) -> str:
    """Page numbers for people.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)
