"""Word files (.docx): an own reader over the zip, because the common libraries lose text.

Kept: tracked insertions, ruby base, content controls, hyperlinks, smart tags, footnotes and endnotes (as notes, with a
marker where they are called), text boxes, automatic numbers. Left out: deletions, ruby text, hidden text, field codes,
comments, headers and footers, tables of contents. Element names: ECMA-376 part 1 (both the ISO strict and the
transitional name spaces, told apart by nothing here: only local names are looked at).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document, Repair
from flashcards.readers import numbering, styles, xml
from flashcards.readers.archive import Archive, open_archive
from flashcards.readers.whitespace import BREAK, EDGES, paragraphs
from flashcards.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

# fmt: off
SKIPPED = frozenset((
    "del", "moveFrom", "rt", "rubyPr", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr",
    "tblPr", "trPr", "tcPr", "tblGrid", "sectPr", "commentReference", "annotationRef", "fldData", "ffData",
    "footnoteRef", "endnoteRef", "separator", "continuationSeparator", "Fallback", "docPr", "posOffset", "align",
))
# fmt: on
CHARACTERS = {"tab": " ", "noBreakHyphen": "-", "cr": BREAK, "ptab": " "}


@dataclass(slots=True)
class _Reading:
    """What is known while one document is walked."""

    styles: styles.Styles
    lists: numbering.Lists
    notes: dict[tuple[str, str], _Element]
    circled: bool
    blocks: list[Block] = field(default_factory=list)
    called: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    dropped: int = 0
    paragraph: int = 0


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """One Document with finished blocks; ``lines`` count the paragraphs. Raises UnreadableInput for damage, no text."""
    archive = open_archive(path, data)
    main = _main_part(archive)
    root = xml.parse(archive.read(main), path, main)
    body = xml.child(root, "body")
    if body is None:
        raise UnreadableInput("is no Word text (no body); save it as .docx", path=path)
    parts = _related(archive, main)
    reading = _Reading(
        styles=styles.parse(_part(archive, parts.get("styles"))),
        lists=numbering.parse(_part(archive, parts.get("numbering"))),
        notes=_notes(archive, parts),
        circled=_circled(root, _part(archive, parts.get("settings"))),
    )
    _walk(body, reading, "body")
    _append_notes(reading)
    if not any(block.role != "table" for block in reading.blocks):
        raise UnreadableInput("holds no text (pictures or tables only)", path=path)
    meta = _properties(archive)
    dropped = (Repair("hidden-or-deleted", 1, f"{reading.dropped} pieces"),) if reading.dropped else ()
    yield Document(
        id=document_id,
        path=str(path),
        blocks=tuple(reading.blocks),
        title=reading.titles[0] if len(reading.titles) == 1 else meta.get("title"),
        encoding="utf-8",
        wrapped=False,
        meta={"properties": meta} if meta else {},
        repairs=dropped,
        warnings=archive.warnings,
    )


def _main_part(archive: Archive) -> str:
    if "_rels/.rels" in archive.names:
        for target, kind in _relations(archive, "_rels/.rels", ""):
            if kind == "officeDocument" and target in archive.names:
                return target
    if "word/document.xml" in archive.names:
        return "word/document.xml"
    raise UnreadableInput("is a zip file but no Word text (no word/document.xml)", path=archive.path)


def _relations(archive: Archive, name: str, folder: str) -> Iterator[tuple[str, str]]:
    for relation in xml.parse(archive.read(name), archive.path, name):
        target = relation.get("Target") or ""
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if relation.get("TargetMode") != "External":
            yield (
                posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)),
                kind,
            )


def _related(archive: Archive, main: str) -> dict[str, str]:
    """The parts beside the main one, by kind: styles, numbering, footnotes, endnotes, settings."""
    folder, name = posixpath.split(main)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found = (
        {kind: target for target, kind in _relations(archive, relations, folder)} if relations in archive.names else {}
    )
    return {kind: target for kind, target in found.items() if target in archive.names}


def _part(archive: Archive, name: str | None) -> _Element | None:
    return None if name is None else xml.parse(archive.read(name), archive.path, name)


def _notes(archive: Archive, parts: dict[str, str]) -> dict[tuple[str, str], _Element]:
    notes = {}
    for kind in ("footnote", "endnote"):
        root = _part(archive, parts.get(f"{kind}s"))
        for note in () if root is None else xml.children(root, kind):
            if xml.attribute(note, "type") in (None, "normal"):
                notes[kind, xml.attribute(note, "id") or ""] = note
    return notes


def _circled(root: _Element, settings: _Element | None) -> bool:
    """Whether footnotes are numbered ①②③, as in Chinese books; else the marker is [1]."""
    for part in (root, settings):
        for element in () if part is None else part.iter():
            if xml.name(element) == "footnotePr" and (form := xml.child(element, "numFmt")) is not None:
                return "EnclosedCircle" in (xml.attribute(form, "val") or "")
    return False


def _walk(element: _Element, reading: _Reading, role: str) -> None:
    """Add the paragraphs below a block element, in order; tables and content controls are descended into."""
    for child in element:
        name = xml.name(child)
        if name == "p":
            _paragraph(child, reading, role)
        elif name == "tbl":
            _walk(child, reading, _table_role(child, role))
        elif name == "sdt" and _is_contents(child):
            reading.dropped += 1
        elif name and name not in SKIPPED:
            _walk(child, reading, role)
        elif name in ("del", "moveFrom"):
            reading.dropped += 1


def _table_role(table: _Element, role: str) -> str:
    """A table of one cell is a frame around text; any other is a table."""
    cells = sum(1 for node in table.iter() if xml.name(node) == "tc")
    return role if cells <= 1 else "table"


def _is_contents(control: _Element) -> bool:
    return any(
        "Table of Contents" in (xml.attribute(node, "val") or "")
        for node in control.iter()
        if xml.name(node) == "docPartGallery"
    )


def _paragraph(element: _Element, reading: _Reading, role: str) -> None:
    reading.paragraph += 1
    properties = xml.child(element, "pPr")
    style = reading.styles.of(properties)
    boxes: list[_Element] = []
    text = "".join(_text(element, reading, style.hidden, boxes))
    number, depth = styles.list_of(properties, style)
    if text.strip(EDGES + BREAK):
        label = reading.lists.next(number, depth) if number else ""
        _add(reading, label + text.strip(EDGES + BREAK), _role(role, style, bool(number), label), style.level or 0)
    for box in boxes:
        _walk(box, reading, role)


def _role(role: str, style: styles.Style, listed: bool, label: str) -> str:
    if style.contents:
        return "table"
    if role == "body" and style.level is not None:
        return "heading"
    if role == "body" and listed and not label.startswith("第"):
        return "item"
    return role


def _add(reading: _Reading, text: str, role: str, level: int) -> None:
    here = (reading.paragraph, reading.paragraph)
    if role == "heading":
        heading = " ".join(text.split(BREAK))
        if level == 0:
            reading.titles.append(heading)
        reading.blocks.append(Block(heading, role, here, level=max(1, level)))
        return
    for part, verse in paragraphs(text):
        reading.blocks.append(Block(part, "verse" if verse and role == "body" else role, here, level=level))


def _text(element: _Element, reading: _Reading, hidden: bool, boxes: list[_Element]) -> Iterator[str]:
    """The visible text below an inline element; text boxes met on the way are put into ``boxes``."""
    for child in element:
        name = xml.name(child)
        if not name or name in SKIPPED:
            reading.dropped += name in ("del", "moveFrom", "rt")
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "r" and reading.styles.is_hidden(xml.child(child, "rPr"), hidden):
            reading.dropped += 1
        elif name == "t":
            yield (child.text or "").replace("\n", " ")
        elif name in CHARACTERS:
            yield CHARACTERS[name]
        elif name == "br":
            yield "" if xml.attribute(child, "type") in ("page", "column") else BREAK
        elif name == "sym":
            yield _symbol(child)
        elif name in ("footnoteReference", "endnoteReference"):
            yield _call(child, name.removesuffix("Reference"), reading)
        elif name == "ruby":
            for base in xml.children(child, "rubyBase"):
                yield from _text(base, reading, hidden, boxes)
        else:
            yield from _text(child, reading, hidden, boxes)


def _symbol(element: _Element) -> str:
    """A character by its code; codes of picture fonts (private use) say nothing without the font and are left out."""
    try:
        code = int(xml.attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def _call(element: _Element, kind: str, reading: _Reading) -> str:
    """The marker at the place where a note is called; nothing where the author typed an own mark behind it."""
    key = (kind, xml.attribute(element, "id") or "")
    if key not in reading.notes or xml.attribute(element, "customMarkFollows") in ("1", "true", "on"):
        return ""
    if key not in reading.called:
        reading.called.append(key)
    return _marker(reading.called.index(key) + 1, reading.circled)


def _marker(number: int, circled: bool) -> str:
    return numbering.CIRCLED[number - 1] if circled and number <= len(numbering.CIRCLED) else f"[{number}]"


def _append_notes(reading: _Reading) -> None:
    position = 0
    while position < len(reading.called):  # a note may call another note
        marker = _marker(position + 1, reading.circled)
        boxes: list[_Element] = []
        for paragraph in reading.notes[reading.called[position]].iter():
            if xml.name(paragraph) != "p":
                continue
            reading.paragraph += 1
            text = "".join(_text(paragraph, reading, False, boxes)).replace(BREAK, "").strip(EDGES)
            if text:
                gap = "" if reading.circled else " "
                reading.blocks.append(Block(marker + gap + text, "note", (reading.paragraph, reading.paragraph)))
                marker = ""
        position += 1


def _properties(archive: Archive) -> dict[str, str]:
    """Title, author and time of typing of docProps/core.xml (the typist's, often wrong: a last resort)."""
    name = "docProps/core.xml"
    if name not in archive.names:
        return {}
    keys = {"title": "title", "creator": "author", "created": "created"}
    found = {}
    for element in xml.parse(archive.read(name), archive.path, name):
        key, text = keys.get(xml.name(element)), (element.text or "").strip()
        if key and text:
            found[key] = text[:10] if key == "created" else text
    return found
