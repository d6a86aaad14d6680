"""Broken lines -> paragraphs. The only room that changes text; every change is recorded with its name and place.

Order: characters, page furniture, is it wrapped at all, paragraphs, roles, page joins, words put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flashcards.model import Block, Document, Repair
from flashcards.repair import characters, furniture, verse
from flashcards.repair.glue import glue, spaced_habit
from flashcards.repair.marks import Starts, called, take_out
from flashcards.repair.measure import Line, is_measured, lines_of
from flashcards.repair.paragraphs import Paragraph, is_wrapped, join_pages, single_spaced, split, with_room
from flashcards.repair.roles import trailing_byline
from flashcards.repair.structure import assign

HASHES = re.compile(r"\s*(#{1,6})\s+(?=\S)")


def repair(document: Document) -> Document:
    """The document in paragraphs: blocks of role body, verse, heading, note, item, byline … in reading order.

    Nothing is lost: furniture (page numbers, running headers, rules) stays as blocks of its own role.
    """
    blocks, repairs = _clean(document.blocks)
    if is_measured(document):
        from flashcards.repair import geometry  # of use to paged formats only

        document = geometry.rejoin(replace(document, blocks=blocks))
        blocks, starts = _known(document.blocks)
    elif document.wrapped:
        paragraphs, confidence = _paragraphs(lines_of(blocks))
        joined = any(len(paragraph.lines) > 1 and paragraph.role != "verse" for paragraph in paragraphs)
        spaced = joined and spaced_habit(block.text for block in blocks)
        made = [_block(paragraph, spaced, confidence) for paragraph in paragraphs]
        blocks, starts = tuple(block for block, _, _ in made), [where for _, _, where in made]
        repairs += [repair for _, found, _ in made for repair in found]
    else:
        blocks, starts = _known(blocks)
    known = called(block.text for block in blocks if block.role == "note")
    marked = [take_out(block, known, where) for block, where in zip(blocks, starts, strict=True)]
    repairs += [repair for _, found in marked for repair in found]
    blocks = tuple(_unhashed(part) for block, _ in marked for part in _parted(block))
    repairs += [flag for block in blocks for flag in characters.flags(block.text, block.lines[0])]
    return replace(document, blocks=blocks, wrapped=False, repairs=(*document.repairs, *repairs))


def _clean(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[Repair]]:
    if characters.is_clean("".join(block.text for block in blocks)):
        return tuple(block for block in blocks if block.text.strip()), []
    cleaned: list[Block] = []
    repairs: list[Repair] = []
    for block in blocks:
        text, found = characters.clean(block.text, block.lines[0])
        repairs += found
        if text.strip():
            cleaned.append(replace(block, text=text) if found else block)
    return tuple(cleaned), repairs


def _paragraphs(lines: Sequence[Line]) -> tuple[list[Paragraph], float]:
    """Lines as paragraphs with their roles, and how sure the page joins are."""
    marked = furniture.mark(lines)
    running = with_room(single_spaced([line for line in marked if line.role == "line"]))
    aside = [Paragraph((line,), role=line.role) for line in marked if line.role != "line"]
    if not is_wrapped(running):
        paragraphs = assign(verse.stanzas(running), wrapped=False)
        return _in_order([*paragraphs, *aside]), 0.0
    paragraphs = _in_order([*assign(split(running), wrapped=True), *aside])
    return join_pages(paragraphs)


def _in_order(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    return sorted(paragraphs, key=lambda paragraph: (paragraph.lines[0].order, paragraph.role))


def _known(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[Starts]]:
    """Roles for paragraphs a reader knew: what it called body may be a note, a byline or an item by its words."""
    paragraphs = [
        Paragraph((Line.of(block.text.strip(), block.lines[0], order),), role=block.role, level=block.level)
        for order, block in enumerate(blocks)
    ]
    roles = {p.lines[0].order: (p.role, p.level) for p in assign(paragraphs, wrapped=False)}
    known = tuple(
        replace(block, role=roles[order][0], level=block.level or roles[order][1]) if block.role == "body" else block
        for order, block in enumerate(blocks)
    )
    return known, [((0, block.lines[0]),) for block in known]


def _block(paragraph: Paragraph, spaced: bool, confidence: float) -> tuple[Block, list[Repair], Starts]:
    """A paragraph as a block, what was done to get it, and where in its text each line begins."""
    lines = paragraph.lines
    text, repairs, starts = _words(paragraph, spaced)
    repairs += [Repair("page-join", lines[index].number, f"{confidence:.2f}") for index in paragraph.joins]
    if len(lines) > 1 and paragraph.role != "verse":
        repairs.insert(0, Repair("line-join", lines[0].number, f"{len(lines)} lines"))
    pages = [line.page for line in lines if line.page is not None]
    numbers = [line.number for line in lines]
    block = Block(
        text,
        paragraph.role,
        (min(numbers), max(numbers)),
        page=pages[0] if pages else None,
        level=paragraph.level,
        layout={"last_page": float(pages[-1])} if pages else {},
    )
    return block, repairs, starts


def _words(paragraph: Paragraph, spaced: bool) -> tuple[str, list[Repair], Starts]:
    """The words of a paragraph's lines put together (verse keeps its lines), hyphens dropped, starts of the lines."""
    if len(paragraph.lines) == 1:
        return paragraph.lines[0].text, [], [(0, paragraph.lines[0].number)]
    parts: list[str] = []
    repairs: list[Repair] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for index, line in enumerate(paragraph.lines):
        between = "\n" if paragraph.role == "verse" and index else ""
        if index and not between:
            cut, between = glue(parts[-1], line.text, spaced=spaced)
            if cut:
                parts[-1] = parts[-1].removesuffix(cut)
                length -= len(cut)
                repairs.append(Repair("hyphen", paragraph.lines[index - 1].number, f"{cut!r} removed"))
        parts += [between, line.text] if index else [line.text]
        starts.append((length + len(between), line.number))
        length += len(between) + len(line.text)
    return "".join(parts), repairs, starts


def _parted(block: Block) -> Iterator[Block]:
    """A passage and the byline at its end as two blocks."""
    at = trailing_byline(block.text) if block.role in ("body", "item", "verse") else 0
    if not at:
        yield block
        return
    yield replace(block, text=block.text[:at].rstrip())
    yield replace(block, text=block.text[at:], role="byline", lines=(block.lines[1], block.lines[1]))


def _unhashed(block: Block) -> Block:
    """A heading without the number signs that a text kept from Markdown; they give its level."""
    signs = HASHES.match(block.text) if block.role == "heading" else None
    return replace(block, text=block.text[signs.end() :], level=len(signs[1])) if signs else block
