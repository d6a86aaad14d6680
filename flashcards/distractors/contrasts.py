"""Words that say the contrary without sounding wrong (上游, 下游), and words that say the same (推动, 推进)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """``contrary``: a word to what may replace it in a term; ``stated``: in a sentence; ``same``: to a synonym."""

    contrary: Mapping[str, tuple[str, ...]]
    stated: Mapping[str, str]
    same: Mapping[str, str]
    pattern: re.Pattern[str]


@cache
def words() -> Words:
    """The table of `data/contrasts.txt`, read once."""
    contrary: dict[str, tuple[str, ...]] = {}
    stated: dict[str, str] = {}
    same: dict[str, str] = {}
    part = ""
    for line in files("flashcards").joinpath("data", "contrasts.txt").read_text(encoding="utf-8").splitlines():
        row = line.split()
        if line.startswith("["):
            part = line
        elif not row or line.startswith("#"):
            continue
        elif part == "[contrasts]":
            for word in row:
                contrary[word] = (*contrary.get(word, ()), *(other for other in row if other != word))
        elif part == "[statements]":
            stated[row[0]] = row[-1]
            if ">" not in row:
                stated[row[-1]] = row[0]
        else:
            same.update(dict.fromkeys(row, row[0]))
    return Words(contrary, stated, same, re.compile("|".join(sorted(same, key=lambda word: (-len(word), word)))))


def contrary(text: str, edges: Collection[int]) -> Iterator[str]:
    """The text with one of its words turned into its contrary, 细胞外部 -> 细胞内部; ``edges`` are its word edges."""
    for word, others in words().contrary.items():
        at = text.find(word)
        if at >= 0 and at in edges and at + len(word) in edges:
            yield from (text[:at] + other + text[at + len(word) :] for other in others)


@lru_cache(maxsize=1 << 12)
def plain(text: str) -> str:
    """The text with every word replaced by the first of its synonyms: what two wordings of one thing have in common."""
    return words().pattern.sub(lambda match: words().same[match[0]], text)
