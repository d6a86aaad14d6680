"""PDF: PDFium's characters with their boxes, put into lines with what repair needs to measure (`repair.geometry`).

PDFium orders the text and breaks the lines; everything else is geometry. A line's ``layout``, in points, along the
line (left to right, or top to bottom in vertical writing) and across it (downwards, or leftwards): ``start``, ``end``,
``depth`` (middle of the line, from the edge where reading begins), ``em`` (size of a Chinese character), ``length`` and
``extent`` (the page along and across), ``y`` (middle of the line from the top of the page, 0 to 1), ``vertical``,
``weight`` (of the font), ``cells`` (pieces with wide holes between them).
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
    scanned = sum(len(text) for text, _ in lines) < LEAST and _has_picture(page)
    textpage.close()
    page.close()
    return lines, scanned


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
    slanted = False
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = unicode(textpage, index)
        if code in (10, 13):
            if line and not slanted:
                yield line
            line = []
            continue
        text = chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
        if text.isspace():
            line.append(Glyph(" "))
            continue
        if not bounds(textpage, index, at):
            continue
        first = not any(glyph.text != " " for glyph in line)
        if first:
            slanted = 0.05 < angle(textpage, index) % 1.5708 < 1.52
        left, bottom, right, top = _turn((box.left, box.bottom, box.right, box.top), width, height, turned)
        line.append(Glyph(text, left, bottom, right, top, weigh(textpage, index) if first else -1))
    if line and not slanted:
        yield line


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
    """The lines without empty ones; on an upright page what lies (a printed header) is put together again.

    A line of one character says nothing of its direction: if it is Chinese, it follows the page.
    """
    lines = [line for line in lines if line[0]]
    upright = sum(len(text) for text, layout in lines if layout["vertical"])
    if upright <= sum(len(text) for text, layout in lines if not layout["vertical"]):
        return lines
    found: list[Row] = []
    for text, layout in lines:
        if found and _goes_on(found[-1][1], layout):
            before, last = found[-1]
            gap = " " if layout["start"] - last["end"] > 0.2 * layout["em"] else ""
            found[-1] = (before + gap + text, {**last, "end": layout["end"]})
        else:
            found.append((text, layout))
    return [(text, _upright(text, layout) if len(text) <= 2 and is_cjk(text[0]) else layout) for text, layout in found]


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


def _goes_on(last: dict[str, float], layout: dict[str, float]) -> bool:
    """Whether a lying line goes on where another ended, on the same base line."""
    lying = not last["vertical"] and not layout["vertical"]
    close = -0.2 < (layout["start"] - last["end"]) / layout["em"] < 1
    return lying and close and abs(last["depth"] - layout["depth"]) < 0.4 * layout["em"]


def _check(path: Path, blocks: list[Block], scans: list[int], pages: int) -> None:
    """Raise UnreadableInput where there is no usable text layer."""
    count = sum(len(block.text) for block in blocks)
    if not count or (scans and count < LEAST * pages):
        said = "no text layer (scanned?): OCR first" if scans else "holds no text"
        raise UnreadableInput(f"{said}; {pages} page(s) looked at", path=path)
    lost = sum(
        1
        for block in blocks
        for c in block.text
        if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or ("\x00" <= c < " " and c != "\x02")
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
