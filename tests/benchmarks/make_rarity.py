"""Make `flashcards/data/rarity.npy`: how rare a word is in general Chinese, from the tables jieba ships (MIT).

A row a word: CRC-32 of its UTF-8, its inverse document frequency and the logarithm of its dictionary count, both in
sixteenths. Only words that say something are kept (counted 5 times, or known to more than one document in 270,000).

    python tests/benchmarks/make_rarity.py
"""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import numpy as np

TARGET = Path(__file__).resolve().parents[2] / "flashcards" / "data" / "rarity.npy"


def table() -> np.ndarray:
    """The rows, sorted by key; of two words with one key the commoner stands."""
    counts = {row.split(" ")[0]: int(row.split(" ")[1]) for row in _lines("dict.txt")}
    idf = {row.split(" ")[0]: float(row.split(" ")[1]) for row in _lines("analyse", "idf.txt")}
    rows: dict[int, tuple[int, int]] = {}
    for word in sorted(set(counts) | set(idf)):
        if counts.get(word, 0) < 5 and idf.get(word, 99) >= 12.5:
            continue
        row = (round(16 * idf.get(word, 13.9)), round(16 * math.log1p(counts.get(word, 0))))
        key = crc32(word.encode())
        rows[key] = min(row, rows.get(key, row))
    packed = [(key, *rows[key]) for key in sorted(rows)]
    return np.array(packed, dtype=[("key", "<u4"), ("idf", "u1"), ("count", "u1")])


def _lines(*name: str) -> list[str]:
    return files("jieba").joinpath(*name).read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    rows = table()
    np.save(TARGET, rows)
    print(f"{len(rows)} words, {TARGET.stat().st_size} bytes")
