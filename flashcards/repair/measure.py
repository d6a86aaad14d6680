"""Lines with what can be measured of them: width in em, indent, whether a blank line stands before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from flashcards.model import Block, Document

FINAL = "。！？!?…"
CLOSERS = "”’」』）】》〉〕］)]\"'"
NO_START = frozenset("，。、；：！？…”’」』）】》〉〕］,.;:!?)]}·—％%")
MARKS = frozenset("，。；：、！？,.;:!?…")
# What opens a note, an item, a numbered heading, a byline, a rule, a page number or a frame, digits and Latin aside.
SIGNS = frozenset(
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩❶❷❸❹❺❻❼❽❾❿⓪㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"
    "[［〔【（(*＊†#＃=＝|｜_~～+＋—–－‐-─━═·.•●○■□◆◇▪▫►▶※〇零一二三四五六七八九十"
    "第答问問甲乙丙丁注註附脚译资出来來作文责编原载载选選摘节發发"
)


# A line with one of these is measured character by character; in another all are taken for ASCII (half an em) or wide.
ODD = re.compile(
    "[\x7f-\xb6\xb8-\u2013\u2015-\u2017\u201a\u201b\u201e-\u2025\u2027-\u245f\u2474-\u2e7f\uff61-\uffdf\uffe8-\uffff]"
)


class Line(NamedTuple):
    """A physical line: its words without white space at the edges, and its measures in em.

    ``order``: its place among the document's lines. ``gap``: a blank line (or its height) stands before.
    ``free``: room to the right edge of its column, where known. ``final``: it ends in a final mark, a colon or a
    semicolon (`ends_sentence`); ``signed``: it may begin as a note, an item or the like (`is_signed`).
    """

    text: str
    number: int
    order: int
    final: bool
    signed: bool
    page: int | None = None
    indent: float = 0.0
    width: float = 0.0
    free: float | None = None
    gap: bool = False
    size: float = 1.0
    role: str = "line"

    @classmethod
    def of(cls, text: str, number: int, order: int) -> Line:
        """A line of which nothing is known but its words."""
        return cls(text, number, order, ends_sentence(text, colon=True), is_signed(text))


@lru_cache(maxsize=20_000)
def em(character: str) -> float:
    """The width of a character: 1 for wide ones, 0.5 for others, 0 for combining ones.

    >>> em("国"), em("a"), em("“"), em("·")
    (1.0, 0.5, 1.0, 1.0)
    """
    if character < "\x7f":
        return 0.5
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5


def width(text: str) -> float:
    """The width of a text in em.

    >>> width("雄安新区2023")
    6.0
    """
    narrow = sum(1 - em(character) for character in looked_up().findall(text)) if ODD.search(text) else 0.0
    return len(text) - len(text.encode("ascii", "ignore")) / 2 - narrow


@cache
def looked_up() -> re.Pattern[str]:
    """Characters whose width must be asked: all but ASCII and what is wide for certain. Most texts have none odd."""
    return re.compile(
        "[^\x00-\x7f·—‘’“”…\u3000-\u3029\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]"
    )


def is_measured(document: Document) -> bool:
    """Whether a reader measured the lines of this document (PDF)."""
    return any("depth" in block.layout for block in document.blocks)


def ends_sentence(text: str, *, colon: bool = False) -> bool:
    """Whether a text ends in a final mark, closers aside (with ``colon``, also in a colon or semicolon).

    >>> ends_sentence("“好。”"), ends_sentence("对外开放合"), ends_sentence("如下：", colon=True)
    (True, False, True)
    """
    if text[-1:].isalnum():
        return False
    bare = text.rstrip().rstrip(CLOSERS)
    if not bare:
        return False
    if bare[-1] in FINAL or (bare[-1] == "." and len(bare) > 1 and bare[-2].isascii() and bare[-2].isalpha()):
        return True
    return colon and bare[-1] in "：；:;︰"


def is_signed(text: str) -> bool:
    """Whether a line begins as a note, an item, a numbered heading, a byline, a rule or a page number may begin.

    Running prose hardly ever does, and is not asked for any of them.

    >>> [is_signed(t) for t in ("① 见下", "　一、总则", "3/12", "要节约用水。", "“好。”")]
    [True, True, True, False, False]
    """
    first = text.lstrip()[:1]
    return first in SIGNS or first.isdecimal() or first.isascii()


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """The blocks of a reader as lines; a hole in the numbers, or a measured gap, is a blank line."""
    lines: list[Line] = []
    last = 0
    for block in blocks:
        text = block.text.strip()
        first, layout = block.lines[0], block.layout
        indent = layout.get("indent", _indent(block.text))
        gap = layout["gap"] > 0.5 if "gap" in layout else first > last + 1
        lines.append(
            Line(
                text,
                first,
                order=len(lines),
                final=ends_sentence(text, colon=True),
                signed=is_signed(text),
                page=block.page,
                indent=indent,
                width=layout.get("width", width(text)),
                free=layout.get("free"),
                gap=gap or not lines,
                size=layout.get("size", 1.0),
                role=block.role,
            )
        )
        last = block.lines[1]
    return lines


def _indent(text: str) -> float:
    if not text[:1].isspace():
        return 0.0
    indent = 0.0
    for character in text:
        if character == "\t":
            indent = (indent // 4 + 1) * 4
        elif character.isspace():
            indent += em(character)
        else:
            break
    return indent


def groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Runs of lines without a blank line or a page break between them."""
    found: list[list[Line]] = []
    for line in lines:
        if not found or line.gap or line.page != found[-1][-1].page:
            found.append([])
        found[-1].append(line)
    return found


def column(group: Sequence[Line]) -> float:
    """The width at which a run of lines is wrapped: the widest that several lines share (hanging marks aside)."""
    known = sorted(line.indent + line.width + line.free for line in group if line.free is not None)
    if known:
        return known[len(known) // 2]
    widths = sorted((line.indent + line.width for line in group), reverse=True)
    for index, here in enumerate(widths[:-1]):
        if index and here - widths[min(index + 1, len(widths) - 1)] <= 1 and len(widths) > 6:
            return here
    return widths[0]


def first_token(text: str) -> float:
    """The width of what cannot be parted from a line's first character: a Latin word, marks that start no line.

    >>> first_token("国家"), first_token("Vim 是"), first_token("》，的")
    (1.0, 1.5, 2.0)
    """
    total = 0.0
    latin = bool(text) and text[0].isascii() and text[0].isalnum()
    for index, character in enumerate(text):
        if index and character not in NO_START and not (latin and character.isascii() and not character.isspace()):
            break
        total += em(character)
    return total
