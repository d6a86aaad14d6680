"""PDF: PDFium opens it, `glyphs` puts its characters into measured lines, `repair.geometry` makes paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers import glyphs
from flashcards.readers.glyph import Row
from flashcards.settings import Settings

LEAST = 10  # characters a page; below that, a page with pictures is a scan
UNMAPPED = 0.3  # share of characters without a code, above which the text layer is worthless
_TYPED_TITLE = re.compile(
    r"^(?:Microsoft Word - .*|.*\.(?:docx?|wps|indd|qxd|html?)|untitled.*|无标题.*)$", re.IGNORECASE
)


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
    lines = glyphs.rows(page, textpage)
    scanned = sum(len(text) for text, _ in lines) < LEAST and _has_picture(page)
    textpage.close()
    page.close()
    return lines, scanned


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


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
    """Title, author and time of printing of the PDF's own properties; titles that a program made up are left out."""
    found = {"title": said.get("Title", "").strip(), "author": said.get("Author", "").strip()}
    if _TYPED_TITLE.match(found["title"]):
        found["title"] = ""
    if made := re.match(r"D:(\d{4})(\d\d)(\d\d)", said.get("CreationDate", "")):
        found["created"] = "-".join(made.groups())  # when it was printed, which says nothing of its words
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
