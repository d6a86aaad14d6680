"""From the passages of a document to its key phrases: lay out, find, weigh, rank, and say where each one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from flashcards.keyphrases import candidates as find
from flashcards.keyphrases import features, kinds, statement, termhood, terms
from flashcards.keyphrases.background import vocabulary
from flashcards.keyphrases.candidates import Candidates
from flashcards.keyphrases.grid import BODY, HEADING, TITLE, Grid, Segment, build
from flashcards.keyphrases.ranking import ranker
from flashcards.model import KINDS, Analysis, Keyphrase, Passage, Phrases, Reason, Sentence, phrases_of
from flashcards.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
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
    ranked = _merged([rank_window(window, own, explain) for window in _windows(cut)])
    found = ranked.of_passages([passage.number for passage in passages])
    return tuple(Analysis(passage, sentences, here) for (passage, sentences), here in zip(cut, found, strict=True))


def best(analyses: Sequence[Analysis], top: int) -> list[Keyphrase]:
    """The ``top`` best phrases of a document, best first."""
    return list(phrases_of(analyses)[:top])


def rank(text: str, *, title: str = "", top: int = 15) -> list[Keyphrase]:
    """The ``top`` best key phrases of a text, best first, with their reasons. Each line counts as a passage."""
    lines = [line for line in text.split("\n") if line.strip()]
    passages = [Passage(f"-#{n}", "-", n, line, (n, n), title=title or None) for n, line in enumerate(lines, start=1)]
    return best(analyse(passages, Settings(), explain=True), top)


def _merged(windows: Sequence[Phrases]) -> Phrases:
    """The phrases of all windows, best first: a text that several have counts as one phrase, by its better score."""
    import numpy as np

    if not windows:
        return Phrases.of(())
    if len(windows) == 1 and len(windows[0].numbers) == len(windows[0]):
        return windows[0]
    numbers: dict[str, int] = {}
    of = np.array([numbers.setdefault(text, len(numbers)) for some in windows for text in some.texts], np.int64)
    scores = np.concatenate([some.scores for some in windows])
    better = np.lexsort((-scores, of))
    better = better[np.searchsorted(of[better], np.arange(len(numbers)))]
    places = np.concatenate([some.places for some in windows], axis=1)
    phrase = np.repeat(of, np.concatenate([np.diff(some.bounds) for some in windows]))
    places = places[:, np.argsort(phrase, kind="stable")]
    count = np.bincount(phrase)
    first = np.cumsum(count) - count
    passage, sentence, start, end = places[:, first]
    # of two phrases that begin at one place the text of the shorter one comes first
    order = np.lexsort((end, start, sentence, passage, -scores[better]))
    texts, rows = list(numbers), better[order]
    return Phrases(
        texts=[texts[number] for number in order.tolist()],
        scores=scores[rows],
        kinds=np.concatenate([some.kinds for some in windows])[rows],
        bounds=np.append(0, np.cumsum(count[order])),
        places=places[:, _runs(first[order], count[order])],
        reasons=_picked(list(chain.from_iterable(some.reasons for some in windows)), rows),
        runners_up=_picked(list(chain.from_iterable(some.runners_up for some in windows)), rows),
    )


def _picked(entries: Sequence[T], rows: NDArray[np.int64]) -> list[T]:
    """These rows of a column that may be missing."""
    return list(map(entries.__getitem__, rows.tolist())) if entries else []


def _runs(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of runs one after the other, of each its first number and how many it has."""
    import numpy as np

    before = np.cumsum(count) - count
    return np.repeat(first - before, count) + np.arange(int(count.sum()))


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
    """Title, headings and sentences of a window, with their words in simplified script."""
    from flashcards import script, segment

    made: list[Segment] = []
    said: set[str] = set()
    for passage, sentences in window:
        traditional = passage.script == "zh-Hant" or script.is_traditional(passage.text)
        for text, zone in ((passage.title, TITLE), (passage.heading, HEADING)):
            if text and text not in said:
                said.add(text)
                plain = script.simplified_shadow(text) if traditional else text
                made.append(Segment.of(segment.numbered(plain), zone))
        for index, sentence in enumerate(sentences):
            words = sentence.tokens.numbered
            assert words is not None  # for the segmenter made it
            plain = "".join(words.texts) if traditional else sentence.text
            made.append(Segment(sentence.text, plain, words, BODY, passage.number, index))
    return made


def rank_window(window: Sequence[Cut], own: terms.Terms, explain: bool) -> Phrases:
    """The key phrases of a window with their places in sentences, best first."""
    import numpy as np

    grid = build(_segments(window), vocabulary())
    found = find.find(grid)
    if not len(found.first):
        return Phrases.of(())
    model = ranker()
    rows = features.matrix(grid, found, model.shapes)
    kind = kinds.of(grid, found)
    trees = model.scores(rows)
    scores = trees + kinds.bonus(grid, found, kind) + statement.bonus(grid, found)
    scores = np.round(termhood.settled(grid, found, scores), 6)
    chosen = _chosen(grid, found, scores)
    at = _in_sentences(grid, found, chosen)
    places = _places(grid, found, at)
    count = np.bincount(found.of[at], minlength=len(found.first))
    first = np.cumsum(count) - count
    numbers = chosen[count[chosen] > 0]
    texts = _texts(grid, found, at[first[numbers]])
    if own.stopped:
        left = [row for row, text in enumerate(texts) if not own.stops(text)]
        numbers, texts = numbers[left], [texts[row] for row in left]
    for number, text in zip(numbers.tolist(), texts, strict=True) if own.weights else ():
        if text in own.weights:
            scores[number], kind[number] = own.score(text, scores[number]), KINDS.index("user")
    reasons, beaten = _explained(numbers, texts, scores[numbers], rows, trees) if explain else ((), ())
    # of two phrases that begin at one place the text of the shorter one comes first
    head = at[first[numbers]]
    place = (found.start[head] << 8) | found.size[head]
    order = np.lexsort((place, -scores[numbers])) if own.weights else _ranked(scores[numbers], place)
    numbers = numbers[order]
    return Phrases(
        texts=_picked(texts, order),
        scores=scores[numbers],
        kinds=kind[numbers],
        bounds=np.append(0, np.cumsum(count[numbers])),
        places=places.take(_runs(first[numbers], count[numbers]), axis=1),
        reasons=_picked(reasons, order),
        runners_up=_picked(beaten, order),
    )


def _chosen(grid: Grid, found: Candidates, scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """The better part of the candidates, best first: what a deck could ever ask, and a reserve."""
    import numpy as np

    keep = max(60, len(grid.words) // (2 if len(grid.words) < WINDOW // 4 else 4))
    order = _ranked(scores, found.start.take(found.first))
    special = found.kind > find.TERM
    special[order[:keep]] = False
    return np.concatenate([order[:keep], np.flatnonzero(special)])


def _ranked(scores: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order by scores of six digits, the best first, and of equals by place.

    As whole millionths with the place behind them they are one number each, which is sorted far faster than two.
    """
    import numpy as np

    order: NDArray[np.int64] = (((scores * -1e6).round().astype(np.int64) << 32) | place).argsort()
    return order


def _in_sentences(grid: Grid, found: Candidates, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The occurrences (rows of the candidates) of the chosen strings that stand in sentences, string by string."""
    import numpy as np

    wanted = np.zeros(len(found.first), np.bool_)
    wanted[chosen] = True
    at: NDArray[np.int64] = found.order[(wanted.take(found.of) & find.in_body(grid, found)).take(found.order)]
    return at


def _places(grid: Grid, found: Candidates, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where occurrences stand, as in `Phrases`: passage, sentence, start and end."""
    import numpy as np

    begin = found.start[at]
    segment = grid.segment[begin]
    offset = grid.starts[np.searchsorted(grid.segment, np.arange(len(grid.segments)))][segment]
    return np.stack(
        [
            np.array([made.passage for made in grid.segments])[segment],
            np.array([made.sentence for made in grid.segments])[segment],
            grid.starts[begin] - offset,
            grid.starts[begin + found.size[at]] - offset,
        ]
    )


def _texts(grid: Grid, found: Candidates, at: NDArray[np.int64]) -> list[str]:
    """The texts of occurrences, as the document has them."""
    text = "\n".join([segment.text for segment in grid.segments])  # but for a line feed as long as that of the grid
    first = found.start[at]
    begin, end = grid.starts[first].tolist(), grid.starts[first + found.size[at]].tolist()
    return [text[a:z] for a, z in zip(begin, end, strict=True)]


def _explained(
    numbers: NDArray[np.int64],
    texts: Sequence[str],
    scores: NDArray[np.float64],
    rows: NDArray[np.float32],
    trees: NDArray[np.float64],
) -> tuple[list[tuple[Reason, ...]], list[tuple[str, ...]]]:
    """The reasons of the phrases (the largest contributions), and the overlapping phrases that each one beat."""
    parts = ranker().contributions(rows[numbers])
    why, beaten = [], []
    made = list(zip(texts, scores.tolist(), strict=True))
    for number, (text, score), part in zip(numbers.tolist(), made, parts, strict=True):
        order = sorted(range(len(part)), key=lambda i: (-abs(part[i]), i))[:REASONS]
        reasons = tuple(
            Reason(features.NAMES[i], round(float(rows[number, i]), 4), round(float(part[i]), 4)) for i in order
        )
        rest = round(score - float(trees[number]), 4)
        if rest:
            reasons += (Reason(features.TEXT, 0.0, rest),)
        why.append(reasons)
        lower = (other for other, less in made if less < score and (other in text or text in other))
        beaten.append(tuple(islice(lower, 3)))
    return why, beaten
