"""Source 出处: whose words these are, said when, where, on what occasion; and back: the source line, completed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from flashcards import distractors
from flashcards.distractors import terms
from flashcards.gaps.stems import Stem, balanced
from flashcards.items.alone import is_complete, points_back
from flashcards.items.view import View, is_damaged, occurrences, trimmed
from flashcards.model import Analysis, Context, Gap, Item, Keyphrase, Passage, Place, Sentence, Source

ASKS = ("occasion", "place", "date", "author", "title")
OPENING = 6  # characters of a passage that settle which question it gets
LINE = ("date", "place", "author", "title", "occasion")
LEAST, MOST = 12, 120  # characters of a quotation
ENDS = "。！；…”」』）"  # of what says something whole; a list of titles does not
TOP = 10  # keyphrases of a passage, that say what it is about
SHORT = 4  # characters of a title that any two of them tell: 榅桲, 文周王
LONG = 4  # characters of a term that a source comes back to
NAMED = frozenset(("name", "place", "organisation", "title", "quote", "user"))
SPEECHES = ("的讲话", "的讲稿", "上的致辞", "的发言", "的报告", "的講話", "的發言", "的報告")


def make(view: View) -> Iterator[Item]:
    """From words to their source, once a passage; from the source line to its parts, once a source.

    Only where the source is sure, and only what tells the sources of the document apart; a document of one source is
    asked once for its title, or its author where it has none. The line is that of something said: who published an
    article when is not worth knowing.
    """
    sure = [a for a in view.analyses if not a.passage.source_unsure]
    sources = list(dict.fromkeys(a.passage.source for a in view.analyses))
    for analysis in sure:
        yield from _from_words(view, analysis, sources)
    if len(sources) == 1 and sure:
        yield from _whole(view, sure, sources[0])
    seen: set[Source] = set()
    for analysis in sure:
        source = analysis.passage.source
        if source not in seen and (source.occasion or source.place):
            seen.add(source)
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


def _telling_asks(source: Source, sources: Sequence[Source]) -> list[str]:
    """The questions that this source answers in a way no other source of the document does."""
    if len(sources) < 2:
        return []
    found = []
    for ask in ASKS:
        answer = said(source, ask)
        if answer and sum(said(other, ask) == answer for other in sources) == 1:
            found.append(ask)
    return found


def _from_words(view: View, analysis: Analysis, sources: Sequence[Source]) -> Iterator[Item]:
    """One question about a passage: of those whose answer does not show in a good sentence, one by its opening."""
    source, possible = analysis.passage.source, []
    for ask in _telling_asks(source, sources):
        quotation = _quotation(analysis, _content(source, ask, sources), view.numbers_of(source))
        if quotation is not None:
            possible.append((ask, quotation))
    if possible:
        # By how the passage opens, question by question: an edit further on, or a question more, changes nothing.
        opening = analysis.passage.text[:OPENING]
        ask, (index, stem) = max(possible, key=lambda each: distractors.seed("source", opening, each[0]))
        yield _item(view, analysis, ask, index, stem)


def _whole(view: View, sure: Sequence[Analysis], source: Source) -> Iterator[Item]:
    """For a document of one source: its title, else its author, from the first sentence that can be asked."""
    for ask in ("title", "author"):
        if said(source, ask):
            found = [
                (a, q)
                for a in sure
                if (q := _quotation(a, _content(source, ask, [source]), view.numbers_of(source))) is not None
            ]
            if found:
                analysis, (index, stem) = found[0]
                yield _item(view, analysis, ask, index, stem)
                return


def _item(view: View, analysis: Analysis, ask: str, index: int, stem: Stem) -> Item:
    source = analysis.passage.source
    return Item(
        kind="source",
        ask=ask,
        stem=stem.text,
        gaps=(),
        answer=said(source, ask),
        passage=analysis.passage,
        place=Place(index, stem.start),
        accepted=_accepted(source, ask),
        context=view.context(analysis.passage, index),
    )


def _content(source: Source, ask: str, sources: Sequence[Source]) -> frozenset[str]:
    """The words of an answer that would give it away: of two and more characters, and not in every other answer."""
    others = [said(other, ask) for other in sources if other != source]
    answer = said(source, ask)
    words = _words(answer)
    if ask == "title" and len(answer) <= SHORT:
        return frozenset((answer, *(answer[at : at + 2] for at in range(len(answer) - 1))))
    return frozenset(w for w in words if len(w) > 1 and not (others and all(w in other for other in others)))


@lru_cache(maxsize=1 << 10)
def _words(text: str) -> tuple[str, ...]:
    from flashcards import segment

    words = segment.words(text)
    return tuple(word for word, tag in words if tag[0] in "nmtjlivbz")


def _quotation(analysis: Analysis, telling: frozenset[str], numbers: frozenset[int]) -> tuple[int, Stem] | None:
    """The whole sentence, or part between semicolons, that says most of what a passage is about, and not the answer.

    It holds what is characteristic of its source, of which ``numbers`` are the passages. None where every sentence is
    too short, hangs on another or gives the answer away.
    """
    marks = {p.text for at, p in enumerate(analysis.keyphrases) if _is_characteristic(p, numbers, at < TOP)}
    best: tuple[float, int, Stem] | None = None
    for index, sentence in enumerate(analysis.sentences):
        for stem in () if is_damaged(sentence.text) else _parts(sentence):
            if stem.text[-1:] not in ENDS or points_back(stem.text) or not is_complete(stem.text):
                continue
            if not any(mark in stem.text for mark in marks):
                continue
            score = _telling(stem.text, analysis, telling)
            if score and (best is None or score > best[0]):
                best = (score, index, stem)
    return None if best is None else best[1:]


def _parts(sentence: Sentence) -> Iterator[Stem]:
    """The sentence where it is not too long, else its parts between semicolons that are not."""
    pieces = [sentence.text] if len(sentence.text.strip()) <= MOST else re.split("(?<=[；;])", sentence.text)
    at = 0
    for piece in pieces:
        start, text = trimmed(piece, at)
        at += len(piece)
        if len(text) <= MOST and balanced(text):
            yield Stem(start, text, ())


def _is_characteristic(phrase: Keyphrase, numbers: frozenset[int], top: bool) -> bool:
    """Whether a phrase stands under one source only, and is a name, or a top one that the source comes back to."""
    places = {(occurrence.passage, occurrence.sentence) for occurrence in phrase.occurrences}
    return all(passage in numbers for passage, _ in places) and (
        phrase.kind in NAMED or (top and len(places) > 1 and len(phrase.text) >= LONG)
    )


def _telling(text: str, analysis: Analysis, telling: frozenset[str]) -> float:
    """How much a stem says of what its passage is about; 0 where it is too short or gives the answer away."""
    if len(text) < LEAST or any(word in text for word in telling):
        return 0.0
    return sum(p.score for p in analysis.keyphrases if p.text in text) + min(len(text), 40) / 1000


def _from_line(passage: Passage) -> Iterator[Item]:
    """The line of a source with one part hidden at a time; a title is not asked, for an author has many."""
    parts = [(ask, said(passage.source, ask)) for ask in LINE]
    known = [(ask, part) for ask, part in parts if part]
    line = "，".join(part for _, part in known)
    names = {ask for ask, _ in known}
    for ask, part in known:
        if ask == "title" or not names - {ask, "date"} or len(list(occurrences(line, part))) != 1:
            continue
        at = line.index(part)
        rest = line[:at] + line[at + len(part) :]
        if any(len(word) > 1 and word in rest for word in _names(part)):
            continue
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


def _names(part: str) -> tuple[str, ...]:
    """The place names in a part of a source line: 河北雄安新区 is half told by a session on 雄安新区."""
    from flashcards import segment

    return tuple(word for word, tag in segment.words(part) if tag.startswith("ns"))


def _accepted(source: Source, ask: str) -> tuple[str, ...]:
    """Other ways to give the answer: the ISO date, a place without its province, an occasion without 在 and 的讲话."""
    value, shown = getattr(source, ask) or "", said(source, ask)
    found = [value] if value != shown else []
    if ask == "place":
        provinces = terms.table().groups["省级行政区"]
        found += [shown[len(p) :].lstrip("省市") for p in provinces if shown.startswith(p) and len(shown) > len(p) + 1]
    if ask == "occasion":
        bare = shown.removeprefix("在")
        found += [bare, *(bare.removesuffix(end).removesuffix("上") for end in SPEECHES if bare.endswith(end))]
    return tuple(dict.fromkeys(text for text in found if text and text != shown))
