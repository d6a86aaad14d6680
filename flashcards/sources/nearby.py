"""Sources written where they belong: bylines, dated headings, and markers in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from flashcards import dates
from flashcards.model import Document, Source
from flashcards.repair.marks import marker_value
from flashcards.sources import notes
from flashcards.sources.units import Unit

NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节篇讲回]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）"
    r"|\d{1,2}[.、．])\s*"
)
WHOLE = re.compile(r"\s*(?:作者|文|责任编辑|责编|编辑|来源|來源|原载|原載)\s*[：:／/]")


def read(document: Document, units: Sequence[Unit]) -> tuple[Source, dict[int, Source]]:
    """The source that holds for the whole document, and those of single passages (unit -> source).

    A byline under the title is the document's, under another heading that section's, behind passages it is theirs
    (back to the last byline or heading); a 来源： or 作者： at either end is the document's.
    """
    at = {unit.index: i for i, unit in enumerate(units)}
    state = _Reading()
    for index, block in enumerate(document.blocks):
        if block.role == "heading":
            state.heading(block.level or 1, block.text)
        elif block.role == "byline":
            last = _last(document, index) and bool(WHOLE.match(block.text))
            state.byline(notes.parse(block.text), whole=last)
        elif index in at:
            state.unit(at[index])
    return state.base, state.local


@dataclass(slots=True)
class _Reading:
    """Where we are in a document: its source so far, the open section, the passages since the last byline."""

    base: Source = field(default_factory=Source)
    local: dict[int, Source] = field(default_factory=dict)
    section: Source | None = None
    level: int = 0
    title: str = ""
    opening: bool = True
    since: list[int] = field(default_factory=list)

    def heading(self, level: int, text: str) -> None:
        """A heading opens a section and closes those it is not under; the first ones are the document's title."""
        self.since = []
        if self.opening and (not self.level or level == self.level):
            self.level, self.title = level, text
            self.base = notes.merged(self.base, _dated(text) or Source())
            return
        self.opening = False
        if self.section is None or level <= self.level or _dated(text):
            self.section = _dated(text)
            self.level, self.title = level, text

    def byline(self, source: Source, *, whole: bool) -> None:
        """A byline tells of the document, of the section it opens, or of the passages before it."""
        if whole or self.opening:
            self.base = notes.merged(self.base, source)
        elif self.since:
            before = self.section or Source()
            self.local.update((i, notes.merged(source, before)) for i in self.since)
            self.since = []
        else:
            self.section = notes.merged(source, self.section or _of_heading(self.title))

    def unit(self, index: int) -> None:
        """A passage takes the source of its section, until a byline behind it says more."""
        self.opening = False
        self.since.append(index)
        if self.section is not None:
            self.local[index] = self.section


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
    if len(units) - 1 in fixed and ascending and len(values) == len(known):
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
