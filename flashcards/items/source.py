"""Source 出处: whose words these are, said when, where, on what occasion; and back: the source line, completed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flashcards import distractors
from flashcards.distractors import terms
from flashcards.gaps.stems import Stem, balanced
from flashcards.gaps.subject import nobody
from flashcards.items.alone import is_complete, points_back
from flashcards.items.view import View, is_damaged, occurrences, trimmed
from flashcards.model import Analysis, Context, Gap, Item, Passage, Phrases, Place, Sentence, Source

ASKS = ("occasion", "author", "title")  # of words; when and where they were said the source line asks
OPENING = 6  # characters of a passage that settle which question it gets
LINE = ("date", "place", "author", "title", "occasion")
LEAST, MOST = 12, 120  # characters of a quotation
ENDS = "。！；…”」』）"  # of what says something whole; a list of titles does not
TOP = 10  # keyphrases of a passage, that say what it is about
SHORT = 4  # characters of a title that any two of them tell: 榅桲, 文周王
LONG = 4  # characters of a term that a source comes back to
_SEMICOLON = re.compile("(?<=[；;])")
SPEECHES = ("的讲话", "的讲稿", "上的致辞", "的发言", "的报告", "的講話", "的發言", "的報告")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of a sentence that can be quoted, and how much it says of what its passage is about."""

    sentence: int
    stem: Stem
    score: float


def make(view: View) -> Iterator[Item]:
    """From words to their source, once a passage; from the source line to its parts, once a source.

    Only where the source is sure, and only what tells the sources of the document apart; a document of one source is
    asked once for its title, or its author where it has none, if somebody said or signed it: nobody asks from which
    article of an encyclopedia a fact is. The line is that of something said: who published an article when is not worth
    knowing.
    """
    sure = [a for a in view.analyses if not a.passage.source_unsure]
    sources = list(dict.fromkeys(a.passage.source for a in view.analyses))
    if len(sources) > 1:
        asked = _asked(sources)
        for analysis in sure:
            yield from _from_words(view, analysis, asked[analysis.passage.source])
    elif sure and (sources[0].author or sources[0].occasion):
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


def _asked(sources: Sequence[Source]) -> dict[Source, dict[str, frozenset[str]]]:
    """The questions that each source answers in a way no other does, with the words that would give the answer away."""
    answers = {ask: [said(source, ask) for source in sources] for ask in ASKS}
    often = {ask: Counter(given) for ask, given in answers.items()}
    return {
        source: {
            ask: _content(given[at], ask, given)
            for ask, given in answers.items()
            if given[at] and often[ask][given[at]] == 1
        }
        for at, source in enumerate(sources)
    }


def _from_words(view: View, analysis: Analysis, asked: Mapping[str, frozenset[str]]) -> Iterator[Item]:
    """One question about a passage: of those whose answer does not show in a good sentence, one by its opening."""
    quotations = _quotations(view, analysis) if asked else []
    asks = list(asked) if quotations else []
    if len(asks) > 1:
        # By how the passage opens, question by question: an edit further on, or a question more, changes nothing.
        opening = analysis.passage.text[:OPENING]
        asks.sort(key=lambda ask: distractors.seed("source", opening, ask), reverse=True)
    for ask in asks:
        quotation = _best(view, analysis, quotations, asked[ask])
        if quotation is not None:
            yield _item(view, analysis, ask, quotation)
            return


def _whole(view: View, sure: Sequence[Analysis], source: Source) -> Iterator[Item]:
    """For a document of one source: its title, else its author, from the first sentence that can be asked."""
    for ask in ("title", "author"):
        answer = said(source, ask)
        telling = _content(answer, ask, [answer])
        for analysis in sure if answer else ():
            quotation = _best(view, analysis, _quotations(view, analysis), telling)
            if quotation is not None:
                yield _item(view, analysis, ask, quotation)
                return


def _item(view: View, analysis: Analysis, ask: str, quotation: Quotation) -> Item:
    source, stem = analysis.passage.source, quotation.stem
    return Item(
        kind="source",
        ask=ask,
        stem=stem.text,
        gaps=(),
        answer=said(source, ask),
        passage=analysis.passage,
        place=Place(quotation.sentence, stem.start),
        accepted=_accepted(source, ask),
        context=view.context(analysis.passage, quotation.sentence),
    )


def _content(answer: str, ask: str, answers: Sequence[str]) -> frozenset[str]:
    """The words of an answer that would give it away: of two and more characters, and not in all the ``answers``."""
    if ask == "title" and len(answer) <= SHORT:
        return frozenset((answer, *(answer[at : at + 2] for at in range(len(answer) - 1))))
    words = (word for word in _words(answer) if len(word) > 1)
    return frozenset(w for w in words if len(answers) == 1 or not all(w in other for other in answers))


@lru_cache(maxsize=1 << 10)
def _words(text: str) -> tuple[str, ...]:
    from flashcards import segment

    words = segment.words(text)
    return tuple(word for word, tag in words if tag[0] in "nmtjlivbz")


def _quotations(view: View, analysis: Analysis) -> list[Quotation]:
    """The whole sentences, or parts between semicolons, that are not too short and hold what is characteristic of the
    source of a passage; first those that say most of what the passage is about.

    Characteristic is what stands under no other source, and is a name, or what the source comes back to.
    """
    phrases, rows = analysis.keyphrases, analysis.keyphrases.rows
    texts = phrases.document.texts
    marks = {texts[row] for row in rows[view.names_of_one_source[rows]].tolist()}
    top = rows[:TOP]
    marks |= {texts[row] for row in top[view.of_one_source[top]].tolist() if _comes_back(phrases.document, row)}
    scores = list(zip(phrases.texts, phrases.scores, strict=True)) if marks else []
    found = []
    for index, sentence in enumerate(analysis.sentences) if marks else ():
        for stem in () if is_damaged(sentence.text) else _parts(sentence):
            text = stem.text
            if len(text) >= LEAST and text[-1] in ENDS and any(mark in text for mark in marks):
                score = sum([score for phrase, score in scores if phrase in text]) + min(len(text), 40) / 1000
                found.append(Quotation(index, stem, score))
    return sorted(found, key=lambda quotation: -quotation.score)


def _best(view: View, analysis: Analysis, quotations: Iterable[Quotation], telling: frozenset[str]) -> Quotation | None:
    """The first quotation that does not give the answer away and hangs on no other sentence; in a short text or one of
    facts it must name somebody, too. Few are asked that, for it takes long to see."""
    silent = (q for q in quotations if not any(word in q.stem.text for word in telling))
    return next((q for q in silent if _stands_alone(view, analysis, q)), None)


def _stands_alone(view: View, analysis: Analysis, quotation: Quotation) -> bool:
    text = quotation.stem.text
    if not is_complete(text) or points_back(text):
        return False
    return not view.text.strict or not nobody(analysis, analysis.sentences[quotation.sentence], quotation.stem)


def _parts(sentence: Sentence) -> Iterator[Stem]:
    """The sentence where it is not too long, else its parts between semicolons that are not."""
    pieces = [sentence.text] if len(sentence.text.strip()) <= MOST else _SEMICOLON.split(sentence.text)
    at = 0
    for piece in pieces:
        start, text = trimmed(piece, at)
        at += len(piece)
        if len(text) <= MOST and balanced(text):
            yield Stem(start, text, ())


def _comes_back(phrases: Phrases, row: int) -> bool:
    """Whether a phrase is long enough to be a term, and stands in more sentences than one."""
    if len(phrases.texts[row]) < LONG:
        return False
    first, end = phrases.bounds[row : row + 2].tolist()
    passages, sentences = phrases.places[:2, first:end].tolist()
    return len(set(zip(passages, sentences, strict=True))) > 1


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
