"""Source 出处: whose words these are, said when, where, on what occasion; and back: the source line, completed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from flashcards import distractors
from flashcards.distractors import terms
from flashcards.gaps.stems import Stem, cut
from flashcards.items.view import View, occurrences
from flashcards.model import Analysis, Context, Gap, Item, Passage, Place, Source

ASKS = ("occasion", "place", "date", "author", "title")
LINE = ("date", "place", "author", "title", "occasion")
LEAST = 12  # characters of a quotation
SPEECHES = ("的讲话", "的讲稿", "上的致辞", "的发言", "的报告", "的講話", "的發言", "的報告")


def make(view: View) -> Iterator[Item]:
    """From words to their source, once a passage; from the source line to its parts, once a source.

    Only where the source is sure, and only what tells the sources of the document apart; a document of one source is
    asked once for its title and its author.
    """
    sure = [a for a in view.analyses if not a.passage.source_unsure]
    sources = list(dict.fromkeys(a.passage.source for a in view.analyses))
    for analysis in sure:
        yield from _from_words(view, analysis, _telling_asks(analysis.passage.source, sources), sources)
    if len(sources) == 1 and sure:
        yield from _whole(view, sure, sources[0])
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


def _from_words(view: View, analysis: Analysis, asks: Sequence[str], sources: Sequence[Source]) -> Iterator[Item]:
    """One question about a passage: of those whose answer does not show in a good sentence of it, one by its text."""
    possible = []
    for ask in asks:
        quotation = _quotation(analysis, _content(analysis.passage.source, ask, sources))
        if quotation is not None:
            possible.append((ask, quotation))
    if possible:
        ask, (index, stem) = possible[distractors.seed("source", analysis.passage.text) % len(possible)]
        yield _item(view, analysis, ask, index, stem)


def _whole(view: View, sure: Sequence[Analysis], source: Source) -> Iterator[Item]:
    """For a document of one source: its title and its author, each from the sentence that tells most of it."""
    for ask in ("title", "author"):
        if said(source, ask):
            found = [(a, q) for a in sure if (q := _quotation(a, _content(source, ask, [source]))) is not None]
            if found:
                analysis, (index, stem) = found[0]
                yield _item(view, analysis, ask, index, stem)


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
    words = _words(said(source, ask))
    return frozenset(w for w in words if len(w) > 1 and not (others and all(w in other for other in others)))


@lru_cache(maxsize=1 << 10)
def _words(text: str) -> tuple[str, ...]:
    from flashcards import segment

    words = segment.words(text)
    return tuple(word for word, tag in words if tag[0] in "nmtjlivbz")


def _quotation(analysis: Analysis, telling: frozenset[str]) -> tuple[int, Stem] | None:
    """The clauses around the best phrase that say most of what a passage is about, and not the answer.

    None where every sentence is too short or gives the answer away.
    """
    best: tuple[float, int, Stem] | None = None
    scores: dict[str, float] = {}  # many phrases stand in the same few clauses
    for phrase in analysis.keyphrases:
        for index, sentence in enumerate(analysis.sentences):
            at = sentence.text.find(phrase.text)
            if at < 0:
                continue
            stem = cut(sentence, at, at + len(phrase.text))
            score = scores.get(stem.text)
            if score is None:
                score = scores[stem.text] = _telling(stem.text, analysis, telling)
            if score and (best is None or score > best[0]):
                best = (score, index, stem)
    return None if best is None else best[1:]


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
