"""Every passage's source: what is written near it, then the list of sources, then what holds for the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from flashcards.model import Document, Source
from flashcards.repair.marks import marker_value
from flashcards.sources import nearby, notes
from flashcards.sources.units import Unit

if TYPE_CHECKING:
    from flashcards.sources.align import Assignment

FEW = 12  # passages a source; longer texts with titles in notes are books with footnotes


@dataclass(frozen=True, slots=True)
class Found:
    """A passage's source, how sure it is, whether the user should settle it, and the marker of the next best."""

    source: Source
    confidence: float = 1.0
    unsure: bool = False
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A source of a list (notes, front matter, sidecar): ``first`` are the words its passages begin with."""

    source: Source
    first: str | None = None
    given: bool = False


def assign(document: Document, units: Sequence[Unit]) -> tuple[list[Found], tuple[Source, ...], list[str]]:
    """The source of each unit, all sources of the document, and warnings about them."""
    near = nearby.read(document, units)
    given = _given(document)
    base = notes.merged(given, near.base)
    warnings: list[str] = []
    listed = _listed(document, warnings)
    if document.meta.get("source"):
        listed = []
    found: list[Found | None] = [Found(near.local[i]) if i in near.local else None for i in range(len(units))]
    notes_of = [entry for entry in listed if not entry.given]
    if len(listed) == 1 and _for_all(listed[0], units):
        base, listed = notes.merged(listed[0].source, base), []
    elif listed:
        _from_list(document, units, listed, found, warnings)
    own = base if nearby.opens_with_work(document) else _with_title(base, document, units)
    # What others wrote keeps its own author; what was published together shares the rest.
    shared = Source(author=given.author, publication=base.publication, url=base.url, licence=base.licence)
    unknown = near.several and own == Source()
    alone = Found(own, 0.0 if unknown or (listed and own == Source()) else 1.0, unknown)
    completed = cache(partial(notes.merged, second=shared))  # many passages have one source
    complete = [replace(f, source=completed(f.source)) if f else alone for f in found]
    for i in near.quoted:
        complete[i] = replace(complete[i], source=notes.merged(near.local[i], replace(shared, author=None)))
    for i in near.lost:
        complete[i] = complete[i] if found[i] else Found(own, 0.5 if own != Source() else 0.0, True)
    complete = [_cited(f, unit, notes_of) for f, unit in zip(complete, units, strict=True)]
    sources = tuple(entry.source for entry in listed) or ((own,) if own != Source() else ())
    return complete, sources, warnings


def _cited(found: Found, unit: Unit, listed: Sequence[Listed]) -> Found:
    """What was found; not sure where a sentence inside the passage calls another note, and no author speaks for all."""
    other = next((e.source for e in listed if unit.cited and marker_value(e.source.marker) == unit.cited), None)
    if other is None or marker_value(found.source.marker) == unit.cited:
        return found
    if found.source.author and not found.source.marker:
        return found  # who wrote the text cites another
    return replace(found, confidence=min(found.confidence, 0.5), unsure=True, alternative=source_name(other))


def _given(document: Document) -> Source:
    """What front matter says of the whole document; the file's own properties fill in nothing that is written."""
    meta = document.meta
    names = {f.name for f in fields(Source)}
    top = Source(**{key: str(value) for key, value in meta.items() if key in names and value})
    single = meta.get("source")
    if isinstance(single, Mapping):
        top = notes.merged(_entry(single), top)
    return top


def _with_title(base: Source, document: Document, units: Sequence[Unit]) -> Source:
    """The document's own source: its title is that of the document, properties come last."""
    properties = document.meta.get("properties")
    title = document.title or units[0].title
    if title and not base.title:
        base = replace(base, title=title)
    if isinstance(properties, Mapping):
        names = {f.name for f in fields(Source)}
        base = notes.merged(base, Source(**{k: str(v) for k, v in properties.items() if k in names and v}))
    return base


def _entry(entry: Mapping[str, str]) -> Source:
    known = {key: value for key, value in entry.items() if key not in ("first", "note")}
    source = Source(**known)
    return notes.merged(source, notes.parse(entry["note"])) if "note" in entry else source


def _listed(document: Document, warnings: list[str]) -> list[Listed]:
    """The list of sources: front matter or sidecar, completed by the notes of the same marker, in order."""
    written = [(block, notes.parse(block.text)) for block in document.blocks if block.role == "note"]
    taken = [(block, source) for block, source in written if _is_source(source)]
    counts = Counter(source.marker for _, source in taken if source.marker)
    for marker, count in sorted(counts.items()):
        if count > 1:
            warnings.append(f"line {taken[0][0].lines[0]}: marker {marker} names {count} sources; number them apart")
    by_marker = {source.marker: source for _, source in reversed(taken) if source.marker}
    given = cast(Sequence[Mapping[str, str]], document.meta.get("sources") or ())
    listed = [Listed(_completed(entry, by_marker), entry.get("first"), True) for entry in given]
    known = {entry.source.marker for entry in listed if entry.source.marker}
    if not given or known:
        listed += [Listed(source) for _, source in taken if source.marker not in known]
    values = sorted(v for entry in listed if (v := marker_value(entry.source.marker)) is not None)
    if values and len(values) == len(listed):
        listed.sort(key=lambda entry: marker_value(entry.source.marker) or 0)
        missing = sorted(set(range(1, values[-1])) - set(values))
        if missing and len(values) > 1:
            warnings.append(f"source {'、'.join(map(str, missing))} of {values[-1]} is missing; add its note")
    return listed


def _completed(entry: Mapping[str, str], by_marker: Mapping[str, Source]) -> Source:
    source = _entry(entry)
    note = by_marker.get(source.marker) if source.marker else None
    return notes.merged(source, note) if note else source


def _is_source(source: Source) -> bool:
    """Whether a note names a source rather than explaining a word."""
    return bool(source.date or source.title or source.publication or source.url) or bool(
        source.occasion and notes.NOT_PLACE.search(source.occasion) and len(source.occasion) < 60
    )


def _for_all(entry: Listed, units: Sequence[Unit]) -> bool:
    """Whether a single source holds for the whole text: the user says so, or it is not a footnote.

    A footnote is called by a passage other than the last, or by a sentence inside one, or names a page.
    """
    if entry.first is not None or entry.given:
        return entry.first is None
    value = marker_value(entry.source.marker)
    calls = [i for i, unit in enumerate(units) if value is not None and value in (unit.mark, unit.cited)]
    if calls and (calls != [len(units) - 1] or units[-1].cited == value or entry.source.page):
        return False
    return _is_occasion(entry.source) or len(units) <= FEW


def _names_passages(listed: Sequence[Listed], units: Sequence[Unit]) -> bool:
    """Whether a list says where passages come from, rather than being the footnotes or the bibliography of a book.

    The user wrote it; or every note has a marker and names an occasion with its date, or a title in a short text that
    calls none of them.
    """
    if any(entry.given for entry in listed):
        return True
    if len(listed) == 1 or not all(entry.source.marker for entry in listed):
        return False
    called = any(unit.cited or unit.mark for unit in units)
    titles = len(units) <= FEW * len(listed) and not called
    titles = titles and all(e.source.title and not e.source.page for e in listed)
    return titles or all(_is_occasion(entry.source) for entry in listed)


def _is_occasion(source: Source) -> bool:
    return bool(source.date and (source.place or source.occasion) and not source.page)


def _from_list(
    document: Document, units: Sequence[Unit], listed: list[Listed], found: list[Found | None], warnings: list[str]
) -> None:
    """Fill ``found`` from a list of several sources."""
    from flashcards.sources.align import align

    starts = _starts(units, listed, warnings)
    if starts and len(starts) == len(listed):
        order = sorted(range(len(listed)), key=lambda k: starts[k])
        listed[:] = [listed[k] for k in order]
        starts = {new: starts[old] for new, old in enumerate(order)}
    begin = starts.get(0, 0)
    if begin:
        warnings.append(f"passages 1–{begin} stand before any source; name theirs in sources:")
    fixed, complete = nearby.marked(units, [entry.source.marker for entry in listed])
    free = [i for i in range(begin, len(units)) if found[i] is None]
    if complete:
        for i, k in fixed.items():
            found[i] = found[i] or Found(listed[k].source)
        unused = [e.source.marker for k, e in enumerate(listed) if k not in fixed.values() and e.source.marker]
        if unused:
            warnings.append(f"source {'、'.join(unused)} is used by no passage; mark its passages or remove it")
        return
    if not _names_passages(listed, units):
        for i, k in fixed.items():
            found[i] = found[i] or Found(listed[k].source)
        called = {unit.cited for unit in units} - {None}
        listed[:] = [e for k, e in enumerate(listed) if k in fixed.values() or marker_value(e.source.marker) in called]
        return
    place = {unit: n for n, unit in enumerate(free)}
    results = align(
        [units[i].text for i in free],
        [" ".join(filter(None, (e.source.place, e.source.occasion, e.source.title))) for e in listed],
        {place[i]: k for i, k in fixed.items() if i in place},
        {k: sum(1 for i in free if i < at) for k, at in starts.items() if k},
    )
    for i, result in zip(free, results, strict=True):
        found[i] = _found(result, listed)


def source_name(source: Source) -> str:
    """What to call a source in a message: its marker, else its occasion or title."""
    return source.marker or source.occasion or source.title or "?"


def _found(result: Assignment, listed: Sequence[Listed]) -> Found:
    other = listed[result.alternative].source if result.alternative is not None else None
    name = source_name(other) if other else None
    return Found(listed[result.source].source, result.confidence, result.unsure, name)


def _starts(units: Sequence[Unit], listed: Sequence[Listed], warnings: list[str]) -> dict[int, int]:
    """Source -> the passage that begins with its ``first`` words (white space and punctuation aside)."""
    keys = [_key(unit.text) for unit in units] if any(entry.first for entry in listed) else []
    starts: dict[int, int] = {}
    for k, entry in enumerate(listed):
        if not entry.first:
            continue
        wanted = _key(entry.first)
        at = next((i for i, key in enumerate(keys) if wanted and key.startswith(wanted)), None)
        if at is None:
            name = entry.source.marker or f"number {k + 1}"
            warnings.append(f"sources: no passage begins with {entry.first!r} (source {name}); copy its first words")
        else:
            starts[k] = at
    return starts


def _key(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
