"""Writes flashcards/data/common_characters.txt: how common a character is, for telling encodings apart.

Run once, from the project's folder: python tests/tools/make_common_characters.py
Counted in the word list of jieba (MIT), a word's characters by the word's frequency; the traditional forms are
OpenCC's (Apache-2.0). Three lines: the first 500 characters, those up to 1,500, those up to 4,000.
"""

import itertools
from collections import Counter
from pathlib import Path

import jieba
from opencc import OpenCC

TIERS = (0, 500, 1500, 4000)
TARGET = Path(__file__).parents[2] / "flashcards" / "data" / "common_characters.txt"


def main() -> None:
    """Count, convert and write."""
    counts: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, *_ = line.split(" ")
        for character in word:
            if "\u4e00" <= character <= "\u9fff":
                counts[character] += int(frequency)
    ranked = sorted(counts, key=lambda c: (-counts[c], c))
    converter, seen, lines = OpenCC("s2t"), set(), []
    for first, last in itertools.pairwise(TIERS):
        tier = []
        for character in ranked[first:last]:
            for form in (character, converter.convert(character)):
                if form not in seen:
                    seen.add(form)
                    tier.append(form)
        lines.append("".join(tier))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
