"""Stage 5 of 7, second half: from ranked phrases to the gaps an examiner would choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flashcards.model import Analysis, Gap, Keyphrase, Passage, Sentence
from flashcards.patterns import Definition, Enumeration, definitions, lists
from flashcards.settings import Settings

__all__ = ["Choice", "Definition", "Enumeration", "choose", "definitions", "lists"]

STEM = 80


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


def choose(analyses: Sequence[Analysis], settings: Settings) -> tuple[Choice, ...]:
    """The gaps of one document in reading order, best first within a sentence left to `Choice.score`."""
    return tuple(choice for analysis in analyses for choice in _of_passage(analysis, settings))


def _of_passage(analysis: Analysis, settings: Settings) -> list[Choice]:
    wanted = max(1, round(len(analysis.passage.text) / 40 * settings.density))
    chosen: list[Choice] = []
    for phrase in analysis.keyphrases:
        if len(chosen) >= wanted:
            break
        place = next((o for o in phrase.occurrences if o.passage == analysis.passage.number), None)
        if place is not None:
            chosen.append(_choice(analysis, phrase, place.sentence))
    return sorted(chosen, key=lambda c: (c.sentence, c.start + c.gaps[0].start))


def _choice(analysis: Analysis, phrase: Keyphrase, index: int) -> Choice:
    sentence = analysis.sentences[index]
    at = sentence.text.find(phrase.text)
    start, end = _stem(sentence, at, at + len(phrase.text))
    stem = sentence.text[start:end]
    gaps, place = [], stem.find(phrase.text)
    while place >= 0:
        gaps.append(Gap(place, place + len(phrase.text)))
        place = stem.find(phrase.text, place + len(phrase.text))
    return Choice(
        analysis.passage, index, start, stem, tuple(gaps), phrase.text, phrase.kind, "", (), sentence.text, phrase.score
    )


def _stem(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """The clauses around a span, as many as fit into about 80 characters."""
    if len(sentence.text) <= STEM:
        return 0, len(sentence.text)
    cuts = sorted({0, *sentence.clauses, len(sentence.text)})
    left = max(cut for cut in cuts if cut <= start)
    right = min(cut for cut in cuts if cut >= end)
    while True:
        before = max((cut for cut in cuts if cut < left), default=left)
        after = min((cut for cut in cuts if cut > right), default=right)
        if before < left and right - before <= STEM:
            left = before
        elif after > right and after - left <= STEM:
            right = after
        else:
            return left, right
