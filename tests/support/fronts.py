"""Fronts of cards out of one line: the phrase stands between two bars, what else a rule reads is said beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from flashcards import segment
from flashcards.gaps import doubts, places, stems
from flashcards.gaps.front import Front, Rule
from flashcards.gaps.prospects import Prospect
from flashcards.gaps.text import Text
from flashcards.model import Keyphrase, Occurrence, Passage, Sentence, Source, Token, Tokens
from support.analyses import analysed

CASES = Path(__file__).parents[1] / "cases" / "doubts"
DOCUMENT = Text(short=False, factual=False, tiny=False, best=1.0, counts={})
TABLES = ("RULES", "STRICT", "FIGURES", "PLACES", "TERMS", "STEMS", "ANSWERS")


def cases(room: str) -> list[dict[str, Any]]:
    """The cases of a room of rules."""
    return json.loads((CASES / f"{room}.json").read_text(encoding="utf-8"))


def front(
    marked: str,
    *,
    kind: str = "title",
    times: int = 3,
    score: float = 1.0,
    title: str = "",
    occasion: str = "",
    stem: str = "",
    cut: Sequence[str] = (),
    document: Mapping[str, Any] | None = None,
) -> Front:
    """The front that asks what stands between the bars: a phrase of a kind that the document says so many ``times``.

    ``stem``: the part of the sentence that is shown, if it is not what `stems.cut` shows; ``document``: fields of
    `Text`; ``cut``: the words of the phrase as an unlucky cutter has them; an ``occasion`` is that of a source which is
    not the first to say the phrase.
    """
    before, phrase, behind = marked.split("|")
    source = Source(occasion=occasion or None)
    passage = Passage("d#1", "d", 1, before + phrase + behind, (1, 1), title=title or None, source=source)
    sentences = tuple(_recut(sentence, cut) for sentence in segment.sentences(passage))
    index = next(at for at, s in enumerate(sentences) if s.start <= len(before) < s.start + len(s.text))
    start = len(before) - sentences[index].start
    place = Occurrence(1, index, start, start + len(phrase))
    first = Occurrence(0, 0, 0, len(phrase)) if occasion else place
    occurrences = (first, *(Occurrence(2, at, 0, len(phrase)) for at in range(times - 1)))
    about = Text(**{f.name: getattr(DOCUMENT, f.name) for f in fields(Text)} | dict(document or {}))
    (analysis,) = analysed([(passage, sentences)])
    first, end = (places.word_at(sentences[index], at) for at in (place.start, place.end))
    said = Keyphrase(phrase, score, kind=kind, occurrences=occurrences)
    made = Front(analysis, Prospect.of(said, place, first, end, 1.0, tuple), about)
    if stem:
        at = sentences[index].text.index(stem)
        vars(made)["stem"] = stems.Stem(at, stem, tuple(stems._occurrences(stem, phrase)))
    return made


def _recut(sentence: Sentence, words: Sequence[str]) -> Sentence:
    """A sentence in which some words that stand side by side are cut otherwise, and called nouns."""
    start = sentence.text.find("".join(words)) if words else -1
    if start < 0:
        return sentence
    end = start + len("".join(words))
    ends = list(accumulate(map(len, words), initial=start))
    new = [Token(text=word, pos="n", start=at) for word, at in zip(words, ends, strict=False)]
    before, after = ([t for t in sentence.tokens if t.end <= start], [t for t in sentence.tokens if t.start >= end])
    return replace(sentence, tokens=Tokens.of([*before, *new, *after]))


def pair(case: Mapping[str, Any]) -> tuple[Front, Front]:
    """The front that a case doubts, and its sibling that is asked."""
    facts = case.get("facts", {})
    return front(case["doubted"], **facts), front(case["asked"], **{**facts, **case.get("but", {})})


def rules(room: Any) -> Iterator[tuple[str, str]]:
    """The name and the reason of every rule of a room."""
    for table in TABLES:
        yield from ((name(rule), why) for why, rule in getattr(room, table, ()))


def name(rule: Rule) -> str:
    """The name of a rule."""
    return rule.__name__.strip("_")  # type: ignore[attr-defined]


def doubt(asked: Front) -> str:
    """What speaks against a front."""
    return doubts.of_words(asked) or doubts.of_stem(asked)


def doubt_without(rule: str, asked: Front) -> str:
    """What speaks against a front where one rule is not asked."""
    rules = (*doubts.rules_of_words(asked), *doubts.rules_of_stem(asked))
    return doubts.first(tuple(one for one in rules if name(one[1]) != rule), asked)


def label(case: Mapping[str, Any]) -> str:
    """What a case is called."""
    return f"{case['rule']}: {case['doubted'][:12]}"
