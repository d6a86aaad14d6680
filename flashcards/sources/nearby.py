"""Sources written where they belong: bylines, dated headings, and markers in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flashcards import dates
from flashcards.model import Document, Source
from flashcards.repair.measure import CLOSERS, FINAL
from flashcards.sources import notes
from flashcards.sources.units import Unit

WHOLE = re.compile(r"\s*(?:作者|文|责任编辑|责编|编辑|来源|來源|原载|原載)\s*[：:／/]")


def read(document: Document, units: Sequence[Unit]) -> tuple[Source, dict[int, Source]]:
    """The source that holds for the whole document, and those of single passages (unit -> source).

    A byline under the title is the document's; under another heading that section's; behind passages it is theirs
    (back to the last byline or heading), but a lone 来源： or 作者： at the end is the document's again.
    """
    at = {unit.index: i for i, unit in enumerate(units)}
    base = Source()
    local: dict[int, Source] = {}
    section: tuple[int, Source] | None = None
    heading: tuple[int, str] | None = None
    headings = 0
    pending: list[int] = []
    for index, block in enumerate(document.blocks):
        if block.role == "heading":
            headings += bool(pending or local) or headings == 0
            heading, pending = (block.level or 1, block.text), []
            if section and section[0] >= heading[0]:
                section = None
            dated = _dated(block.text)
            if dated and (pending or local or headings > 1 or at):
                section = (heading[0], dated)
        elif block.role == "byline":
            source = notes.parse(block.text)
            if pending and not (_last(document, index) and WHOLE.match(block.text)):
                local.update(dict.fromkeys(pending, source))
                pending = []
            elif pending or heading is None or (not local and not _units_before(at, index)):
                base = notes.merged(base, source)
            else:
                title = section[1] if section else Source(title=heading[1])
                section = (heading[0], notes.merged(source, title))
        elif index in at:
            if section:
                local[at[index]] = section[1]
            else:
                pending.append(at[index])
    return base, local


def marked(units: Sequence[Unit], markers: Sequence[str | None]) -> tuple[dict[int, int], bool]:
    """Passages that carry a source's marker (unit -> source), and whether that settles every passage.

    A marker stands at a passage's end. Where each marker stands once, on the last passages of the runs (the very last
    included), the passages before it are meant too.
    """
    known = {marker: k for k, marker in enumerate(markers) if marker}
    fixed: dict[int, int] = {}
    for i, unit in enumerate(units):
        marker = trailing_marker(unit.text)
        if marker in known:
            fixed[i] = known[marker]
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


def trailing_marker(text: str) -> str | None:
    """The note marker at the end of a passage, before or behind its final mark.

    >>> trailing_marker("正确方向。①"), trailing_marker("正确方向[2]。"), trailing_marker("分为①和②两类。")
    ('①', '[2]', None)
    """
    bare = text.rstrip().rstrip(FINAL + CLOSERS.replace("]", "").replace("〕", "").replace("］", "").replace("】", ""))
    match = re.search(rf"(?:{notes.MARKER.pattern})$", bare)
    return match.group() if match and match.start() > 0 else None


def _dated(text: str) -> Source | None:
    """A heading that tells when and where: 在…座谈会上的讲话（2023年5月10日）."""
    match = dates.DATE.search(text)
    if not match or not dates.iso(match) or text[match.start() - 1 : match.start()] not in ("（", "(", " ", "　"):
        return None
    source = notes.parse(text)
    return source if source.occasion or source.title else replace(source, title=text)


def _last(document: Document, index: int) -> bool:
    return all(block.role in ("byline", "note", "rule", "page-number") for block in document.blocks[index + 1 :])


def _units_before(at: dict[int, int], index: int) -> bool:
    return any(block < index for block in at)
