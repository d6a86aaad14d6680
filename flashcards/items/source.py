"""Source 出处: whose words these are, said when, where and on what occasion; and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flashcards.items.view import View, occurrences
from flashcards.model import Analysis, Context, Gap, Item, Passage, Place, Source

ASKS = ("occasion", "title", "author", "date", "place")
STEM = 80
LEAST = 12


def make(view: View) -> Iterator[Item]:
    """From words to their source once a passage; from the source line to its date, place and occasion once a source.

    Only where the source is sure, and only what tells the sources of the document apart: where all passages come from
    one source there is nothing to tell, and only the line is asked.
    """
    sure = [a for a in view.analyses if not a.passage.source_unsure]
    sources = list(dict.fromkeys(a.passage.source for a in view.analyses))
    for analysis in sure:
        ask = _distinguishing(analysis.passage.source, sources)
        if ask:
            item = _from_words(view, analysis, ask)
            if item is not None:
                yield item
    seen: set[Source] = set()
    for analysis in sure:
        if analysis.passage.source not in seen:
            seen.add(analysis.passage.source)
            yield from _from_line(analysis.passage)


def said(source: Source, ask: str) -> str:
    """What a source says to one question, as it is written in Chinese: 2023年5月10日 for 2023-05-10."""
    value = getattr(source, ask) or ""
    return chinese_date(value) if ask == "date" else value


def chinese_date(iso: str) -> str:
    """An ISO date, partial or whole, as a Chinese text writes it.

    >>> chinese_date("2023-05-10"), chinese_date("2023-05"), chinese_date("1998")
    ('2023年5月10日', '2023年5月', '1998年')
    """
    parts = iso.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        return iso
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _distinguishing(source: Source, sources: Sequence[Source]) -> str:
    """The first question that this source answers in a way no other source of the document does."""
    if len(sources) < 2:
        return ""
    for ask in ASKS:
        answer = said(source, ask)
        if answer and sum(said(other, ask) == answer for other in sources) == 1:
            return ask
    return ""


def _from_words(view: View, analysis: Analysis, ask: str) -> Item | None:
    answer = said(analysis.passage.source, ask)
    found = _telling(analysis, answer)
    if found is None:
        return None
    index, start, stem = found
    return Item(
        kind="source",
        ask=ask,
        stem=stem,
        gaps=(),
        answer=answer,
        passage=analysis.passage,
        place=Place(index, start),
        accepted=_accepted(analysis.passage.source, ask),
        context=view.context(analysis.passage, index),
    )


def _telling(analysis: Analysis, answer: str) -> tuple[int, int, str] | None:
    """The sentence that says most of what its passage is about, short enough and without the answer in it."""
    best: tuple[float, int, str] | None = None
    for index, sentence in enumerate(analysis.sentences):
        stem = sentence.text.strip()
        if len(stem) < LEAST or answer in stem:
            continue
        phrases = [p for p in analysis.keyphrases if p.text in stem]
        score = sum(p.score for p in phrases) / max(1.0, len(stem) / STEM)
        if best is None or score > best[0]:
            best = (score, index, stem)
    if best is None:
        return None
    text = analysis.sentences[best[1]].text
    return best[1], text.find(best[2]), best[2]


def _from_line(passage: Passage) -> Iterator[Item]:
    """The line of a source with one part hidden at a time."""
    parts = [(ask, said(passage.source, ask)) for ask in ("date", "place", "author", "title", "occasion")]
    known = [(ask, part) for ask, part in parts if part]
    line = "，".join(part for _, part in known)
    for ask, part in known:
        if len(known) > 1 and len(list(occurrences(line, part))) == 1:
            at = line.index(part)
            yield Item(
                kind="source",
                ask=f"line-{ask}",
                stem=line,
                gaps=(Gap(at, at + len(part)),),
                answer=part,
                passage=passage,
                place=Place(0),
                accepted=_accepted(passage.source, ask),
                context=Context(sentence=line),
            )


def _accepted(source: Source, ask: str) -> tuple[str, ...]:
    value = getattr(source, ask) or ""
    return (value,) if ask == "date" and value != said(source, ask) else ()
