"""Whose words are these? Notes, front matter, sidecar, bylines and headings -> a Source for every passage.

What is written wins over what is inferred; where nothing marks the passages they are aligned with the notes in order,
by content, and what is not sure is flagged with the line that would settle it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flashcards.errors import UnreadableInput
from flashcards.model import Document, Passage, Source
from flashcards.repair.marks import marker_value
from flashcards.sources.assign import assign, source_name
from flashcards.sources.nearby import opens_with_work, titles_of_works
from flashcards.sources.units import HAN, count, units_of

KANA, HANGUL = "\u3041-\u30fa", "\uac00-\ud7a3"
NEIGHBOURS = re.compile(f"[{KANA}{HANGUL}]")
LETTER = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Attributed:
    """A document's passages with their sources, and what is odd about the sources (one line each)."""

    passages: tuple[Passage, ...]
    sources: tuple[Source, ...]
    warnings: tuple[str, ...]


def passages(document: Document) -> tuple[Passage, ...]:
    """The passages of a repaired document. Raises UnreadableInput where there is no text, or no Chinese in it."""
    return attribute(document).passages


def attribute(document: Document) -> Attributed:
    """The passages, the sources found, and warnings about them. Raises as `passages` does."""
    units = units_of(document)
    if not units:
        raise UnreadableInput(_nothing(document), path=document.path)
    assigned, sources, warnings = assign(document, units)
    collected, titles = opens_with_work(document), titles_of_works(document)
    text = "".join(unit.text for unit in units)
    script = _script(text)
    repairs = sorted(document.repairs, key=lambda repair: repair.line)
    starts = [repair.line for repair in repairs]
    made = tuple(
        Passage(
            id=f"{document.id}#{number}",
            document=document.id,
            number=number,
            text=unit.text,
            lines=unit.lines,
            heading=None if unit.heading in titles and not _is_under(found.source, unit.heading) else unit.heading,
            title=None if collected else document.title or unit.title,
            source=found.source,
            source_confidence=found.confidence,
            source_unsure=found.unsure,
            alternative=found.alternative,
            pages=unit.pages,
            verse=unit.verse,
            script=script,
            repairs=tuple(repairs[bisect_left(starts, unit.lines[0]) : bisect_right(starts, unit.lines[1])]),
        )
        for number, (unit, found) in enumerate(zip(units, assigned, strict=True), start=1)
    )
    return Attributed(made, sources, (*warnings, *_language(text)))


def _is_under(source: Source, heading: str) -> bool:
    """Whether a source is the work with this title."""
    return any(words and words in heading for words in (source.title, source.occasion))


def unsure_report(passages: Sequence[Passage]) -> list[str]:
    """One line per run of unsure passages, and the front matter that would settle it; empty where all are sure.

    The passages may be of several documents.
    """
    return list(_report(passages))


def _report(passages: Sequence[Passage]) -> Iterator[str]:
    run: list[Passage] = []
    for passage in [*passages, None]:
        if run and (passage is None or not passage.source_unsure or not _same_run(run[-1], passage)):
            yield _line(run)
            run = []
        if passage is not None and passage.source_unsure:
            run.append(passage)


def _same_run(a: Passage, b: Passage) -> bool:
    return (
        a.document == b.document
        and a.number + 1 == b.number
        and a.source == b.source
        and a.alternative == b.alternative
    )


def _line(run: Sequence[Passage]) -> str:
    """``7–9: ① (or ②; 0.68)`` and the front-matter line that says the later of the two begins here."""
    first, last = run[0], run[-1]
    span = f"{first.number}" if first is last else f"{first.number}–{last.number}"
    name = source_name(first.source)
    least = min(passage.source_confidence for passage in run)
    if not first.alternative:
        return f"{first.document}: {span}: {name} ({least:.2f})"
    later = max((name, first.alternative), key=lambda marker: (marker_value(marker) or 0, marker == first.alternative))
    key = "marker" if marker_value(later) is not None else "occasion"
    settle = f"sources: [{{{key}: {_quoted(later)}, first: {_quoted(_opening(first.text))}}}]"
    return f"{first.document}: {span}: {name} (or {first.alternative}; {least:.2f}); if {later} begins here: {settle}"


def _opening(text: str) -> str:
    """A passage's first words, as many as its first clause has."""
    return re.split("[，。；：、！？\n]", text[:16], maxsplit=1)[0] or text[:8]


def _quoted(value: str) -> str:
    """A YAML value, in quotes where it would be read as something else."""
    return f'"{value}"' if re.search("[:#{}\\[\\],&*!|>%@`'\"]", value) else value


def _nothing(document: Document) -> str:
    """Why a document has no passage."""
    text = "".join(block.text for block in document.blocks)
    han = count(HAN, text)
    if not any(c.isalpha() for c in text):
        return "has no text in it; name a file with sentences"
    if not han:
        return f"has no Chinese in it ({_shares(text).strip()}); name a Chinese text"
    if _shares(text):
        return f"is this Chinese?{_shares(text)}; name a Chinese text"
    return f"has headings or notes only, no passage ({han} Chinese characters); add the text"


def _language(text: str) -> list[str]:
    """A warning for a text that is rather Japanese or Korean; passages have Han enough one by one (`is_chinese`)."""
    if not NEIGHBOURS.search(text):
        return []
    shares = _shares(text)
    return [f"is this Chinese?{shares}"] if shares else []


def _shares(text: str) -> str:
    """The shares of scripts where a text does not look Chinese (kana or hangul over 1 %, Han under 20 %)."""
    letters = max(1, count(LETTER, text))
    runs = (re.compile(f"[{KANA}]+"), re.compile(f"[{HANGUL}]+"), HAN)
    kana, hangul, han = (count(each, text) / letters for each in runs)
    found = [
        f"{share:.0%} {name}" for name, share in (("Japanese kana", kana), ("Korean hangul", hangul)) if share > 0.01
    ]
    return f" {', '.join((*found, f'{han:.0%} Han'))}" if found or han < 0.2 else ""


def _script(text: str) -> str:
    from flashcards.script import is_traditional

    return "zh-Hant" if is_traditional(text) else "zh-Hans"
