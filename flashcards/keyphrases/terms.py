"""The user's own terms and stop list: plain text, one a line."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flashcards.errors import BadConfiguration
from flashcards.settings import Settings

LONGEST = 40  # characters of a term
MOST = 100_000  # terms in a list


@dataclass(frozen=True, slots=True)
class Terms:
    """Forced terms with their weights, and phrases never to show."""

    weights: Mapping[str, float] = field(default_factory=dict)
    stopped: frozenset[str] = frozenset()

    @property
    def forced(self) -> tuple[str, ...]:
        """The terms alone, in the order of the file."""
        return tuple(self.weights)

    def score(self, term: str, score: float) -> float:
        """The score of a forced term, which comes before all other phrases, by its weight."""
        return 1.0 + self.weights[term] + min(score, 0.99)

    def stops(self, word: str) -> bool:
        """Whether the user wants never to be asked this."""
        return word in self.stopped


def load(settings: Settings) -> Terms:
    """The lists that the settings name. Raises BadConfiguration with file and line where one is no such list."""
    weights = dict(_read_terms(settings.terms)) if settings.terms else {}
    stopped = frozenset(line for _, line in _lines(settings.stop)) if settings.stop else frozenset()
    return Terms(weights, stopped)


@lru_cache(maxsize=8)
def _read_terms(path: Path) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for number, line in _lines(path):
        parts = line.replace("\t", " ").rsplit(" ", 1)
        term, weight = line, 1.0
        if len(parts) == 2:
            with suppress(ValueError):
                term, weight = parts[0].strip(), float(parts[1])
        if not 0 <= weight <= 1000:
            raise BadConfiguration("a weight must lie between 0 and 1000", path=path, line=number)
        if len(term) > LONGEST:
            raise BadConfiguration(f"a term has at most {LONGEST} characters; one term a line", path=path, line=number)
        found[term] = weight
    if len(found) > MOST:
        raise BadConfiguration(f"has {len(found)} terms; at most {MOST} are read", path=path)
    return tuple(found.items())


@lru_cache(maxsize=8)
def _lines(path: Path) -> tuple[tuple[int, str], ...]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadConfiguration(f"cannot be read: {error.strerror}; name a text file", path=path) from None
    except UnicodeDecodeError:
        raise BadConfiguration("is not UTF-8; save it as UTF-8", path=path) from None
    lines = enumerate(text.splitlines(), start=1)
    return tuple((number, line.strip()) for number, line in lines if line.strip() and not line.startswith("#"))
