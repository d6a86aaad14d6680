"""Readings of words with several readings: ours, pypinyin alone and by our words, and xpinyin, in one run.

    python tests/benchmarks/pinyin.py

Prints for each file of cases the share of words read right, and what each method takes for all of them as a multiple
of pypinyin alone. Each file says how it was measured first; all were looked at afterwards.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pypinyin import Style, pinyin
from xpinyin import Pinyin

from flashcards import segment
from flashcards.learner.pinyin import readings

CASES = Path(__file__).resolve().parents[1] / "cases" / "learner"
FILES = tuple(f"heteronyms{part}.txt" for part in ("", "-2", "-untuned", "-3", "-4"))
Case = tuple[str, int, int, set[str]]  # text, start, end, right readings


def cases(path: Path) -> list[Case]:
    """The cases of a file: the word in 〔〕, a tab, its readings parted by a slash."""
    found: list[Case] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        marked, right = line.split("\t")
        text = re.sub("[〔〕]", "", marked)
        at = 0
        for part in re.split("(〔[^〕]*〕)", marked):
            word = part.strip("〔〕")
            if part.startswith("〔"):
                found.append((text, at, at + len(word), set(right.split("/"))))
            at += len(word)
    return found


def alone(text: str) -> list[str]:
    """pypinyin on the whole text."""
    return [each[0] for each in pinyin(text, style=Style.TONE, errors=lambda run: [[c] for c in run])]


def by_words(text: str) -> list[str]:
    """pypinyin on each of our words."""
    return [syllable for word, _ in segment.words(text) for syllable in alone(word)]


def by_xpinyin(text: str) -> list[str]:
    """xpinyin, which knows characters only."""
    table = Pinyin()
    return [table.get_pinyin(character, tone_marks="marks") for character in text]


def ours(text: str) -> list[str]:
    """Our readings."""
    return [part for run, syllable in readings(text) for part in ([syllable] if syllable else list(run))]


METHODS: dict[str, Callable[[str], list[str]]] = {
    "ours": ours,
    "pypinyin": alone,
    "pypinyin by words": by_words,
    "xpinyin": by_xpinyin,
}


def main() -> int:
    """Print the table; 1 where ours is under 0.97 or under pypinyin alone on the first file."""
    result = 0
    for name in FILES:
        found = cases(CASES / name)
        ours("银行"), by_words("银行")
        shares: dict[str, float] = {}
        times: dict[str, float] = {}
        for method, read in METHODS.items():
            start = time.perf_counter()
            shares[method] = sum(" ".join(read(text)[a:b]) in right for text, a, b, right in found) / len(found)
            times[method] = time.perf_counter() - start
        print(f"{name}: {len(found)} words")
        for method, share in shares.items():
            print(f"  {method:20} {share:.3f}  {times[method] / times['pypinyin']:.1f} times pypinyin")
        if name == FILES[0] and shares["ours"] < max(0.97, shares["pypinyin"]):
            result = 1
    return result


if __name__ == "__main__":
    sys.exit(main())
