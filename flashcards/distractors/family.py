"""Which terms serve best as options beside one another: what a question adds to it is only what its stem echoes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flashcards.distractors.likeness import nearness

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPANY = 2  # of the pool's other terms, how many must resemble a good one
SUPPORT = 0.5
COMMON = 0.7


class Family(NamedTuple):
    """Terms, how alike each is to the answer (``own``), what it has in ``common`` with all of them, and how alike any
    two are (``mutual``; a term is nothing to itself). ``order`` is theirs where a stem echoes none, if it is known."""

    terms: Sequence[str]
    own: NDArray[Any]
    common: NDArray[Any]
    mutual: NDArray[Any]
    order: Sequence[str] = ()


def of(terms: Sequence[str], own: NDArray[Any], mutual: NDArray[Any]) -> Family:
    """The family of terms, given how alike each is to the answer and to the others."""
    import numpy as np

    others = max(1, len(terms) - 1)
    common = COMMON * (mutual.sum(axis=1) - mutual.diagonal()) / others
    mutual = mutual.copy()
    np.fill_diagonal(mutual, -np.inf)
    return Family(terms, own, common, mutual)


def ranked(family: Family, stem: str) -> Sequence[str]:
    """The terms by how well they serve as wrong options in a stem, best first.

    Likeness to the answer and to the question's wording; less what a term has in common with everything (hubs are near
    to all, and say nothing); plus the support of the terms it would stand beside, because options form one family.
    """
    import numpy as np

    terms = family.terms
    near = nearness(stem, terms)
    if family.order and not any(near):
        return family.order
    own = family.own + np.array(near)
    if len(terms) > COMPANY:
        own -= family.common
        beside = family.mutual + own
        beside.partition(len(terms) - COMPANY, axis=1)
        own += SUPPORT * (beside[:, -COMPANY:].sum(axis=1) / COMPANY)
    scores = (-own.round(6)).tolist()  # so that the last digits of another machine change no order
    return [term for _, term in sorted(zip(scores, terms, strict=True))]
