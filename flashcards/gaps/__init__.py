"""Stage 5 of 7, second half: from ranked phrases to the gaps an examiner would choose.

A prospect is one phrase at one place. Each is judged by the phrase's rank and by its place (`examiner`), or turned
down; then every passage gets its share of the best, with distance between them, and those that would be taken are
looked at once more, with their stems (`doubts`). docs/keyphrases.md tells the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, repeat
from typing import NamedTuple

from flashcards.gaps import doubts, examiner, grid, places, prospects, review, stems
from flashcards.gaps.asked import Asked, related
from flashcards.gaps.batch import Batch
from flashcards.gaps.front import Front
from flashcards.gaps.patterns import Definition, Enumeration, definitions, lists
from flashcards.gaps.prospects import Here, Prospect
from flashcards.gaps.telling import BARE, Telling, Told
from flashcards.gaps.text import Text
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Gap, Keyphrase, Occurrence, Passage, Sentence
from flashcards.settings import Settings

__all__ = ["Choice", "Definition", "Enumeration", "Survey", "choose", "choose_all", "definitions", "lists", "survey"]

CONTENT_PER_GAP = 15  # content words a gap at density 1: 4 to 7 gaps in a dense passage of 200 characters
CLOSEST = 8  # at most one gap in so many content words, whatever the density
LEAST = 0.46  # what a prospect must be worth at density 1
LEAST_OF_FACTS = 0.65  # the same in a short text of facts, where most words are told once
HAIR = 0.08  # a gap that fell short by no more is shown in the review file
FEW = 40  # prospects of a passage that is asked nothing else are tried with less strictness
TELLING = 26  # characters a stem must show where it shows no name and no rare word
ANCHORED = 13  # a stem that begins with 它 or 从此 must show so many, to tell of what it speaks
NUMBERS = 4  # at most one gap in so many asks a number or a date
_TITLED = frozenset("《“「『")


class Choice(NamedTuple):
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


def choose(analyses: Sequence[Analysis], settings: Settings) -> tuple[Choice, ...]:
    """The gaps of one document in reading order. Raises BadConfiguration for a damaged review file."""
    return choose_all([analyses], settings)[0][1]


def choose_all(documents: Sequence[Sequence[Analysis]], settings: Settings) -> list[tuple[Text, tuple[Choice, ...]]]:
    """What is known of each document, and its gaps in reading order: those that `choose` gives of it by itself.

    Raises BadConfiguration for a damaged review file.
    """
    return [(text, found.chosen) for text, found in _surveys(documents, settings, spare=False)]


def survey(analyses: Sequence[Analysis], settings: Settings) -> Survey:
    """Choose the gaps of one document and keep what fell short by little, for the review file.

    The decisions of the user's review file (`settings.review`) hold: dropped gaps are not asked, locked ones are.
    """
    return next(_surveys([analyses], settings, spare=True))[1]


@dataclass(frozen=True, slots=True)
class _Task:
    """How a document is asked: what the user wants and decided, what the rules must know of it, and whether what fell
    short by a hair is kept, too (``spare``)."""

    settings: Settings
    verdicts: review.Review
    text: Text
    spare: bool


def _surveys(documents: Sequence[Sequence[Analysis]], settings: Settings, spare: bool) -> Iterator[tuple[Text, Survey]]:
    """The survey of each document, and what is known of it. What lies in arrays is worked out for all of them at once,
    what the gaps taken so far decide one document after the other."""
    verdicts = review.load(settings.review) if settings.review else review.Review()
    batch = Batch.of(documents)
    texts = Text.of_all(batch, settings)
    sentences = [[sentence for analysis in analyses for sentence in analysis.sentences] for analyses in documents]
    layout = grid.build(sentences)
    telling = Telling.of(layout)
    passages = prospects.of(batch, layout, telling, texts)
    for own, text, here in zip(sentences, texts, passages, strict=True):
        decided = verdicts.within(sentence.text for sentence in own) if verdicts.entries else verdicts
        yield text, _survey(here, telling, _Task(settings, decided, text, spare))


def _survey(passages: Iterable[Here], telling: Telling, task: _Task) -> Survey:
    if not task.text.tiny:
        return _asked(passages, telling, task)
    passages = tuple(passages)
    found = _asked(passages, telling, task)
    # Two sentences may leave nothing to a strict reader; who typed them would rather have something.
    return found if found.chosen else _asked(passages, telling, replace(task, text=task.text.anything()))


def _asked(passages: Iterable[Here], telling: Telling, task: _Task) -> Survey:
    """The gaps of every passage. One that would have none gets one, if only of what the text says once."""
    asked = Asked()
    chosen: list[Choice] = []
    rejected: list[Choice] = []
    decided, lenient = bool(task.verdicts.entries), task.text.lenient
    for here in passages:
        told = telling.of_passage(here.first, len(here.analysis.sentences))
        forced = list(_locked(here.analysis, task))
        # What the user decided about is counted, though it is too barren to be asked.
        found = here.best_first(asked, barren=decided, lenient=lenient)
        taken, left = _taken(here.analysis, found, told, forced, task)
        last_resort = lenient or not taken
        if not taken:
            few = islice(here.best_first(asked, barren=True), FEW)
            taken, left = _taken(here.analysis, few, told, forced, replace(task, text=task.text.any_phrase()))
        if last_resort:
            taken = taken[: max(1, len(forced))]
        for choice in taken:
            asked.note(choice.phrase, choice.passage.number, choice.whole, choice.start + choice.gaps[0].start)
        chosen += sorted(taken, key=_reading_order)
        rejected += sorted(left, key=_reading_order)
    return Survey(tuple(chosen), tuple(rejected))


def _reading_order(choice: Choice) -> tuple[int, int]:
    return choice.sentence, choice.start + choice.gaps[0].start


def _locked(analysis: Analysis, task: _Task) -> Iterator[Choice]:
    """The gaps that the user locked: the answer in the most similar sentence of the passage, whatever the rules say."""
    for entry in task.verdicts.locked(analysis.passage.document):
        near = [
            (review.similarity(entry.sentence, sentence.text), -index)
            for index, sentence in enumerate(analysis.sentences)
            if entry.answer in sentence.text
        ]
        if near and max(near)[0] >= review.SIMILAR:
            index = -max(near)[1]
            start = analysis.sentences[index].text.index(entry.answer)
            place = Occurrence(analysis.passage.number, index, start, start + len(entry.answer))
            phrase = Keyphrase(entry.answer, 1.0, occurrences=(place,))
            sentence = analysis.sentences[index]
            stem = stems.cut(sentence, place.start, place.end)
            first, end = places.word_at(sentence, place.start), places.word_at(sentence, place.end)
            prospect = Prospect.of(phrase, place, first, end, 1.0, lambda: ("locked in the review file",))
            yield _made(analysis, prospect, stem, task.settings)


def _taken(
    analysis: Analysis,
    found: Iterable[Prospect],
    told: Told,
    forced: Sequence[Choice],
    task: _Task,
) -> tuple[list[Choice], list[Choice]]:
    """The passage's share of the prospects, best first, and (if ``spare``) those that fell short by a hair."""
    settings, verdicts, spare = task.settings, task.verdicts, task.spare
    content = sum(told.content)
    room = max(1, min(round(content / CONTENT_PER_GAP * settings.density), content // CLOSEST))
    least = (LEAST_OF_FACTS if task.text.short and task.text.factual else LEAST) / max(1.0, settings.density)
    taken = Taken(forced)
    left: list[Choice] = []
    ruled = _ruled(analysis, found, verdicts)
    # What the user dropped keeps its room, so that one line struck out brings in nothing else and moves nothing.
    room -= sum(decision == "drop" for _, decision in ruled) if verdicts.entries else 0
    for prospect, decision in ruled:
        full, value = len(taken.choices) >= room, prospect.value
        poor = (value < least and (taken.choices or value < least / 2)) or value < task.text.floor
        # What follows is worth no more; it matters only as what fell short by a hair.
        done = full and (len(left) >= room or not spare)
        hopeless = (value < least - HAIR and taken.choices) if spare else poor
        if (done or hopeless) and not verdicts.entries:
            break
        if decision == "drop" or taken.asks(prospect.text):
            continue
        if taken.crowded(prospect, told.content[prospect.sentence], room):
            continue
        choice = _choice(analysis, prospect, told, task)
        if choice is None or taken.clashes(choice):
            continue
        why = ""
        if decision != "keep" and (poor or full):
            why = "worth too little" if poor else "the passage has its share"
        if not why:
            taken.add(choice)
            if len(taken.choices) >= room and not spare and not verdicts.entries:
                break  # the next one need not be looked for
        elif spare and len(left) < room:
            left.append(_with_reason(choice, why))
    return taken.choices, left


def _ruled(analysis: Analysis, found: Iterable[Prospect], verdicts: review.Review) -> Iterable[tuple[Prospect, str]]:
    """The prospects with the user's decisions, those to keep before all others."""
    if not verdicts.entries:
        return ((prospect, "") for prospect in found)
    document, sentences = analysis.passage.document, analysis.sentences
    ruled = [(p, verdicts.decision(document, p.text, sentences[p.sentence].text)) for p in found]
    return sorted(ruled, key=lambda pair: pair[1] != "keep")


class Taken:
    """The gaps taken in one passage so far: how many in each sentence, what they hide and what they ask."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.choices: list[Choice] = []
        self._asked: list[str] = []
        self._gaps: dict[int, int] = {}
        self._hidden: list[tuple[int, int, int]] = []
        self._numbers = 0
        for choice in choices:
            self.add(choice)

    def add(self, choice: Choice) -> None:
        """Take one more."""
        self.choices.append(choice)
        self._asked.append(choice.phrase)
        self._gaps[choice.sentence] = self._gaps.get(choice.sentence, 0) + 1
        self._hidden.append(_span(choice))
        self._numbers += choice.kind in ("number", "date")

    def asks(self, phrase: str) -> bool:
        """Whether the phrase, a part of it or a longer one is asked already."""
        return any(map(related, repeat(phrase), self._asked))

    def crowded(self, prospect: Prospect, content: int, room: int) -> bool:
        """Whether the sentence (of ``content`` content words) has its share of gaps, or the passage of numbers."""
        gaps = self._gaps.get(prospect.sentence, 0)
        if gaps and gaps >= content // CLOSEST:
            return True
        return prospect.kind in ("number", "date") and self._numbers >= max(1, room // NUMBERS)

    def clashes(self, choice: Choice) -> bool:
        """Whether the choice overlaps a better one of its sentence, or asks what a better one asks."""
        sentence, start, end = _span(choice)
        hidden = any(other == sentence and start < z and a < end for other, a, z in self._hidden)
        return hidden or self.asks(choice.phrase)


def _span(choice: Choice) -> tuple[int, int, int]:
    """Sentence, start and end of what the first gap of a choice hides."""
    at = choice.start + choice.gaps[0].start
    return choice.sentence, at, at + len(choice.phrase)


def _choice(analysis: Analysis, prospect: Prospect, told: Told, task: _Task) -> Choice | None:
    """A prospect with its stem, where they make a card."""
    front = Front(analysis, prospect, task.text)
    user = front.kind == "user"
    # What costs least comes first: most of what is turned down needs no stem for that.
    around = _around(front, told)
    if not user and (around[0] < _least(front) or doubts.of_words(front)):
        return None
    answer, stem = front.answer, front.stem
    if stems.given_away(answer, stem) or not stems.enough(answer, stem) or not _clean_cuts(front.sentence, stem):
        return None
    if not user and (not _tells_enough(front, told, around) or doubts.of_stem(front)):
        return None
    return _made(analysis, prospect, stem, task.settings)


def _least(front: Front) -> int:
    """How many words that tell something a stem must show."""
    return BARE + (len(front.answer) <= 2 and front.kind == "term")


def _around(front: Front, told: Told) -> tuple[int, bool]:
    """How many words of a sentence tell something beside the phrase, and whether one is a name: what a stem shows at
    the most."""
    at = told.firsts[front.index]
    first, end, last = at + front.first, at + front.end, at + len(front.sentence.tokens)
    telling, names = told.telling, told.names
    seen = telling[first] - telling[at] + telling[last] - telling[end]
    return seen, names[first] - names[at] + names[last] - names[end] > 0


def _tells_enough(front: Front, told: Told, around: tuple[int, bool]) -> bool:
    """Whether a stem is whole and shows enough to answer from: words of content, and a name or much else. Stands all of
    the sentence ``around`` the gap, it shows what that tells."""
    sentence, stem = front.sentence, front.stem
    if len(stem.text) == len(sentence.text) and len(stem.gaps) == 1:
        seen, named = around
    else:
        seen, named = told.by(front.index, sentence, stem)
    if seen < _least(front):
        return False
    if seen < ANCHORED and stems.refers_back(stem.text):
        return False
    if not named and not _names_something(stem, front.kind):
        return False
    if stems.torn(stem.text) or stems.adrift(sentence, stem):
        return False
    return not (stems.garbled(sentence.text) or stems.unfinished(stem.text))


def _names_something(stem: stems.Stem, kind: str) -> bool:
    """Whether a stem shows a title, or else (unless a number is asked) 26 characters."""
    if not _TITLED.isdisjoint(stem.visible):
        return True
    if kind in ("number", "date"):
        return False
    return stems.shows(stem, TELLING)


def _made(analysis: Analysis, prospect: Prospect, stem: stems.Stem, settings: Settings) -> Choice:
    sentence, kind = analysis.sentences[prospect.sentence], prospect.kind
    text = sentence.text[prospect.start : prospect.stop]
    return Choice(
        analysis.passage,
        prospect.sentence,
        stem.start,
        stem.text,
        stem.gaps,
        text,
        kind,
        stems.hint(text, kind, settings.lang, known=prospect.times > 1),
        prospect.reasons,
        sentence.text,
        prospect.value,
    )


def _clean_cuts(sentence: Sentence, stem: stems.Stem) -> bool:
    """Whether every gap of the stem hides whole words, and none is a part of a term (雄安|新区|, 吸蜜|鹦鹉亚科|)."""
    if len(stem.gaps) == 1:
        return True
    for gap in stem.gaps:
        place = Occurrence(0, 0, stem.start + gap.start, stem.start + gap.end)
        tokens, before, behind = places.around(sentence, place)
        if not tokens or tokens[0].start != place.start or tokens[-1].end != place.end:
            return False
        short = gap.end - gap.start <= 2 or (behind is not None and len(behind.text) == 1)
        if short and places.word_class(behind) in examiner.HEADS:
            return False
        if places.word_class(before) in (b.NUMBER, b.DIGITS):
            return False
        if places.word_class(before) in examiner.QUALIFIERS and (gap.end - gap.start <= 3 or places.rare(before)):
            return False
    return True


def _with_reason(choice: Choice, why: str) -> Choice:
    return choice._replace(reasons=(*choice.reasons, why))
