"""How common a word is in general Chinese, in five bands of the Zipf scale: the level for those who know the language.

The scale (van Heuven et al. 2014, "SUBTLEX-UK") is the decimal logarithm of a word's count per thousand million words;
a band is a step of ten. Counts are those of the shipped table of rarity, so no package of the extra is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import expm1, log10

from flashcards import script, segment
from flashcards.errors import BadConfiguration

RAREST = 5
COMMONEST = 5.0  # Zipf value from which a word is of the first band: a hundred in a million words
WORDS = 5.96e7  # all counts of the table
SPREAD = 7.53  # Zipf value of a word that every document has, by comparison of the table's two columns
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_RANGE = re.compile(r"freq[-\s]?([1-5])(?:\s*[-–—~]\s*([1-5])|(\+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frequency:
    """A band, 1 (over a hundred in a million words) to 5 (less than one in ten million, or in no table)."""

    band: int

    @property
    def label(self) -> str:
        """The band as a card shows it.

        >>> Frequency(3).label, Frequency(3).tag
        ('freq 3', 'freq3')
        """
        return f"freq {self.band}"

    @property
    def tag(self) -> str:
        """The band as the last level of a tag: ``freq3``."""
        return f"freq{self.band}"


def asked(text: str) -> bool:
    """Whether ``--level`` names bands of frequency, well written or not, and no HSK bands.

    >>> asked("freq-3-5"), asked("4-6")
    (True, False)
    """
    return text.strip().lower().startswith("freq")


def bands(text: str) -> tuple[int, int]:
    """The range of bands that ``--level`` names: ``freq-3-5``, ``freq-2``, ``freq-4+``. Raises BadConfiguration.

    >>> bands("freq-3-5"), bands("freq-2"), bands("freq-4+")
    ((3, 5), (2, 2), (4, 5))
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise BadConfiguration(f"--level {text!r} is no range of bands of frequency, 1 to 5; write freq-3-5 or freq-4+")
    low = int(match[1])
    high = RAREST if match[3] else int(match[2] or match[1])
    if low > high:
        raise BadConfiguration(f"--level {text!r} goes down; write freq-{high}-{low}")
    return low, high


@lru_cache(maxsize=20_000)
def frequency(phrase: str) -> Frequency | None:
    """The band of a word, of a phrase that is none that of its rarest word; None where there is no Chinese in it."""
    phrase = script.to_simplified(phrase)
    parts = [word for word, _ in segment.words(phrase) if _HAN.search(word)]
    if not parts:
        return None
    whole, *each = _zipf([phrase, *parts])
    value = whole or min(each)
    return Frequency(min(RAREST, max(1, 1 + int(COMMONEST + 1 - value))))


def _zipf(words: list[str]) -> list[float]:
    """The Zipf value of each word, by its count or by how many documents have it, whichever says more; 0: unknown.

    Counts of compounds are too low where the counted text was cut into shorter words.
    """
    from flashcards.keyphrases.background import vocabulary

    table = vocabulary()
    numbers = table.ids(words)
    rows = zip(table.count[numbers], table.idf[numbers], table.known[numbers], strict=True)
    return [
        max(log10(max(expm1(count), 0.5) / WORDS * 1e9), SPREAD - idf / 2.3026) if known else 0.0
        for count, idf, known in rows
    ]
