"""How well passages of four documents find their notes: accuracy, share of sure passages, accuracy where sure.

    python -m tests.benchmarks.attribution

The passages of documents of corpus/ (each lecture of the dump is a document) stand one after another; the notes are
their titles or occasions. Every draw takes four documents in random order and a random stretch of each.
"""

from __future__ import annotations

import random
from pathlib import Path

from flashcards import readers, repair, sources
from flashcards.settings import Settings
from flashcards.sources import align

CORPUS = Path(__file__).parents[2] / "corpus"
LECTURES = "古代工程讲稿摘录.txt"
LENGTHS = (7, 6, 6, 6)  # passages of the four lectures, in order


def documents() -> dict[str, list[str]]:
    """Note -> passages, for every prose document of the corpus."""
    pool: dict[str, list[str]] = {}
    for path in sorted(CORPUS.glob("*.*")):
        if path.name.startswith(("README", "山居")):
            continue
        for document in readers.read(path, path.name, Settings()):
            found = sources.attribute(repair.repair(document))
            texts = [passage.text for passage in found.passages]
            if path.name == LECTURES:
                for source, length in zip(found.sources, LENGTHS, strict=True):
                    pool[f"{source.place} {source.occasion}"], texts = texts[:length], texts[length:]
            else:
                pool[found.passages[0].title or path.name.split(".")[0]] = texts
    return pool


def measure(draws: int, seed: int = 1) -> tuple[float, float, float]:
    """Accuracy, share of passages with confidence of at least 0.9, and the accuracy of these."""
    pool, chance = documents(), random.Random(seed)
    right = total = sure = sure_right = 0
    for _ in range(draws):
        names = chance.sample(sorted(pool), 4)
        texts: list[str] = []
        gold: list[int] = []
        for k, name in enumerate(names):
            length = chance.randint(4, len(pool[name]))
            start = chance.randint(0, len(pool[name]) - length)
            texts += pool[name][start : start + length]
            gold += [k] * length
        for found, k in zip(align.align(texts, names, {}, {}), gold, strict=True):
            total += 1
            right += found.source == k
            sure += found.confidence >= 0.9
            sure_right += found.confidence >= 0.9 and found.source == k
    return right / total, sure / total, sure_right / max(1, sure)


if __name__ == "__main__":
    print("accuracy {:.4f}, sure {:.3f}, right where sure {:.4f}".format(*measure(200)))
