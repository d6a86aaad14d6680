"""Writes flashcards/data/characters.npy: which characters keep the same company, for telling how near two words are.

Run once, from the project's folder: python tests/tools/make_character_vectors.py
For the 5,000 commonest characters, counted in the word list of jieba (MIT): which characters stand before and behind
them in words of two to six characters, weighted by the logarithm of the word's frequency; as positive pointwise mutual
information with smoothed contexts (Levy, Goldberg and Dagan 2015), reduced to 32 dimensions, and rounded to 8 bits.
"""

import math
import re
from collections import Counter
from pathlib import Path

import jieba
import numpy as np

CHARACTERS = 5000
DIMENSIONS = 32
SMOOTHING = 0.75
TARGET = Path(__file__).parents[2] / "flashcards" / "data" / "characters.npy"
WORD = re.compile("[\u4e00-\u9fff]{2,6}")


def main() -> None:
    """Count, reduce, round and write."""
    seen, pairs = _count()
    characters = [c for c, _ in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:CHARACTERS]]
    at = {character: index for index, character in enumerate(characters)}
    counts = np.zeros((len(characters), 2 * len(characters)))
    for (first, second), weight in pairs.items():
        if first in at and second in at:
            counts[at[first], at[second]] += weight
            counts[at[second], at[first] + len(characters)] += weight
    vectors = _reduced(_information(counts))
    table = np.zeros(len(characters), dtype=[("character", "<u4"), ("vector", "i1", (DIMENSIONS,))])
    table["character"] = [ord(c) for c in characters]
    table["vector"] = np.rint(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127)
    np.save(TARGET, np.sort(table, order="character"))


def _count() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    seen: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if tag == "nr" or not WORD.fullmatch(word):  # a person's name says nothing of what its characters mean
            continue
        weight = math.log(1 + float(frequency)) + 0.5
        for index, character in enumerate(word):
            seen[character] += weight * (len(word) - 1)
            for later in word[index + 1 :]:
                pairs[character, later] += weight
    return seen, pairs


def _information(counts: np.ndarray) -> np.ndarray:
    rows = counts.sum(axis=1, keepdims=True) + 1e-9
    columns = counts.sum(axis=0, keepdims=True) ** SMOOTHING
    columns = columns / columns.sum() + 1e-12
    return np.log(np.maximum(counts / rows / columns, 1.0))


def _reduced(information: np.ndarray) -> np.ndarray:
    """The leading singular vectors by subspace iteration from a fixed start, scaled by the roots of their values."""
    basis = np.random.default_rng(0).standard_normal((information.shape[1], DIMENSIONS + 10))
    for _ in range(6):
        basis, _ = np.linalg.qr(information.T @ (information @ basis))
    left, values, _ = np.linalg.svd(information @ basis, full_matrices=False)
    vectors = left[:, :DIMENSIONS] * np.sqrt(values[:DIMENSIONS])
    return vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12)


if __name__ == "__main__":
    main()
