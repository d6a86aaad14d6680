"""Documents that are judged together: what they hold side by side in columns, one document after the other.

Whatever its size, a document costs arrays what a thousand words cost. So small ones are worked on together; what is
found of a document depends on it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from flashcards.model import Analysis, Phrases, phrases_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Documents with their passages and phrases.

    One entry a document: its analyses (``documents``), its ``phrases`` and the index of the ``first`` of them. One
    entry a passage: ``analyses``, the index of its document (``of_passage``) and how many ``sentences`` it has. One
    entry a phrase: ``texts``, ``scores``, ``kinds`` (indices of `KINDS`), the ``count`` of its places and the index of
    its document (``of_phrase``). One entry a place, phrase by phrase: ``places``, with the rows of `Phrases`.
    """

    documents: Sequence[Sequence[Analysis]]
    phrases: Sequence[Phrases]
    first: NDArray[np.int64]
    analyses: Sequence[Analysis]
    of_passage: NDArray[np.int64]
    sentences: NDArray[np.int64]
    texts: Sequence[str]
    scores: NDArray[np.float64]
    kinds: NDArray[np.int64]
    count: NDArray[np.int64]
    of_phrase: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Sequence[Sequence[Analysis]]) -> Batch:
        """The batch of some documents, each with its analyses."""
        import numpy as np

        every = [phrases_of(analyses) for analyses in documents]
        analyses = list(chain.from_iterable(documents))
        numbers, sizes = np.arange(len(every)), np.fromiter(map(len, every), np.int64, len(every))
        return cls(
            documents=documents,
            phrases=every,
            first=np.cumsum(sizes) - sizes,
            analyses=analyses,
            of_passage=numbers.repeat(np.fromiter(map(len, documents), np.int64, len(documents))),
            sentences=np.array([len(analysis.sentences) for analysis in analyses], np.int64),
            texts=every[0].texts if len(every) == 1 else list(chain.from_iterable([some.texts for some in every])),
            scores=_joined(every, attrgetter("scores")),
            kinds=_joined(every, attrgetter("kinds")).astype(np.int64),
            count=_joined(every, lambda some: some.bounds[1:] - some.bounds[:-1]),
            of_phrase=numbers.repeat(sizes),
            places=_joined(every, attrgetter("places")),
        )

    def number(self, phrase: int, text: str) -> int:
        """The index of the phrase with this text in the document of another phrase; -1 where it has none."""
        document = self.of_phrase.item(phrase)
        number = self.phrases[document].numbers.get(text)
        return -1 if number is None else self.first.item(document) + number


def _joined(every: Sequence[Phrases], column: Callable[[Phrases], NDArray[T]]) -> NDArray[T]:
    """A column of all documents. That of one alone, which may be long, is not copied."""
    import numpy as np

    if len(every) == 1:
        return column(every[0])
    return np.concatenate([column(some) for some in (Phrases.of(()), *every)], axis=-1)
