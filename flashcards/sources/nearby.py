"""Sources written where they belong: bylines, dated headings, and markers in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flashcards import dates
from flashcards.model import Block, Document, Source
from flashcards.repair.marks import marker_value
from flashcards.sources import notes
from flashcards.sources.units import Unit

NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节篇讲回]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）"
    r"|\d{1,2}[.、．])\s*"
)
WHOLE = re.compile(r"\s*(?:作者|文|责任编辑|责编|编辑|来源|來源|原载|原載)\s*[：:／/]")


@dataclass(frozen=True, slots=True)
class Near:
    """What stands near the passages: the source of the whole document, those of single passages (unit -> source).

    ``lost``: passages in a file of several works that stand behind one and belong to none. ``several``: it is one.
    ``quoted``: passages with a byline behind a dash, whose author is not that of the document.
    """

    base: Source
    local: dict[int, Source]
    lost: frozenset[int] = frozenset()
    several: bool = False
    quoted: frozenset[int] = frozenset()


def read(document: Document, units: Sequence[Unit]) -> Near:
    """The sources written near the passages.

    A byline under the title is the document's, or its first work's where others follow; under another heading it is
    that section's. Behind passages a dash names the one before it (or the poem), other bylines those back to the last
    byline or heading. A 来源： or 作者： at either end is the document's.
    """
    at = {unit.index: i for i, unit in enumerate(units)}
    several = _several(document)
    state = _Reading(several=several)
    for index, block in enumerate(document.blocks):
        if block.role == "heading":
            state.heading(block.level or 1, block.text)
        elif block.role == "byline":
            last = _last(document, index) and bool(WHOLE.match(block.text))
            state.byline(notes.parse(block.text), whole=last, near=block.text.lstrip().startswith("——"))
        elif index in at:
            state.unit(at[index], verse=units[at[index]].verse)
    return Near(state.base, state.local, frozenset(state.lost), several, frozenset(state.quoted))


def titles_of_works(document: Document) -> frozenset[str]:
    """The headings that are titles of single works, in a file of several; empty for other files."""
    return frozenset(block.text for block in _works(document)) if _several(document) else frozenset()


def opens_with_work(document: Document) -> bool:
    """Whether the first heading of a file of several works is the title of one, and so not the file's."""
    if document.meta.get("title") or not _several(document):
        return False
    return next((b for b in document.blocks if b.role == "heading"), None) is _works(document)[0]


def _several(document: Document) -> bool:
    """Whether a file holds several works: a title with its author, and another, or a quotation with its origin."""
    works = len(_works(document))
    return works > 1 or (works == 1 and any(_is_quoted(*pair) for pair in pairwise(document.blocks)))


def _works(document: Document) -> list[Block]:
    """The headings with an author under them."""
    return [a for a, b in pairwise(document.blocks) if a.role == "heading" and b.role == "byline" and _is_name(b.text)]


def _is_quoted(before: Block, block: Block) -> bool:
    """Whether a block is a byline behind a dash, and what is above it no heading."""
    return block.role == "byline" and before.role != "heading" and block.text.lstrip().startswith("——")


def _is_name(text: str) -> bool:
    """Whether a byline names an author and nothing else."""
    source = notes.parse(text)
    return source.author is not None and source == Source(author=source.author)


@dataclass(slots=True)
class _Reading:
    """Where we are in a document: its source so far, the open section, the passages since the last byline.

    ``above``: the headings since the last passage or byline. ``work``: the open section has an author of its own;
    ``verses``: its passages so far are verse; None before its first.
    """

    several: bool = False
    base: Source = field(default_factory=Source)
    local: dict[int, Source] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    quoted: set[int] = field(default_factory=set)
    section: Source | None = None
    level: int = 0
    above: tuple[int, str] | None = None
    title: str = ""
    opening: bool = True
    work: bool = False
    verses: bool | None = None
    over: bool = False
    since: list[tuple[int, bool]] = field(default_factory=list)

    def heading(self, level: int, text: str) -> None:
        """A heading opens a section and closes those it is not under; the first ones are the document's title."""
        self.since = []
        self.above = level, text
        if self.opening and self.section is None and (not self.level or level == self.level):
            self.level, self.title = level, text
            self.base = notes.merged(self.base, _dated(text) or Source())
            return
        self.opening = False
        if self.section is None or level <= self.level or _dated(text):
            self._open(_dated(text), level, text)

    def byline(self, source: Source, *, whole: bool, near: bool) -> None:
        """A byline tells of the document, of the section it opens, or of the passages before it."""
        named = self.several and source == Source(author=source.author) and not near
        if self.above and named:
            level, text = self.above
            self._open(notes.merged(source, _dated(text) or _of_heading(text)), level, text, work=True)
            self.above = None
        elif whole or self.opening:
            self.base = notes.merged(self.base, source)
        elif self.since:
            before = Source() if self.work or self.section is None else self.section
            for i in self._meant(near):
                self.local[i] = notes.merged(source, before)
                self.lost.discard(i)
            self.quoted.update(self._meant(near) if near else ())
            self.since = []
        else:
            self.section = notes.merged(source, self.section or _of_heading(self.title))

    def unit(self, index: int, *, verse: bool) -> None:
        """A passage takes the source of its section, until a byline behind it says more; prose ends a poem."""
        self.opening, self.above = False, None
        self.since.append((index, verse))
        if self.work and not verse and self.verses:
            self.over = True
        if self.work and self.verses is None:
            self.verses = verse
        if self.over:
            self.lost.add(index)
        elif self.section is not None:
            self.local[index] = self.section

    def _open(self, section: Source | None, level: int, text: str, *, work: bool = False) -> None:
        self.section, self.level, self.title, self.work = section, level, text, work
        self.verses, self.over = None, False

    def _meant(self, near: bool) -> list[int]:
        """The passages a byline behind them means: the one before a dash, with the stanzas before it, else all."""
        meant: list[int] = []
        for index, verse in reversed(self.since):
            if near and meant and not verse:
                break
            meant.append(index)
            if near and not verse:
                break
        return meant


def marked(units: Sequence[Unit], markers: Sequence[str | None]) -> tuple[dict[int, int], bool]:
    """Passages that carry a source's marker (unit -> source), and whether that settles every passage.

    A marker stands at a passage's end. Where each marker stands once, on the last passages of the runs (the very last
    included), the passages before it are meant too.
    """
    known = {value: k for k, marker in enumerate(markers) if (value := marker_value(marker)) is not None}
    fixed = {i: known[unit.mark] for i, unit in enumerate(units) if unit.mark in known}
    if not fixed:
        return {}, False
    values = [fixed[i] for i in sorted(fixed)]
    ascending = values == sorted(set(values))
    inside = any(unit.cited in known for unit in units)
    if len(units) - 1 in fixed and ascending and len(values) == len(known) and not inside:
        filled: dict[int, int] = {}
        for i in range(len(units) - 1, -1, -1):
            filled[i] = fixed.get(i, filled.get(i + 1, 0))
        return filled, True
    return fixed, len(fixed) == len(units)


def _dated(text: str) -> Source | None:
    """A heading that tells when: 在…座谈会上的讲话（2023年5月10日）."""
    match = dates.DATE.search(text)
    if not match or not dates.iso(match) or text[match.start() - 1 : match.start()] not in ("（", "(", " ", "　"):
        return None
    return notes.merged(notes.parse(NUMBERING.sub("", text)), Source())


def _of_heading(text: str) -> Source:
    """What a heading says of the section's source: an occasion, else a title."""
    bare = NUMBERING.sub("", text).strip()
    if not bare:
        return Source()
    found = notes.parse(bare)
    return found if found.occasion and notes.NOT_PLACE.search(found.occasion) else Source(title=found.title or bare)


def _last(document: Document, index: int) -> bool:
    return all(block.role in ("byline", "note", "rule", "page-number") for block in document.blocks[index + 1 :])
