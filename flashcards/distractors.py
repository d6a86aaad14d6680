"""Wrong options worth fearing: what is of the answer's kind, looks like it, and is not right."""

from __future__ import annotations

from collections.abc import Sequence

from flashcards.likeness import likeness, nearness

COMPANY = 2  # of the pool's other terms, how many must resemble a good one
SUPPORT = 0.5
COMMON = 0.7


def rank(answer: str, pool: Sequence[str], stem: str) -> list[str]:
    """The pool ordered by how well its terms serve as wrong options for ``answer`` in ``stem``, best first.

    Likeness to the answer and to the question's wording; less what a term has in common with everything (hubs are near
    to all, and say nothing); plus the support of the terms it would stand beside, because options form one family.
    """
    terms = list(dict.fromkeys(pool))
    mutual = [[likeness(one, other) for other in terms] for one in terms]
    own = [likeness(answer, term) + nearness(stem, term) for term in terms]
    if len(terms) > COMPANY:
        for at, row in enumerate(mutual):
            own[at] -= COMMON * (sum(row) - row[at]) / (len(terms) - 1)
        own = [score + SUPPORT * _support(at, mutual[at], own) for at, score in enumerate(own)]
    order = sorted(range(len(terms)), key=lambda at: (-own[at], terms[at]))
    return [terms[at] for at in order]


def _support(at: int, row: Sequence[float], own: Sequence[float]) -> float:
    best = sorted((row[other] + own[other] for other in range(len(row)) if other != at), reverse=True)[:COMPANY]
    return sum(best) / len(best)
