"""The blocks that become passages, each with its heading; what stands between them are hints of sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flashcards.model import Block, Document

# in runs, which are found many times faster than characters one by one; `count` says how many characters they have
HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]+")
WORD = re.compile(r"\w+")
PROSE = ("body", "verse", "item")
HAN_LEAST = 2  # Chinese characters of a passage
HAN_SHARE = 0.2  # of its letters and digits


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage to be: ``index`` of its block, its place, the heading above it, the notes that its end (``mark``) and
    a sentence inside it (``cited``) call.
    """

    index: int
    text: str
    lines: tuple[int, int]
    pages: tuple[int, int] | None
    heading: str | None
    title: str | None
    verse: bool
    mark: int | None = None
    cited: int | None = None


def units_of(document: Document) -> list[Unit]:
    """The passages-to-be of a repaired document, in order; lines without Chinese are none."""
    found: list[Unit] = []
    headings: list[tuple[int, str]] = []
    title, fresh = _title(document.blocks), False
    for index, block in enumerate(document.blocks):
        if block.role == "heading":
            level, text = block.level or 1, " ".join(block.text.split("\n"))
            if fresh and headings and headings[-1][0] == level and not found:
                headings[-1] = (level, f"{headings[-1][1]} {text}")
            else:
                headings = [entry for entry in headings if entry[0] < level] + [(level, text)]
            fresh = True
        elif block.role in PROSE and is_chinese(block.text):
            heading = headings[-1][1] if headings else None
            mark, cited = (int(block.layout[k]) if k in block.layout else None for k in ("mark", "cited"))
            verse = block.role == "verse"
            found.append(Unit(index, block.text, block.lines, _pages(block), heading, title, verse, mark, cited))
            fresh = False
    return found


def is_chinese(text: str) -> bool:
    """Whether a block is a Chinese passage and not a picture, a table of signs or another language.

    >>> is_chinese("Vim 是编辑器。"), is_chinese("^ k"), is_chinese("The quick brown fox 狐")
    (True, False, False)
    """
    han, enough = 0, max(HAN_LEAST, HAN_SHARE * len(text))
    for run in HAN.finditer(text):
        han += run.end() - run.start()
        if han >= enough:  # nearly every passage has them in its first quarter
            return True
    return han >= HAN_LEAST and han >= HAN_SHARE * count(WORD, text)


def count(runs: re.Pattern[str], text: str) -> int:
    """How many characters of a text stand in the runs that a pattern finds.

    >>> count(HAN, "第12章，Vim入门")
    4
    """
    return sum(map(len, runs.findall(text)))


def _pages(block: Block) -> tuple[int, int] | None:
    if block.page is None:
        return None
    return block.page, int(block.layout.get("last_page", block.page))


def _title(blocks: Sequence[Block]) -> str | None:
    """The headings a document opens with, a kicker and a title being one."""
    opening: list[Block] = []
    for block in blocks:
        if block.role == "heading" and (not opening or block.level == opening[0].level):
            opening.append(block)
        elif block.role not in ("rule", "page-number", "running-header"):
            break
    return " ".join(block.text for block in opening) or None
