"""Neighbours that are handled together: as many as fit, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def packs(things: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Things in order, as many together as are no larger than ``most`` in all; a larger one alone.

    >>> list(packs(["山", "山水", "山水画"], len, 3))
    [['山', '山水'], ['山水画']]
    """
    some: list[T] = []
    total = 0
    for thing in things:
        more = size(thing)
        if some and total + more > most:
            yield some
            some, total = [], 0
        some.append(thing)
        total += more
    if some:
        yield some
