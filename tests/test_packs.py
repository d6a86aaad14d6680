"""Neighbours that are handled together."""

from __future__ import annotations

import doctest
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flashcards import packs


def test_the_example_holds():
    """That of the docstring."""
    assert doctest.testmod(packs).failed == 0


@given(st.lists(st.integers(0, 12)), st.integers(1, 20))
def test_packs_are_the_things_and_no_larger_than_asked(sizes, most):
    """Nothing is lost or moved; what is larger stands alone, and no pack could hold the next thing, too."""
    found = list(packs.packs(sizes, int, most))
    assert [size for pack in found for size in pack] == sizes
    assert all(sum(pack) <= most or len(pack) == 1 for pack in found)
    assert all(sum(pack) + after[0] > most for pack, after in pairwise(found))
