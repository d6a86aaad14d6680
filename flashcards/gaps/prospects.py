"""From the analyses of documents to the prospects of each passage: its phrases at their places, best first.

What a place is worth in itself is judged for thousands of places at once; what depends on the gaps taken in earlier
passages is settled passage by passage, for what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from flashcards.gaps import examiner, worth
from flashcards.gaps.asked import LATELY, Asked
from flashcards.gaps.batch import Batch
from flashcards.gaps.examiner import Judged
from flashcards.gaps.grid import Grid, Places, Words
from flashcards.gaps.patterns import MEMBER, definitions, lists
from flashcards.gaps.telling import Telling
from flashcards.gaps.text import LEAST, Text
from flashcards.keyphrases import background as b
from flashcards.model import KINDS, Analysis, Keyphrase, Occurrence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from flashcards.gaps.grid import Flags

SAMPLE = 200  # passages that tell whether a document is classical Chinese
HOPELESS = 0.2  # terms that so small a share of the passage's phrases lies behind are not looked at
FEW = 20  # phrases of a passage, up to which all are looked at
ROUNDED = 1e-6  # what a value may gain when it is rounded
AGAIN = 0.2  # what a phrase loses each time it was asked in an earlier passage
INSIDE = 0.25  # what a phrase loses inside a longer term
TOPICAL = LATELY  # what stands in more than one in so many passages is asked in one of so many
STRETCH = 1 << 15  # places judged together: the scratch arrays stay within some megabytes
LONGEST = 20  # characters before a term, within which a longer one that holds it begins
SURE = 50  # places of a phrase that tell how it stands in the document
_Why = Callable[[], tuple[str, ...]]
# What orders a place among those of its passage: what it is worth there, negative, where it stands, the text and the
# row; and whether what was asked before took from that, or a longer term.
_Key = tuple[float, int, int, str, int, bool, bool]


class Prospect(NamedTuple):
    """A phrase at a place and what it is worth there.

    ``text`` is what is asked, of this ``kind`` and ``score``, ``times`` how often the document says it, ``mention``
    whether this is the first time. ``sentence`` is the index in the passage, ``start`` to ``stop`` are the characters
    in the sentence, ``first`` the number of its first word there, ``end`` that of the one behind it. ``why`` makes the
    reasons, which few prospects need.
    """

    text: str
    kind: str
    score: float
    times: int
    mention: bool
    sentence: int
    start: int
    stop: int
    first: int
    end: int
    value: float
    why: _Why

    @classmethod
    def of(cls, phrase: Keyphrase, place: Occurrence, first: int, end: int, value: float, why: _Why) -> Prospect:
        """A phrase at one of its places."""
        mention, times = place == phrase.occurrences[0], len(phrase.occurrences)
        span = place.sentence, place.start, place.end
        return cls(phrase.text, phrase.kind, phrase.score, times, mention, *span, first, end, value, why)

    @property
    def reasons(self) -> tuple[str, ...]:
        """In words why it is worth that."""
        return self.why()


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """The phrases of a batch and all their places, phrase by phrase.

    ``rows`` are the phrases of all passages, passage by passage, ``ranked`` how many each passage has. One entry a
    phrase: its ``sizes`` and ``free`` (see `Places`), the number of ``passages`` in which it stands. One entry a place:
    ``phrase``, ``passage`` (index of the analysis), ``within`` (with the rows sentence in the passage, start and end in
    the sentence), ``first`` (whether it is the phrase's first), and as in `Places` ``sentence``, ``begin``, ``close``,
    ``start``, ``stop``.
    """

    grid: Grid
    batch: Batch
    rows: NDArray[np.int64]
    ranked: NDArray[np.int64]
    sizes: NDArray[np.int64]
    free: NDArray[np.float64]
    passages: NDArray[np.int64]
    phrase: NDArray[np.int64]
    passage: NDArray[np.int64]
    within: NDArray[np.int64]
    first: Flags
    sentence: NDArray[np.int64]
    begin: NDArray[np.int64]
    close: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """The places of a stretch of passages where nothing speaks against the phrase, passage by passage.

    One entry a place: the number of the whole ``phrase``, the ``sentence`` (in the passage) and the span (``start``,
    ``stop``) of its place, whether that is its first ``mention`` in the document, its ``value``, the text to be asked,
    its ``kind``, ``score``, ``times``, ``first`` word and ``end`` (see `Prospect`), how many characters are ``cut``
    before it, whether it is ``bare``, as too little is told beside it (`Telling.too_few`), and whether it is
    ``barren``: bare, or told too seldom (`worth.seldom`). ``bounds`` tells where the places of each passage begin,
    ``best`` has the same places, those of a passage by their value, ``longer`` (see `_longer`) tells which of them hold
    others.
    """

    judged: Judged
    phrase: Sequence[int]
    kind: Sequence[str]
    score: Sequence[float]
    times: Sequence[int]
    sentence: Sequence[int]
    start: Sequence[int]
    stop: Sequence[int]
    mention: Sequence[bool]
    value: Sequence[float]
    bounds: Sequence[int]
    best: Sequence[int]
    texts: Sequence[str]
    first: Sequence[int]
    end: Sequence[int]
    cut: Sequence[int]
    bare: Sequence[bool]
    barren: Sequence[bool]
    longer: Mapping[int, Sequence[int]]


class Here(NamedTuple):
    """What can be asked in one passage of the ``total`` of its document, whatever earlier passages asked.

    ``first`` is the index of its first sentence on the grid, ``title`` the document's.
    """

    analysis: Analysis
    first: int
    total: int
    title: str
    spots: Spots
    looked: Looked
    rows: range

    def best_first(self, asked: Asked, *, barren: bool, lenient: bool = False) -> Iterator[Prospect]:
        """The prospects that are left when what was asked is taken into account, best first; with the ``barren``, or
        without (but for those told too seldom, where the reader is ``lenient``).

        What was asked only takes from what a place is worth. So a place is looked at when it is worth as much in
        itself as the best of those looked at before it: most never are.
        """
        looked = self.looked
        left_out = looked.bare if lenient else looked.barren
        waiting: list[_Key] = []
        for row in looked.best[self.rows.start : self.rows.stop]:
            if left_out[row] and not barren:
                continue
            while waiting and -waiting[0][0] > looked.value[row] + ROUNDED:
                yield self._prospect(heappop(waiting))
            key = self._key(row, asked)
            if key is not None:
                heappush(waiting, key)
        while waiting:
            yield self._prospect(heappop(waiting))

    def _key(self, row: int, asked: Asked) -> _Key | None:
        """What a place is worth after what was asked, and what else orders it, if it can be asked."""
        if not self._asks_anew(row, asked):
            return None
        looked = self.looked
        text = looked.texts[row]
        times = asked.times(text)
        inside = row in looked.longer and any(self._asks_anew(other, asked) for other in looked.longer[row])
        value = round(looked.value[row] - AGAIN * times, 6) - INSIDE * inside
        return -value, looked.sentence[row], looked.start[row] + looked.cut[row], text, row, times > 0, inside

    def _prospect(self, key: _Key) -> Prospect:
        negative, sentence, start, text, row, again, inside = key
        looked = self.looked

        def why() -> tuple[str, ...]:
            more = ["asked before"] * again + ["inside a longer term"] * inside
            return (*looked.judged.reasons(row), *more)

        return Prospect(
            text,
            looked.kind[row],
            looked.score[row],
            looked.times[row],
            looked.mention[row] or looked.cut[row] > 0,
            sentence,
            start,
            looked.stop[row],
            looked.first[row],
            looked.end[row],
            -negative,
            why,
        )

    def _asks_anew(self, row: int, asked: Asked) -> bool:
        """Whether what earlier passages asked lets the phrase be asked here at all."""
        looked, text = self.looked, self.looked.texts[row]
        phrase = self.spots.batch.texts[looked.phrase[row]]
        if text not in self.title and not asked.knows(text) and not asked.knows(phrase):
            return True
        if asked.worded(self.analysis.sentences[looked.sentence[row]].text, looked.start[row], phrase):
            return False
        return looked.kind[row] == "user" or not self._incidental(row, asked)

    def _incidental(self, row: int, asked: Asked) -> bool:
        """Whether the document's topic is asked where it is not told: its title elsewhere than at its first mention or
        its definition, or again; a phrase of more than a third of its passages again within three passages."""
        looked, text = self.looked, self.looked.texts[row]
        if text in self.title and len(text) >= 2 and 2 * len(text) >= len(self.title):
            if asked.ever(text):
                return True
            if not looked.mention[row]:
                told = definitions(self.analysis.sentences[looked.sentence[row]])
                return not any(d.term.start <= looked.start[row] and looked.stop[row] <= d.term.end for d in told)
        if self.total < TOPICAL or not asked.lately(text, self.analysis.passage.number):
            return False
        return bool(TOPICAL * self.spots.passages[looked.phrase[row]] > self.total)


def of(batch: Batch, grid: Grid, telling: Telling, texts: Sequence[Text]) -> Iterator[Iterator[Here]]:
    """What can be asked in each passage of each document of a batch, in order; those of a document are to be taken
    before the next document. ``grid`` is that of the sentences, ``telling`` what its words tell, ``texts`` what the
    rules must know of each document."""
    every = _of_passages(batch, grid, telling, texts)
    for analyses in batch.documents:
        yield islice(every, len(analyses))


def _of_passages(batch: Batch, grid: Grid, telling: Telling, texts: Sequence[Text]) -> Iterator[Here]:
    import numpy as np

    spots = lay_out(batch, grid)
    ranked = _ranked(spots)
    facts = _Facts.of(batch, texts)
    first = (np.cumsum(batch.sentences) - batch.sentences).tolist()
    total = [len(analyses) for analyses in batch.documents for _ in analyses]
    bounds = np.searchsorted(spots.passage[ranked.rows], np.arange(len(batch.analyses) + 1))
    at = 0
    while at < len(batch.analyses):
        end = max(at + 1, int(np.searchsorted(bounds, bounds[at] + STRETCH, side="right")) - 1)
        here = slice(bounds[at], bounds[end])
        looked = _looked(spots, ranked, here, range(at, end), telling, facts)
        for index in range(at, end):
            analysis, rows = batch.analyses[index], range(*looked.bounds[index - at : index - at + 2])
            title = (analysis.passage.title or "").strip("《》 ")
            yield Here(analysis, first[index], total[index], title, spots, looked, rows)
        at = end


class _Facts(NamedTuple):
    """What the rules must know of each document, in columns: as in `Text`, and whether it is ``classical``."""

    best: NDArray[np.float64]
    sparing: Flags
    classical: Flags

    @classmethod
    def of(cls, batch: Batch, texts: Sequence[Text]) -> _Facts:
        import numpy as np

        samples = ("".join([a.passage.text for a in analyses[:SAMPLE]]) for analyses in batch.documents)
        return cls(
            np.array([text.best for text in texts], np.float64),
            np.array([text.sparing for text in texts], np.bool_),
            np.array(list(map(examiner.is_classical, samples)), np.bool_),
        )


def lay_out(batch: Batch, grid: Grid) -> Spots:
    """The phrases of a batch with all their places on the grid of its sentences."""
    import numpy as np

    count = batch.count
    phrase_of = np.repeat(np.arange(len(count)), count)
    firsts = np.cumsum(count) - count
    nth = np.arange(len(phrase_of)) - np.repeat(firsts, count)
    passage, within = _passages(batch, batch.of_phrase.take(phrase_of)), batch.places[1:]
    base = np.cumsum(batch.sentences) - batch.sentences
    sentence = base[passage] + within[0]
    start, stop = grid.offsets[sentence] + within[1:]
    word_at = np.cumsum(np.bincount(grid.starts))  # behind each character
    begin, close = word_at[start - 1], word_at[stop - 1]
    touched = Words(grid, close).are(examiner.HEADS) | Words(grid, begin - 1).are(examiner.QUALIFIERS)
    free = np.bincount(phrase_of, ~touched & (nth < SURE), len(count)) / np.minimum(SURE, count)
    ranked = np.fromiter((len(analysis.keyphrases) for analysis in batch.analyses), np.int64, len(batch.analyses))
    rows = np.concatenate([np.zeros(0, np.int64), *(analysis.keyphrases.rows for analysis in batch.analyses)])
    rows += batch.first.take(batch.of_passage).repeat(ranked)
    return Spots(
        grid=grid,
        batch=batch,
        rows=rows,
        ranked=ranked,
        sizes=(stop - start).take(firsts),
        free=free,
        passages=np.bincount(rows, minlength=len(count)),
        phrase=phrase_of,
        passage=passage,
        within=within,
        first=nth == 0,
        sentence=sentence,
        begin=begin,
        close=close,
        start=start,
        stop=stop,
    )


def _passages(batch: Batch, document: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of the analysis in which each place stands, given the document's; places know its number there."""
    import numpy as np

    numbers = np.array([analysis.passage.number for analysis in batch.analyses], np.int64)
    most = np.zeros(len(batch.documents), np.int64)
    np.maximum.at(most, batch.of_passage, numbers + 1)
    first = np.cumsum(most) - most
    of = np.zeros(int(most.sum()), np.int64)
    of[first.take(batch.of_passage) + numbers] = np.arange(len(numbers))
    found: NDArray[np.int64] = of.take(first.take(document) + batch.places[0])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """How the phrases of each passage rank in it.

    ``rows`` are the spots worth looking at, passage by passage and in each by the order of its phrases; ``rank`` and
    ``order`` (see `examiner.judge`) have an entry for each of them.
    """

    rows: NDArray[np.int64]
    rank: NDArray[np.float64]
    order: NDArray[np.float64]


def _ranked(spots: Spots) -> Ranked:
    import numpy as np

    phrase, sizes, batch = spots.rows, spots.ranked, spots.batch
    passage, size = np.repeat(np.arange(len(sizes)), sizes), np.repeat(sizes, sizes)
    index = np.arange(len(phrase)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order = 1 - index / size
    score = batch.scores[phrase]
    kind = batch.kinds[phrase]
    best = _best(batch, passage, np.where(kind == KINDS.index("user"), -np.inf, score))
    hopeless = (order < HOPELESS) & (kind == KINDS.index("term")) & (size > FEW)
    key = spots.passage * len(batch.texts) + spots.phrase
    rows = np.argsort(key, kind="stable")
    # The phrases of a passage stand in their order, too, and each has a place there: another key is the next phrase's.
    key = key.take(rows)
    of = np.cumsum(np.diff(key, prepend=key[:1]) > 0)
    left = np.flatnonzero(~hopeless.take(of))
    of = of.take(left)
    return Ranked(rows.take(left), (score / best.take(passage)).take(of), order.take(of))


def _best(batch: Batch, passage: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """What counts as the best in each passage: between the best of the document and the best of the passage."""
    import numpy as np

    here = np.full(len(batch.analyses), -np.inf)
    np.maximum.at(here, passage, score)
    best = np.full(len(batch.documents), LEAST)
    np.maximum.at(best, batch.of_passage, here)
    best = best.take(batch.of_passage)
    here = np.where(np.isinf(here), best, here)
    result: NDArray[np.float64] = (best + np.maximum(here, best / 4)) / 2
    return result


def _looked(spots: Spots, ranked: Ranked, here: slice, stretch: range, telling: Telling, facts: _Facts) -> Looked:
    """Judge the places (a slice of the ranked ones) of a stretch of passages."""
    import numpy as np

    rows, batch = ranked.rows[here], spots.batch
    judged = examiner.judge(
        places(spots, rows),
        ranked.rank[here],
        ranked.order[here],
        lambda phrase, text: batch.number(phrase, text) >= 0,
        _listed,
        facts.classical.take(batch.of_passage.take(spots.passage.take(rows))),
    )
    at, spot = judged.places, rows[judged.rows]
    document, scores = batch.of_phrase.take(at.phrase), batch.scores.take(at.phrase)
    sentence, start, stop = spots.within[:, spot].tolist()
    words = spots.grid.firsts[at.sentence]
    bare = telling.too_few(at)
    return Looked(
        judged=judged,
        phrase=at.phrase.tolist(),
        kind=list(map(KINDS.__getitem__, at.kind.tolist())),
        score=scores.tolist(),
        times=worth.times(at).tolist(),
        sentence=sentence,
        start=start,
        stop=stop,
        mention=spots.first[spot].tolist(),
        value=judged.value.tolist(),
        bounds=np.searchsorted(spots.passage[spot], np.arange(stretch.start, stretch.stop + 1)).tolist(),
        best=np.lexsort((-judged.value, spots.passage[spot])).tolist(),
        texts=at.texts,
        first=(at.begin - words).tolist(),
        end=(at.close - words).tolist(),
        cut=at.cut.tolist(),
        bare=bare.tolist(),
        barren=(bare | worth.seldom(at, scores / facts.best.take(document), facts.sparing.take(document))).tolist(),
        longer=_longer(at, judged.whole),
    )


def _longer(at: Places, whole: Flags) -> dict[int, list[int]]:
    """The rows of the longer terms that stand free and hold the term of a row, unless that is a term of its own."""
    import numpy as np

    outer = np.flatnonzero(whole)
    outer = outer[np.argsort(at.start[outer], kind="stable")]
    inner = np.flatnonzero(~(at.of_kind("user") | (at.often & (at.free >= 0.3))))
    # Those that begin at the term or up to 20 characters before it, and then of those the ones that reach behind it.
    first = np.searchsorted(at.start[outer], at.start[inner] - LONGEST)
    rows, numbers = _pairs(first, np.searchsorted(at.start[outer], at.start[inner], side="right"))
    inner, outer = inner[rows], outer[numbers]
    longer_than = at.stop[outer] - at.start[outer] > at.stop[inner] - at.start[inner]
    holds = (at.stop[outer] >= at.stop[inner]) & longer_than
    longer: dict[int, list[int]] = {}
    for row, of in zip(inner[holds].tolist(), outer[holds].tolist(), strict=True):
        longer.setdefault(row, []).append(of)
    return longer


def places(spots: Spots, rows: NDArray[np.int64]) -> Places:
    """The phrases at some of their places, as they are asked there."""
    import numpy as np

    phrase = spots.phrase[rows]
    whole = Places(
        grid=spots.grid,
        phrases=spots.batch.texts,
        phrase=phrase,
        cut=np.zeros(len(rows), np.int64),
        kind=spots.batch.kinds[phrase],
        size=spots.sizes[phrase],
        sentence=spots.sentence[rows],
        begin=spots.begin[rows],
        close=spots.close[rows],
        start=spots.start[rows],
        stop=spots.stop[rows],
        count=spots.batch.count[phrase],
        free=spots.free[phrase],
        mention=spots.first[rows],
    )
    return _objects(whole, spots)


def _objects(at: Places, spots: Spots) -> Places:
    """A verb with its object is asked by the object (优化|政治生态|), where that is long enough to be a term."""
    import numpy as np

    verb = at.many & at.of_kind("term") & (at.count <= 2) & at.first.are(b.VERB)
    rows = np.flatnonzero(verb & (at.size - at.first.size >= 4))
    cut, count, free, mention = at.cut.copy(), at.count.copy(), at.free.copy(), at.mention.copy()
    cut[rows] = at.first.size[rows]
    numbers = [spots.batch.number(at.phrase.item(row), at.phrases[at.phrase[row]][cut[row] :]) for row in rows.tolist()]
    known = np.array(numbers, np.int64)
    count[rows] = np.where(known < 0, 1, spots.batch.count[known])
    free[rows] = np.where(known < 0, 1.0, spots.free[known])
    mention[rows] = True
    return replace(
        at,
        cut=cut,
        size=at.size - cut,
        begin=at.begin + (cut > 0),
        start=at.start + cut,
        count=count,
        free=free,
        mention=mention,
    )


def _listed(at: Places) -> Flags:
    """Which places are members of parallel lists."""
    import numpy as np

    joined = np.diff(np.searchsorted(at.grid.commas, np.append(at.grid.offsets, len(at.grid.text)))) > 0
    asked = np.flatnonzero(np.bincount(at.sentence[joined[at.sentence]]))
    members = sorted(
        (base + member.start, base + member.end)
        for number, base in zip(asked.tolist(), at.grid.offsets[asked].tolist(), strict=True)
        for one in lists(at.grid.sentences[number])
        for member in one.members
    )
    first, last = np.array(members, np.int64).reshape(-1, 2).T
    # The members that begin at the place or little before it, and then of those the ones that reach to its end.
    place, member = _pairs(np.searchsorted(first, at.start - MEMBER), np.searchsorted(first, at.start, side="right"))
    found = np.zeros(len(at), np.bool_)
    found[place[at.stop[place] <= last[member]]] = True
    return found


def _pairs(first: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each row with each number from its ``first`` to before its ``end``: the rows, and the numbers beside them."""
    import numpy as np

    many = end - first
    rows = np.repeat(np.arange(len(many)), many)
    return rows, np.arange(len(rows)) + np.repeat(first - (np.cumsum(many) - many), many)
