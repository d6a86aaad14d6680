"""Stage 5 of 7, second half: from ranked phrases to the gaps an examiner would choose.

A prospect is one phrase at one place. Each is judged by the phrase's rank and by its place (`examiner`), or turned
down; then every passage gets its share of the best, with distance between them. docs/keyphrases.md tells the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flashcards import examiner, stems
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Gap, Keyphrase, Occurrence, Passage, Sentence
from flashcards.patterns import Definition, Enumeration, definitions, lists
from flashcards.settings import Settings

__all__ = ["Choice", "Definition", "Enumeration", "Survey", "choose", "definitions", "lists", "survey"]

CONTENT_PER_GAP = 15  # content words a gap at density 1: 4 to 7 gaps in a dense passage of 200 characters
CLOSEST = 8  # at most one gap in so many content words, whatever the density
LEAST = 0.32  # what a prospect must be worth at density 1
HAIR = 0.08  # a gap that fell short by no more is shown in the review file
AGAIN = 0.15  # what a phrase loses each time it was asked in an earlier passage
NUMBERS = 3  # at most one gap in so many asks a number or a date


@dataclass(frozen=True, slots=True)
class Choice:
    """One phrase to be asked in one sentence: the gaps are all its occurrences in the stem.

    ``sentence`` is the index in the analysis, ``start`` the offset of the stem in that sentence, gaps are spans in
    the stem. ``hint`` is empty where the gap needs none. ``reasons`` say in words why it was chosen.
    ``whole`` is the text of the sentence.
    """

    passage: Passage
    sentence: int
    start: int
    stem: str
    gaps: tuple[Gap, ...]
    phrase: str
    kind: str
    hint: str
    reasons: tuple[str, ...]
    whole: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Survey:
    """The gaps chosen in reading order, and those rejected by a hair, whose last reason tells why."""

    chosen: tuple[Choice, ...]
    rejected: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """A phrase at a place and what it is worth there."""

    phrase: Keyphrase
    place: Occurrence
    value: float
    reasons: tuple[str, ...]


def choose(analyses: Sequence[Analysis], settings: Settings) -> tuple[Choice, ...]:
    """The gaps of one document in reading order. Raises BadConfiguration for a damaged review file."""
    return survey(analyses, settings).chosen


def survey(analyses: Sequence[Analysis], settings: Settings) -> Survey:
    """Choose the gaps of one document and keep what fell short by little, for the review file."""
    phrases = {phrase.text: phrase for analysis in analyses for phrase in analysis.keyphrases}
    counts = {text: len(phrase.occurrences) for text, phrase in phrases.items()}
    best = max((phrase.score for phrase in phrases.values() if phrase.kind != "user"), default=0.0)
    asked: Counter[str] = Counter()
    chosen: list[Choice] = []
    rejected: list[Choice] = []
    for analysis in analyses:
        prospects = sorted(
            _prospects(analysis, counts, max(best, 0.05), asked),
            key=lambda p: (-p.value, p.place.sentence, p.place.start, p.phrase.text),
        )
        taken, left = _taken(analysis, prospects, settings)
        asked.update(choice.phrase for choice in taken)
        chosen += sorted(taken, key=_reading_order)
        rejected += sorted(left, key=_reading_order)
    return Survey(tuple(chosen), tuple(rejected))


def _reading_order(choice: Choice) -> tuple[int, int]:
    return choice.sentence, choice.start + choice.gaps[0].start


def _prospects(analysis: Analysis, counts: dict[str, int], best: float, asked: Counter[str]) -> Iterator[Prospect]:
    found = [lists(sentence) for sentence in analysis.sentences]
    for phrase in analysis.keyphrases:
        for place in phrase.occurrences:
            if place.passage != analysis.passage.number:
                continue
            sentence = analysis.sentences[place.sentence]
            judged = examiner.judge(sentence, phrase, place, phrase.score / best, counts, found[place.sentence])
            if judged.fault:
                continue
            if asked[phrase.text]:
                judged.add(-AGAIN * asked[phrase.text], "asked before")
            yield Prospect(phrase, place, round(judged.value, 6), tuple(judged.reasons))


def _taken(analysis: Analysis, prospects: Sequence[Prospect], settings: Settings) -> tuple[list[Choice], list[Choice]]:
    """The passage's share of the prospects, best first, and those that fell short by a hair."""
    content = [sum(map(is_content, sentence.tokens)) for sentence in analysis.sentences]
    room = max(1, min(round(sum(content) / CONTENT_PER_GAP * settings.density), sum(content) // CLOSEST))
    least = LEAST / max(1.0, settings.density)
    taken: list[Choice] = []
    left: list[Choice] = []
    for prospect in prospects:
        if prospect.value < least - HAIR and taken:
            break
        choice = _choice(analysis, prospect, settings)
        if choice is None:
            continue
        why = _obstacle(choice, taken, content[choice.sentence], room)
        if not why and prospect.value < least and (taken or prospect.value < least / 2):
            why = "worth too little"
        if not why and len(taken) >= room:
            why = "the passage has its share"
        if not why:
            taken.append(choice)
        elif why in ("worth too little", "the passage has its share") and len(left) < room:
            left.append(_with_reason(choice, why))
    return taken, left


def is_content(token: object) -> bool:
    """Whether a word carries content: no function word, adverb, mark or bare number."""
    kind = examiner.word_class(token)  # type: ignore[arg-type]
    return kind not in (b.FUNCTION, b.MARK, b.ADVERB, b.LOCATION, b.MEASURE)


def _obstacle(choice: Choice, taken: Sequence[Choice], content: int, room: int) -> str:
    """Why the choice cannot stand beside those already taken."""
    here = [other for other in taken if other.sentence == choice.sentence]
    if len(here) >= max(1, content // CLOSEST):
        return "the sentence has its share"
    at = choice.start + choice.gaps[0].start
    for other in here:
        start = other.start + other.gaps[0].start
        if start < at + len(choice.phrase) and at < start + len(other.phrase):
            return "overlaps a better one"
    if any(choice.phrase in other.phrase or other.phrase in choice.phrase for other in taken):
        return "asks what a better one asks"
    if choice.kind in ("number", "date"):
        numbers = sum(other.kind in ("number", "date") for other in taken)
        if numbers >= max(1, room // NUMBERS):
            return "enough numbers"
    return ""


def _choice(analysis: Analysis, prospect: Prospect, settings: Settings) -> Choice | None:
    sentence = analysis.sentences[prospect.place.sentence]
    place, phrase = prospect.place, prospect.phrase
    text = sentence.text[place.start : place.end]
    stem = stems.cut(sentence, place.start, place.end)
    if stems.given_away(text, stem) or not stems.enough(text, stem):
        return None
    return Choice(
        analysis.passage,
        place.sentence,
        stem.start,
        stem.text,
        stem.gaps,
        text,
        phrase.kind,
        stems.hint(text, phrase.kind, settings.lang),
        prospect.reasons,
        sentence.text,
        prospect.value,
    )


def _with_reason(choice: Choice, why: str) -> Choice:
    from dataclasses import replace

    return replace(choice, reasons=(*choice.reasons, why))
