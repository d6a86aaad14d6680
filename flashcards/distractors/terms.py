"""The shipped table of terms of one kind: provinces, dynasties, poets, organelles, policies …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

from flashcards.distractors.folding import fold


@dataclass(frozen=True, slots=True)
class Terms:
    """``groups``: a group's name to its terms, in order; ``of``: a folded term to the names of its groups.

    A term's groups stand narrowest first. ``parts``: the groups of names that may also be exchanged inside a longer
    phrase. ``closed``: the groups of which any member is credible where another stands. ``heads``: the last one and the
    last two characters of a folded term, which say of what kind it is, to the terms that end so.
    """

    groups: Mapping[str, tuple[str, ...]]
    of: Mapping[str, tuple[str, ...]]
    parts: frozenset[str]
    closed: frozenset[str]
    heads: Mapping[str, tuple[str, ...]]

    def mates(self, term: str) -> tuple[tuple[str, str], ...]:
        """The terms that share a group with a folded one: (mate, name of the group), each once, narrow groups first."""
        found: dict[str, str] = {}
        for group in self.of.get(term, ()):
            for mate in self.groups[group]:
                if fold(mate) != term:
                    found.setdefault(mate, group)
        return tuple(found.items())

    def together(self, one: str, other: str) -> bool:
        """Whether two folded terms share a group."""
        return not set(self.of.get(one, ())).isdisjoint(self.of.get(other, ()))


@cache
def table() -> Terms:
    """The table of `data/terms.txt`, read once."""
    groups: dict[str, tuple[str, ...]] = {}
    parts: set[str] = set()
    closed: set[str] = set()
    name = ""
    for line in files("flashcards").joinpath("data", "terms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[+=]")
            if "+" in line:
                parts.add(name)
            if "=" in line:
                closed.add(name)
        elif line and not line.startswith("#"):
            groups[name] = (*groups.get(name, ()), *line.split())
    of: dict[str, list[str]] = {}
    order = sorted(groups, key=lambda name: (len(groups[name]), name))
    for name in order:
        for term in groups[name]:
            of.setdefault(fold(term), []).append(name)
    heads: dict[str, list[str]] = {}
    for term in dict.fromkeys(chain.from_iterable(map(groups.__getitem__, order))):
        for length in (1, 2):
            if len(term) > length + 1:
                heads.setdefault(fold(term)[-length:], []).append(term)
    return Terms(
        groups,
        {term: tuple(names) for term, names in of.items()},
        frozenset(parts),
        frozenset(closed),
        {head: tuple(terms) for head, terms in heads.items()},
    )
