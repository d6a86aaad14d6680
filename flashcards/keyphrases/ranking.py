"""Ranking: an ensemble of small symmetric trees, shipped as a table of numbers, scores each candidate.

A symmetric ("oblivious") tree asks the same question at every node of a level, so a tree of depth 6 is six features,
six thresholds and 64 leaves, and a candidate's leaf is the number whose bits are the six answers (Kohavi 1994; as
CatBoost learns them). The score is a sum over trees, and what a feature adds to it is what the mean of the leaves below
a node changes when that feature's question is answered (Saabas 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from threading import local
from typing import TYPE_CHECKING, TypeVar

from flashcards.keyphrases.features import NAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T", bound="np.generic")

ROWS = 4096  # candidates to score at once: the scratch arrays stay within a few megabytes
# They are kept, by each thread its own: to be given so much new memory takes longer than what is done in it.
_scratch = local()


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """``feature`` and ``threshold`` are (trees, depth), ``leaf`` and ``weight`` (trees, 2**depth): value and share of
    the training rows. ``scale`` turns the whole numbers of ``leaf`` into scores. ``shapes`` belongs to `features`."""

    feature: NDArray[np.uint8]
    threshold: NDArray[np.float32]
    leaf: NDArray[np.int16]
    weight: NDArray[np.uint16]
    scale: float
    bias: float
    shapes: NDArray[np.float32]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The score of each row of features. Whole numbers are added, so every machine gets the same sums."""
        import numpy as np

        tables, leaves, sums = _pairs(self), self._leaves(rows), np.zeros(len(rows), np.int32)
        both = _room("both", (len(tables), len(rows)), np.uint16)
        both[len(leaves) // 2 :] = 0
        both[: len(leaves) // 2] = leaves[1::2]
        both <<= self.feature.shape[1]
        both |= leaves[::2]
        for table, place in zip(tables, both, strict=True):
            sums += table.take(place, mode="wrap")  # no place lies outside; this mode finds so the fastest
        return sums.astype(np.float64) * self.scale + self.bias

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The leaf of each row in each tree: (trees, rows), until it is asked again. Each question that any tree asks
        is answered once."""
        import numpy as np

        asked, place = _questions(self)
        answers = _room("answers", (sum(len(thresholds) for _, thresholds in asked), len(rows)), np.bool_)
        at = 0
        for feature, thresholds in asked:  # feature by feature: a comparison with one column runs at memory speed
            np.greater(rows[:, feature], thresholds[:, None], out=answers[at : at + len(thresholds)])
            at += len(thresholds)
        bits = answers.view(np.uint8)
        found, level = (_room(name, (len(self.feature), len(rows)), np.uint8) for name in ("found", "level"))
        bits.take(place[-1], axis=0, out=found, mode="clip")
        for questions in reversed(place[:-1]):
            found += found
            found |= bits.take(questions, axis=0, out=level, mode="clip")
        return found

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each feature adds to the score of each row: (rows, features); with the bias and mean they sum to it."""
        import numpy as np

        trees, depth = self.feature.shape
        leaves = self._leaves(rows).T
        result = np.zeros((len(rows), len(NAMES)))
        value, weight = self.leaf.astype(np.float64) * self.scale, self.weight.astype(np.float64) + 1e-9
        every = np.broadcast_to(np.arange(trees), leaves.shape)
        index = np.arange(len(rows))[:, None]
        # after answering levels 0..k the possible leaves are those whose k+1 low bits equal those of the row's leaf
        known = np.broadcast_to((value * weight).sum(axis=1) / weight.sum(axis=1), leaves.shape)
        for level in range(depth):
            size = 1 << (level + 1)
            means = (value * weight).reshape(trees, -1, size).sum(axis=1) / weight.reshape(trees, -1, size).sum(axis=1)
            now = means[every, leaves & (size - 1)]
            np.add.at(result, (index, self.feature[:, level].astype(np.intp)[None, :]), now - known)
            known = now
        return result


def _room(name: str, shape: tuple[int, int], kind: type[T]) -> NDArray[T]:
    """Scratch memory of this thread, as it was left."""
    import numpy as np

    rows, columns = shape
    kept: NDArray[T] | None = getattr(_scratch, name, None)
    if kept is None or len(kept) < rows * columns:
        kept = np.empty(rows * columns, kind)
        setattr(_scratch, name, kept)
    return kept[: rows * columns].reshape(shape)


@lru_cache(maxsize=2)
def _pairs(model: Ranker) -> NDArray[np.int32]:
    """The sums of the leaves of each two trees, so that one look-up serves both: (pairs, leaves of the second * leaves
    of the first). The last of an odd number of trees stands with one that adds nothing."""
    import numpy as np

    trees, size = model.leaf.shape
    leaf = np.zeros((trees + trees % 2, size), np.int32)
    leaf[:trees] = model.leaf
    return (leaf[1::2, :, None] + leaf[::2, None, :]).reshape(-1, size * size)


@lru_cache(maxsize=2)
def _questions(model: Ranker) -> tuple[list[tuple[int, NDArray[np.float32]]], NDArray[np.intp]]:
    """The different questions of all trees (each feature with its thresholds), and which of them each level of each
    tree asks: (levels, trees)."""
    import numpy as np

    pairs = np.stack([model.feature.T.ravel().astype(np.float32), model.threshold.T.ravel()])
    (feature, threshold), place = np.unique(pairs, axis=1, return_inverse=True)
    asked = [(int(number), threshold[feature == number]) for number in sorted(set(feature.tolist()))]
    return asked, place.reshape(model.feature.shape[::-1])


@cache
def ranker() -> Ranker:
    """The shipped ranker."""
    import numpy as np

    with (
        files("flashcards").joinpath("data", "ranker.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as table,
    ):
        return Ranker(
            table["feature"],
            table["threshold"],
            table["leaf"],
            table["weight"],
            float(table["scale"]),
            float(table["bias"]),
            table["shapes"].astype(np.float32) / np.float32(65535),
        )
