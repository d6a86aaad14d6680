"""From the passages of documents to their key phrases: lay out, find, weigh, rank, and say where each one stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from flashcards.keyphrases import candidates as find
from flashcards.keyphrases import features, kinds, statement, termhood, terms
from flashcards.keyphrases.background import vocabulary
from flashcards.keyphrases.candidates import Candidates
from flashcards.keyphrases.grid import BODY, HEADING, TITLE, Grid, Segment, build, slices
from flashcards.keyphrases.ranking import ROWS, ranker
from flashcards.model import KINDS, Analysis, Keyphrase, Passage, Phrases, Reason, Sentence, phrases_of
from flashcards.packs import packs
from flashcards.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
Cut = tuple[Passage, tuple[Sentence, ...]]

WINDOW = 20_000  # tokens that count as one text; a longer document is ranked window by window, so time stays linear
TOGETHER = 30_000  # tokens of windows ranked in one go: a batch of small documents, in a few dozen megabytes
REASONS = 6


def analyse(passages: Sequence[Passage], settings: Settings, *, explain: bool = False) -> tuple[Analysis, ...]:
    """Cut the passages of one document into sentences and rank its key phrases over the whole document.

    ``explain`` adds to each phrase its reasons and the phrases it beat. Raises BadConfiguration for a term list that
    cannot be read.
    """
    return analyse_all([passages], settings, explain=explain)[0]


def analyse_all(
    documents: Sequence[Sequence[Passage]], settings: Settings, *, explain: bool = False
) -> list[tuple[Analysis, ...]]:
    """What `analyse` gives for each of some documents: small ones cost far less together."""
    from flashcards import segment

    own = terms.load(settings)
    sentences = iter(segment.sentences_of(list(chain.from_iterable(documents)), own.forced))
    cut = [list(zip(passages, sentences, strict=False)) for passages in documents]
    windows = [list(packs(some, _length, WINDOW)) for some in cut]
    groups = packs(chain.from_iterable(windows), lambda window: sum(map(_length, window)), TOGETHER)
    ranked = chain.from_iterable(rank_windows(group, own, explain) for group in groups)
    phrases = [_merged(list(islice(ranked, len(some)))) for some in windows]
    return [_analyses(*both) for both in zip(cut, phrases, strict=True)]


def _analyses(cut: Sequence[Cut], phrases: Phrases) -> tuple[Analysis, ...]:
    found = phrases.of_passages([passage.number for passage, _ in cut])
    return tuple([Analysis(*both, here) for both, here in zip(cut, found, strict=True)])


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


def _length(cut: Cut) -> int:
    """How many tokens a passage has."""
    return sum([len(sentence.tokens.texts) for sentence in cut[1]])


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


def rank_windows(windows: Sequence[Sequence[Cut]], own: terms.Terms, explain: bool) -> list[Phrases]:
    """The key phrases of each window with their places in sentences, best first."""
    import numpy as np

    grid = build(list(map(_segments, windows)), vocabulary())
    found = find.find(grid)
    if not len(found.first):
        return [Phrases.of(()) for _ in windows]
    columns = features.columns(grid, found, ranker().shapes)
    trees = _trees(columns, len(found.first))
    kind = kinds.of(grid, found)
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
    window = found.window[numbers]
    bounds = window.searchsorted(np.arange(len(windows) + 1))
    weighed = scores[numbers]
    reasons, beaten = _explained(columns, trees, numbers, texts, weighed, bounds) if explain else ([], [])
    # of two phrases that begin at one place the text of the shorter one comes first
    head = at[first[numbers]]
    place = (found.start[head] << 8) | found.size[head]
    order = np.lexsort((place, -weighed, window)) if own.weights else _ranked(weighed, place, bounds)
    numbers = numbers[order]
    ranked = Phrases(
        texts=_picked(texts, order),
        scores=weighed[order],
        kinds=kind[numbers],
        bounds=np.append(0, np.cumsum(count[numbers])),
        places=places.take(_runs(first[numbers], count[numbers]), axis=1),
        reasons=_picked(reasons, order),
        runners_up=_picked(beaten, order),
    )
    return [_part(ranked, here) for here in slices(bounds)]


def _trees(columns: Mapping[str, NDArray[Any]], count: int) -> NDArray[np.float64]:
    """The score that the trees give to each of so many candidates."""
    import numpy as np

    # The table of all features is never whole: to be given so much new memory takes longer than what is done in it.
    blocks = slices(np.append(np.arange(0, count, ROWS), count))
    return np.concatenate([ranker().scores(features.matrix(columns, block)) for block in blocks])


def _part(phrases: Phrases, here: slice) -> Phrases:
    """Some phrases that stand one behind the other."""
    bounds = phrases.bounds[here.start : here.stop + 1]
    return Phrases(
        texts=phrases.texts[here],
        scores=phrases.scores[here],
        kinds=phrases.kinds[here],
        bounds=bounds - bounds[0],
        places=phrases.places[:, bounds[0] : bounds[-1]],
        reasons=phrases.reasons[here],
        runners_up=phrases.runners_up[here],
    )


def _chosen(grid: Grid, found: Candidates, scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """The better part of the candidates of each window, best first: what a deck could ever ask, and a reserve."""
    import numpy as np

    keep = np.maximum(60, grid.sizes // np.where(grid.sizes < WINDOW // 4, 2, 4))
    order = _ranked(scores, found.start.take(found.first), found.windows)
    best = order[np.arange(len(order)) < (found.windows[:-1] + keep).take(found.window)]
    special = found.kind > find.TERM
    special[best] = False
    chosen = np.concatenate([best, special.nonzero()[0]])
    return chosen[found.window.take(chosen).argsort(kind="stable")]


def _ranked(scores: NDArray[np.float64], place: NDArray[np.int64], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order by scores of six digits, the best first, and of equals by place, between each two bounds.

    As whole millionths with the place behind them they are one number each, which is sorted far faster than two.
    """
    import numpy as np

    keys = ((scores * -1e6).round().astype(np.int64) << 32) | place
    return np.concatenate([keys[here].argsort() + here.start for here in slices(bounds)])


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
    columns: Mapping[str, NDArray[Any]],
    trees: NDArray[np.float64],
    numbers: NDArray[np.int64],
    texts: Sequence[str],
    scores: NDArray[np.float64],
    bounds: NDArray[np.int64],
) -> tuple[list[tuple[Reason, ...]], list[tuple[str, ...]]]:
    """The reasons of the phrases (the largest contributions), and the overlapping phrases of its window that each one
    beat."""
    rows = features.matrix(columns, numbers)
    parts = ranker().contributions(rows)
    why, beaten = [], []
    made = list(zip(texts, scores.tolist(), strict=True))
    windows = chain.from_iterable(repeat(made[here], here.stop - here.start) for here in slices(bounds))
    for (text, score), tree, row, part, window in zip(made, trees[numbers].tolist(), rows, parts, windows, strict=True):
        order = sorted(range(len(part)), key=lambda i: (-abs(part[i]), i))[:REASONS]
        reasons = tuple(Reason(features.NAMES[i], round(float(row[i]), 4), round(float(part[i]), 4)) for i in order)
        rest = round(score - tree, 4)
        if rest:
            reasons += (Reason(features.TEXT, 0.0, rest),)
        why.append(reasons)
        lower = (other for other, less in window if less < score and (other in text or text in other))
        beaten.append(tuple(islice(lower, 3)))
    return why, beaten
