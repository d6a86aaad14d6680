"""From the passages of a document to its key phrases: lay out, find, weigh, rank, and say where each one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    cut = [(passage, segment.sentences(passage, own.forced)) for passage in passages]
    ranked: dict[str, Keyphrase] = {}
    for window in _windows(cut):
        for phrase in rank_window(window, own, explain):
            _merge(ranked, phrase)
    ordered = sorted(ranked.values(), key=_order)
    of_passage: dict[int, list[Keyphrase]] = {passage.number: [] for passage in passages}
    for phrase in ordered:
        for number in {place.passage for place in phrase.occurrences}:
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


def _merge(ranked: dict[str, Keyphrase], phrase: Keyphrase) -> None:
    old = ranked.get(phrase.text)
    if old is None:
        ranked[phrase.text] = phrase
        return
    better = old if old.score >= phrase.score else phrase
    ranked[phrase.text] = Keyphrase(
        phrase.text, better.score, better.kind, better.reasons, old.occurrences + phrase.occurrences, better.runners_up
    )


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
            tags = [token.pos for token in sentence.tokens]
            made.append(Segment(_words(sentence, traditional), tags, BODY, passage.number, index))
    return made


def _traditional(passage: Passage) -> bool:
    from flashcards import script

    return passage.script == "zh-Hant" or script.is_traditional(passage.text)


def _shadow(text: str, traditional: bool) -> str:
    from flashcards import script

    return script.simplified_shadow(text) if traditional else text


def _words(sentence: Sentence, traditional: bool) -> list[str]:
    if not traditional:
        return [token.text for token in sentence.tokens]
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
    chosen = _chosen(grid, found, scores)
    places = _places(grid, found, chosen)
    text = {p.number: [s.text for s in sentences] for p, sentences in window}
    made = []
    for number, score, name in zip(chosen.tolist(), scores[chosen].tolist(), kind[chosen].tolist(), strict=True):
        where = places.get(number)
        if not where:
            continue
        first = where[0]
        word = text[first.passage][first.sentence][first.start : first.end]
        if own.stops(word):
            continue
        score, name = own.weigh(word, score, kinds.KINDS[name])
        made.append((number, Keyphrase(word, score, name, (), where)))
    return _explained(made, rows, trees) if explain else [phrase for _, phrase in made]


def _chosen(grid: Grid, found: Candidates, scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """The better part of the candidates, best first: what a deck could ever ask, and a reserve."""
    import numpy as np

    keep = max(60, len(grid.words) // (2 if len(grid.words) < WINDOW // 4 else 4))
    order = np.lexsort((found.start[found.first], -scores))
    special = found.kind > find.TERM
    special[order[:keep]] = False
    return np.concatenate([order[:keep], np.flatnonzero(special)])


def _places(grid: Grid, found: Candidates, chosen: NDArray[np.int64]) -> dict[int, tuple[Occurrence, ...]]:
    """Where the chosen strings stand in sentences, in order."""
    import numpy as np

    wanted = np.zeros(len(found.first), np.bool_)
    wanted[chosen] = True
    at = found.order[(wanted[found.of] & find.in_body(grid, found))[found.order]]  # string by string
    of, begin = found.of[at], found.start[at]
    segment = grid.segment[begin]
    offset = grid.starts[np.searchsorted(grid.segment, np.arange(len(grid.segments)))][segment]
    occurrences = list(
        map(
            Occurrence,
            np.array([made.passage for made in grid.segments])[segment].tolist(),
            np.array([made.sentence for made in grid.segments])[segment].tolist(),
            (grid.starts[begin] - offset).tolist(),
            (grid.starts[begin + found.size[at]] - offset).tolist(),
        )
    )
    bounds = np.flatnonzero(np.diff(of, prepend=-1))
    ends = np.append(bounds, len(of))[1:].tolist()
    return {
        number: tuple(occurrences[first:last])
        for number, first, last in zip(of[bounds].tolist(), bounds.tolist(), ends, strict=True)
    }


def _explained(
    made: Sequence[tuple[int, Keyphrase]], rows: NDArray[np.float32], trees: NDArray[np.float64]
) -> list[Keyphrase]:
    """The phrases with their reasons (the largest contributions) and with the overlapping phrases they beat."""
    import numpy as np

    parts = ranker().contributions(rows[[number for number, _ in made]]) if made else np.zeros((0, 0))
    explained = []
    for (number, phrase), part in zip(made, parts, strict=True):
        order = sorted(range(len(part)), key=lambda i: (-abs(part[i]), i))[:REASONS]
        reasons = tuple(
            Reason(features.NAMES[i], round(float(rows[number, i]), 4), round(float(part[i]), 4)) for i in order
        )
        rest = round(phrase.score - float(trees[number]), 4)
        if rest:
            reasons += (Reason(features.TEXT, 0.0, rest),)
        beaten = tuple(
            other.text
            for _, other in made
            if other.score < phrase.score and (other.text in phrase.text or phrase.text in other.text)
        )[:3]
        explained.append(Keyphrase(phrase.text, phrase.score, phrase.kind, reasons, phrase.occurrences, beaten))
    return explained
