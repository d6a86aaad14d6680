"""Measured lines of a page -> paragraphs: indents, gaps, sizes and the edges of the column decide.

A PDF has no paragraphs and no blank lines; its text alone cannot be rejoined. One rule does most of the work: if the
first word of the next line would still have fit on this one, the break was meant. What is left is told by the
document's own style: paragraphs marked by an indent, or by a gap. Every measure runs along or across the line, so
vertical writing needs no rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from flashcards.model import Block, Document, Repair
from flashcards.repair import pages
from flashcards.repair.columns import (
    INDENT,
    SAME,
    SLACK,
    Edges,
    Style,
    free,
    indent,
    is_cut,
    measure_style,
    runs,
    same_size,
)
from flashcards.repair.glue import glue, spaced_habit
from flashcards.repair.measure import ends_sentence, first_token
from flashcards.repair.pages import Row

NOTE_SIZE = 0.93  # of the body's size; smaller lines at a page's foot that open with a marker are notes
CONTENTS = ("目录", "目錄", "目次")  # headings that name no document which has others
_MARK = re.compile(r"(?:[①-⑳]|\[\d{1,3}\]|〔\d{1,3}〕|［\d{1,3}］|\*|※|注\s*[：:释])")
_OPENER = re.compile(
    r"(?:第[一二三四五六七八九十百千〇零\d]+[条條章节節编編篇回]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|\d{1,2}[.、．](?!\d)|[•●○■□◆▪‣·*–-]\s?(?=\S))"
)
_HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百千〇零\d]+[章节節编編篇部回]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[.、．\s]?(?=\S)|附\s*[录則则件])"
)
_AUTHOR = re.compile(
    r"[^\s。，；：]*(?:学|校|中|院|所|局|厅|部|社|报|会|馆|司|站|室|委)[^\s。，；：]{0,2}(?:\s+[\u4e00-\u9fff]{2,4})+|[（(]?作者\s*[:：].{2,20}"
)
_CAPTION = re.compile(r"[图圖表]\s*\d{1,3}(?:[-.–]\d{1,3})?(?:\s|[:：])")
_SPACED = re.compile(r"(?<=[\u3400-\u9fff，。、；：！？《》“”]) (?=[\u3400-\u9fff，。、；：！？《》“”])")
_PAIR = re.compile(r"(?=[\u3400-\u9fff，。、；：！？《》“”] ?[\u3400-\u9fff，。、；：！？《》“”])")
_FORMS = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︙︰︱︲︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
        "，、。：；！？〖〗…‥—–（）｛｝〔〕【】《》〈〉「」『』［］",
        strict=True,
    )
)


@dataclass(slots=True)
class Paragraph:
    """Rows that belong together; ``sure`` is the least confidence of its joins over page ends."""

    rows: list[Row]
    role: str = "body"
    level: int = 0
    cuts: list[tuple[int, float]] = field(default_factory=list)


def rejoin(document: Document) -> Document:
    """Measured lines -> finished paragraphs, headings, notes, tables; headers and page numbers keep their own role.

    Every join over a page end is a Repair with its confidence (0 to 1), and so is every line that is no text.
    """
    repairs: list[Repair] = []
    rows = [_mended(row, repairs) for row in pages.rows_of(document.blocks)]
    outside = pages.headers(rows)
    text = [row for row in rows if row.number not in outside]
    repairs += [Repair(role, number) for number, role in sorted(outside.items())]
    style, edges = measure_style(text)
    roles = _roles(text, style, edges)
    spaced = spaced_habit(row.text for row in text)
    paragraphs = list(
        _paragraphs([row for row in text if roles.get(row.number) not in ("table", "note")], edges, style)
    )
    paragraphs += _others(text, roles)
    _headings(paragraphs, style, edges)
    paragraphs.sort(key=lambda paragraph: paragraph.rows[0].number)
    blocks = [_block(paragraph, spaced, repairs) for paragraph in paragraphs]
    title = _title(paragraphs, blocks)
    blocks += [Block(r.text, outside[r.number], (r.number, r.number), page=r.page) for r in rows if r.number in outside]
    return replace(
        document,
        blocks=tuple(sorted(blocks, key=lambda block: block.lines)),
        title=title or document.title,
        wrapped=False,
        repairs=(*document.repairs, *repairs),
        warnings=(*document.warnings, *_warnings(text, roles)),
    )


def _mended(row: Row, repairs: list[Repair]) -> Row:
    """The row with letterspacing undone and, in vertical writing, presentation forms as the marks they present."""
    text = row.text
    pairs = len(_PAIR.findall(text))
    gaps = len(_SPACED.findall(text))
    if (gaps > 0.6 * pairs and pairs > 2) or re.fullmatch(r"[\u3400-\u9fff](?: [\u3400-\u9fff]){1,3}", text):
        text = _SPACED.sub("", text)
        repairs.append(Repair("letterspacing", row.number, f"{gaps} spaces removed"))
    if any(character in _FORMS for character in text):
        count = sum(character in _FORMS for character in text)
        text = "".join(_FORMS.get(character, character) for character in text)
        repairs.append(Repair("vertical-form", row.number, f"×{count}"))
    return row if text == row.text else replace(row, text=text)


def _roles(rows: Sequence[Row], style: Style, edges: dict[int, Edges]) -> dict[int, str]:
    """Row number -> ``table`` or ``note`` for rows that are no running text."""
    widths = [edge.right - edge.left for edge in edges.values()]
    roles = dict.fromkeys(pages.tables(rows, median(widths) if widths else 0.0), "table")
    contents = [row for row in rows if pages.leaders(row.text) is not None]
    prose = sum(1 for row in rows if ends_sentence(row.text))
    for row in contents:
        roles[row.number] = "table" if prose > len(contents) else "contents"
    for run in runs(rows):
        foot = False
        for row in run:
            small = row.em < NOTE_SIZE * style.em
            foot = small and (foot or (bool(_MARK.match(row.text)) and row.depth > 0.4 * run[-1].depth))
            if foot:
                roles[row.number] = "note"
    return roles


def _paragraphs(rows: Sequence[Row], edges: dict[int, Edges], style: Style) -> Iterator[Paragraph]:
    """Running text, joined within and over columns and pages."""
    paragraph: Paragraph | None = None
    for row in rows:
        if paragraph is None:
            paragraph = Paragraph([row])
            continue
        last = paragraph.rows[-1]
        if is_cut(last, row):
            sure = _over(paragraph, row, edges, style)
        else:
            sure = float(row.number == last.number + 1 and _within(paragraph, row, edges, style))
        if sure >= 0.5:
            if is_cut(last, row):
                paragraph.cuts.append((row.number, sure))
            paragraph.rows.append(row)
        else:
            yield paragraph
            paragraph = Paragraph([row])
    if paragraph is not None:
        yield paragraph


def _within(paragraph: Paragraph, b: Row, edges: dict[int, Edges], style: Style) -> bool:
    """Whether a row goes on with the paragraph above it in the same column."""
    a = paragraph.rows[-1]
    if not same_size(b.em, a.em) or (b.weight != a.weight and len(paragraph.rows) == 1 and _fits(a, b, edges)):
        return False
    usual = style.leading * (1 if same_size(a.em, style.em) else a.em / style.em)
    if (b.depth - a.depth) / style.em > usual * 1.35 + 0.1 and not _bigger(a, b, style):
        return False
    if _fits(a, b, edges) or pages.leaders(a.text) is not None:
        return False
    if _OPENER.match(b.text) and ends_sentence(a.text, colon=True):
        return False
    step = (b.start - a.start) / a.em
    if step > 0.5 and indent(b, edges) > INDENT:
        # a hanging indent: of an item, or of a term whose explanation follows on its line
        return len(paragraph.rows) == 1 and (bool(_OPENER.match(a.text)) or not ends_sentence(a.text))
    if abs(step) <= 0.5 and indent(b, edges) > INDENT and len(paragraph.rows) == 1 and style.indented:
        return not ends_sentence(a.text)
    return True


def _bigger(a: Row, b: Row, style: Style) -> bool:
    """Two lines of a title: larger than the body, and closer than two of their own lines."""
    return a.em > (1 + SAME) * style.em and (b.depth - a.depth) < 2 * a.em


def _fits(a: Row, b: Row, edges: dict[int, Edges]) -> bool:
    """Whether the first word of ``b`` would have fit behind ``a``: then the break was meant."""
    return free(a, edges) > first_token(b.text) * b.em / a.em + SLACK


def _over(paragraph: Paragraph, b: Row, edges: dict[int, Edges], style: Style) -> float:
    """How sure a paragraph goes on in the next column or page (0 to 1)."""
    a = paragraph.rows[-1]
    if not same_size(a.em, b.em) or a.vertical != b.vertical or b.page - a.page > 1 or _fits(a, b, edges):
        return 0.0
    if indent(a, edges) > 4 or indent(b, edges) > 4:
        return 0.0  # set to the right or in the middle
    if pages.leaders(a.text) is not None or (_OPENER.match(b.text) and ends_sentence(a.text, colon=True)):
        return 0.0
    ended, further_in = ends_sentence(a.text), indent(b, edges) > INDENT
    if further_in and len(paragraph.rows) > 1 and abs(indent(b, edges) - indent(a, edges)) < 0.5:
        return 0.0 if ended else 0.9  # an item with a hanging indent, a quotation set in
    if style.indented:
        if further_in:
            return 0.0
        return 0.85 if ended else 0.99
    return 0.0 if ended else 0.9 if not further_in else 0.4


def _others(rows: Sequence[Row], roles: dict[int, str]) -> Iterator[Paragraph]:
    """Tables row by row; notes joined until the next marker."""
    note: Paragraph | None = None
    for row in rows:
        role = roles.get(row.number)
        if role == "table":
            yield Paragraph([row], "table")
        elif role == "note":
            if note is None or _MARK.match(row.text):
                if note is not None:
                    yield note
                note = Paragraph([row], "note")
            else:
                note.rows.append(row)
    if note is not None:
        yield note


def _headings(paragraphs: Iterable[Paragraph], style: Style, edges: dict[int, Edges]) -> None:
    """Mark headings: short, without final mark, and larger, bolder, numbered or centred. Larger is higher."""
    found: list[tuple[Paragraph, float]] = []
    for paragraph in paragraphs:
        first = paragraph.rows[0]
        length = sum(len(row.text) for row in paragraph.rows)
        if paragraph.role != "body" or length > 40 or ends_sentence(paragraph.rows[-1].text, colon=True):
            continue
        if pages.leaders(first.text) is not None or paragraph.rows[-1].text[-1] in "，、；;,":
            continue
        if _CAPTION.match(first.text):
            paragraph.role = "table"
            continue
        larger = first.em > (1 + SAME) * style.em
        centred = indent(first, edges) > 3 and abs(indent(first, edges) - free(first, edges)) < 1.5
        bold = first.weight >= 600
        numbered = bool(_HEADING.match(first.text)) and first.em >= (1 - SAME) * style.em
        if larger or (len(paragraph.rows) == 1 and (centred or bold or numbered)):
            found.append((paragraph, round(first.em / style.em, 1) + 0.01 * centred))
    for (title, _), (below, _) in pairwise(found):
        follows = title.rows[0].page == 1 and below.rows[0].number == title.rows[-1].number + 1
        if follows and _AUTHOR.fullmatch(below.rows[0].text):
            below.role = "byline"
    found = [(paragraph, size) for paragraph, size in found if paragraph.role == "body"]
    sizes = sorted({size for _, size in found}, reverse=True)
    for paragraph, size in found:
        paragraph.role, paragraph.level = "heading", min(6, sizes.index(size) + 1)


def _block(paragraph: Paragraph, spaced: bool, repairs: list[Repair]) -> Block:
    """The paragraph as one block; joins over page ends, dropped hyphens and leaders become repairs."""
    first, last = paragraph.rows[0], paragraph.rows[-1]
    text = first.text
    for row in paragraph.rows[1:]:
        cut, between = glue(text, row.text, spaced=spaced)
        text = text.removesuffix(cut) + between + row.text
        if cut:
            repairs.append(Repair("hyphen", row.number, f"{cut!r} removed"))
    if len(paragraph.rows) > 1:
        repairs.append(Repair("line-join", first.number, f"{len(paragraph.rows)} lines"))
    repairs += [Repair("page-join", number, f"{sure:.2f}") for number, sure in paragraph.cuts]
    title = pages.leaders(text)
    if title is not None:
        repairs.append(Repair("leaders", first.number, text[len(title) :].strip()[-8:]))
        text = title
    role = "item" if paragraph.role == "body" and (title is not None or _is_item(text)) else paragraph.role
    return Block(
        text,
        role,
        (first.number, last.number),
        page=first.page,
        level=paragraph.level,
        layout={"last_page": float(last.page)},
    )


def _is_item(text: str) -> bool:
    match = _OPENER.match(text)
    return bool(match) and not text.startswith("第")


def _title(paragraphs: Sequence[Paragraph], blocks: Sequence[Block]) -> str | None:
    """The first heading of the first page, unless that is the table of contents."""
    for paragraph, block in zip(paragraphs, blocks, strict=False):
        if paragraph.rows[0].page > 1 or paragraph.role == "body":
            return None
        if paragraph.role == "heading":
            more = any(other.role == "heading" for other in blocks if other is not block)
            return None if more and block.text in CONTENTS else block.text
    return None


def _warnings(rows: Sequence[Row], roles: dict[int, str]) -> tuple[str, ...]:
    """A warning where most of the text stands in tables, which give no passages."""
    total = sum(len(row.text) for row in rows)
    tabled = sum(len(row.text) for row in rows if roles.get(row.number) == "table")
    if total and tabled > 0.4 * total:
        return (f"{tabled / total:.0%} of the text stands in tables, which give no passages",)
    return ()
