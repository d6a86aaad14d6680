"""From the passages of a document to its key phrases: lay out, find, weigh, rank, and say where each one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flashcards.keyphrases import candidates as find
from flashcards.keyphrases import features, kinds, statement, termhood, terms
from flashcards.keyphrases.background import vocabulary
from flashcards.keyphrases.candidates import Candidates
from flashcards.keyphrases.grid import BODY, HEADING, TITLE, Grid, Segment, build
from flashcards.keyphrases.ranking import ranker
from flashcards.model import Analysis, Keyphrase, Occurrence, Passage, Reason, Sentence
from flashcards.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Cut = tuple[Passage, tuple[Sentence, ...]]

WINDOW = 20_000  # tokens ranked together; a longer document is ranked window by window, so time stays linear
REASONS = 6


def analyse(passages: Sequence[Passage], settings: Settings, *, explain: bool = False) -> tuple[Analysis, ...]:
    """Cut the passages of one document into sentences and rank its key phrases over the whole document.

    ``explain`` adds to each phrase its reasons and the phrases it beat. Raises BadConfiguration for a term list that
    cannot be read.
    """
    from flashcards import segment

    own = terms.load(settings)
    cut = list(zip(passages, segment.sentences_of(passages, own.forced), strict=True))
    of_passage: dict[int, list[Keyphrase]] = {passage.number: [] for passage in passages}
    for phrase in _merged([rank_window(window, own, explain) for window in _windows(cut)]):
        places = phrase.occurrences
        for number in (places[0].passage,) if len(places) == 1 else {place.passage for place in places}:
            of_passage[number].append(phrase)
    return tuple(Analysis(passage, sentences, tuple(of_passage[passage.number])) for passage, sentences in cut)


def best(analyses: Sequence[Analysis], top: int) -> list[Keyphrase]:
    """The ``top`` best phrases of a document, best first."""
    phrases = {phrase.text: phrase for analysis in analyses for phrase in analysis.keyphrases}
    return sorted(phrases.values(), key=_order)[:top]


def rank(text: str, *, title: str = "", top: int = 15) -> list[Keyphrase]:
    """The ``top`` best key phrases of a text, best first, with their reasons. Each line counts as a passage."""
    lines = [line for line in text.split("\n") if line.strip()]
    passages = [Passage(f"-#{n}", "-", n, line, (n, n), title=title or None) for n, line in enumerate(lines, start=1)]
    return best(analyse(passages, Settings(), explain=True), top)


def _order(phrase: Keyphrase) -> tuple[float, int, int, int, str]:
    place = phrase.occurrences[0]
    return (-phrase.score, place.passage, place.sentence, place.start, phrase.text)


def _merged(windows: Sequence[Sequence[Keyphrase]]) -> Sequence[Keyphrase]:
    """The phrases of all windows, best first: a text that several have counts as one phrase, by its better score."""
    ranked: dict[str, Keyphrase] = {}
    for phrases in windows:
        for phrase in phrases:
            old = ranked.setdefault(phrase.text, phrase)
            if old is not phrase:
                better = old if old.score >= phrase.score else phrase
                ranked[phrase.text] = replace(better, occurrences=old.occurrences + phrase.occurrences)
    if len(windows) == 1 and len(ranked) == len(windows[0]):
        return windows[0]
    return sorted(ranked.values(), key=_order)


def _windows(cut: Sequence[Cut]) -> Iterator[list[Cut]]:
    """Passages in order, as many as make up `WINDOW` tokens; a longer passage is cut between sentences."""
    window: list[Cut] = []
    size = 0
    for passage, sentences in cut:
        length = sum(len(sentence.tokens) for sentence in sentences)
        if window and size + length > WINDOW:
            yield window
            window, size = [], 0
        window.append((passage, sentences))
        size += length
    if window:
        yield window


def _segments(window: Sequence[Cut]) -> list[Segment]:
    """Title, headings and sentences of a window, their words in simplified script."""
    from flashcards import segment

    made: list[Segment] = []
    said: set[str] = set()
    for passage, sentences in window:
        traditional = _traditional(passage)
        for text, zone in ((passage.title, TITLE), (passage.heading, HEADING)):
            if text and text not in said:
                said.add(text)
                made.append(Segment.of(segment.words(_shadow(text, traditional)), zone))
        for index, sentence in enumerate(sentences):
            words = _words(sentence, traditional)
            made.append(Segment(words, sentence.tokens.tags, BODY, passage.number, index))
    return made


def _traditional(passage: Passage) -> bool:
    from flashcards import script

    return passage.script == "zh-Hant" or script.is_traditional(passage.text)


def _shadow(text: str, traditional: bool) -> str:
    from flashcards import script

    return script.simplified_shadow(text) if traditional else text


def _words(sentence: Sentence, traditional: bool) -> Sequence[str]:
    if not traditional:
        return sentence.tokens.texts
    text = _shadow(sentence.text, traditional)
    return [text[token.start : token.end] for token in sentence.tokens]


def rank_window(window: Sequence[Cut], own: terms.Terms, explain: bool) -> list[Keyphrase]:
    """The key phrases of a window with their places in sentences, best first."""
    import numpy as np

    grid = build(_segments(window), vocabulary())
    found = find.find(grid)
    if not len(found.first):
        return []
    model = ranker()
    rows = features.matrix(grid, found, model.shapes)
    kind = kinds.of(grid, found)
    trees = model.scores(rows)
    scores = trees + kinds.bonus(grid, found, kind) + statement.bonus(grid, found)
    scores = np.round(termhood.settled(grid, found, scores), 6)
    numbers, firsts, places = _places(grid, found, _chosen(grid, found, scores))
    text = {passage.number: [sentence.text for sentence in cut] for passage, cut in window}
    names = map(kinds.KINDS.__getitem__, kind[numbers].tolist())
    made = [
        Keyphrase(text[at.passage][at.sentence][at.start : at.end], score, name, (), where)
        for (at, *_), where, score, name in zip(places, places, scores[numbers].tolist(), names, strict=True)
    ]
    if own.weights or own.stopped:
        left = np.array([not own.stops(phrase.text) for phrase in made], np.bool_)
        numbers, firsts = numbers[left], firsts[left]
        made = [own.weigh(phrase) for phrase in made if not own.stops(phrase.text)]
    if explain:
        made = _explained(numbers, made, rows, trees)
    # the same order as `_order` says: of two phrases that begin at one place the text of the shorter one comes first
    order = np.lexsort((found.size[firsts], found.start[firsts], np.array([-phrase.score for phrase in made])))
    return [made[row] for row in order.tolist()]


def _chosen(grid: Grid, found: Candidates, scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """The better part of the candidates, best first: what a deck could ever ask, and a reserve."""
    import numpy as np

    keep = max(60, len(grid.words) // (2 if len(grid.words) < WINDOW // 4 else 4))
    order = np.lexsort((found.start[found.first], -scores))
    special = found.kind > find.TERM
    special[order[:keep]] = False
    return np.concatenate([order[:keep], np.flatnonzero(special)])


def _places(
    grid: Grid, found: Candidates, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[Occurrence, ...]]]:
    """Those of the chosen strings that stand in sentences, of each its first place there (a row of the candidates),
    and where it stands, in order."""
    import numpy as np

    wanted = np.zeros(len(found.first), np.bool_)
    wanted[chosen] = True
    at = found.order[(wanted[found.of] & find.in_body(grid, found))[found.order]]  # string by string
    begin = found.start[at]
    segment = grid.segment[begin]
    offset = grid.starts[np.searchsorted(grid.segment, np.arange(len(grid.segments)))][segment]
    columns = (
        np.array([made.passage for made in grid.segments])[segment].tolist(),
        np.array([made.sentence for made in grid.segments])[segment].tolist(),
        (grid.starts[begin] - offset).tolist(),
        (grid.starts[begin + found.size[at]] - offset).tolist(),
    )
    occurrences = tuple(map(Occurrence, *columns))
    count = np.bincount(found.of[at], minlength=len(wanted))
    numbers = chosen[count[chosen] > 0]
    last = np.cumsum(count)[numbers]
    first = last - count[numbers]
    return numbers, at[first], [occurrences[a:z] for a, z in zip(first.tolist(), last.tolist(), strict=True)]


def _explained(
    numbers: NDArray[np.int64], made: Sequence[Keyphrase], rows: NDArray[np.float32], trees: NDArray[np.float64]
) -> list[Keyphrase]:
    """The phrases with their reasons (the largest contributions) and with the overlapping phrases they beat."""
    parts = ranker().contributions(rows[numbers])
    explained = []
    for number, phrase, part in zip(numbers.tolist(), made, parts, strict=True):
        order = sorted(range(len(part)), key=lambda i: (-abs(part[i]), i))[:REASONS]
        reasons = tuple(
            Reason(features.NAMES[i], round(float(rows[number, i]), 4), round(float(part[i]), 4)) for i in order
        )
        rest = round(phrase.score - float(trees[number]), 4)
        if rest:
            reasons += (Reason(features.TEXT, 0.0, rest),)
        beaten = tuple(
            other.text
            for other in made
            if other.score < phrase.score and (other.text in phrase.text or phrase.text in other.text)
        )[:3]
        explained.append(replace(phrase, reasons=reasons, runners_up=beaten))
    return explained
