"""Likeness as matrices is likeness one pair at a time: the clear way is the oracle of the fast one."""

from __future__ import annotations

import math
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from flashcards.distractors import likeness, rank, terms
from flashcards.distractors.likeness import NUMBER, Form, form

TERMS = (Path(__file__).parent / "cases" / "likeness" / "terms.txt").read_text(encoding="utf-8").split("\n")[:-1]


def pair(a: Form, b: Form) -> float:
    """What `likenesses` says of two terms, written out."""
    longest = max(len(a.text), len(b.text), 1)
    score = 3.0 * min(len(a.text), len(b.text)) / longest + 0.5 * (len(a.text) == len(b.text))
    score += 1.0 * (shape(a) == shape(b)) - 1.5 * ((a.number is None) != (b.number is None))
    score -= 1.0 * (("a" in shape(a)) != ("a" in shape(b))) + 1.0 * (marks(a) != marks(b))
    if a.number is not None and b.number is not None:
        score += 1.5 * (NUMBER.sub("9", a.text) == NUMBER.sub("9", b.text))
        score += 1.0 / (1.0 + abs(math.log((a.number + 1) / (b.number + 1))))
    score += 3.5 * dice(a.characters, b.characters) + 1.0 * dice(a.pairs, b.pairs)
    score += 2.0 * (a.text[-1:] == b.text[-1:]) + 1.0 * (a.text[-2:] == b.text[-2:])
    score += 1.0 * (a.text[:1] == b.text[:1]) + 1.0 * (a.text[:2] == b.text[:2])
    score += 0.5 * (a.tags[0][0] == b.tags[0][0]) + 1.0 * (a.tags[-1] == b.tags[-1]) + 0.5 * (a.tags == b.tags)
    names = likeness._name(a.text, a.tags), likeness._name(b.text, b.tags)
    score += 4.5 * float(a.mean @ b.mean) + 1.0 * (names[0] != "" and names[0] == names[1])
    if len(a.vectors) and len(b.vectors):
        cosines = a.vectors @ b.vectors.T
        score += float(cosines.max(axis=0).mean() + cosines.max(axis=1).mean()) / 2
    return score + 3.5 * terms.table().together(a.text, b.text)


def shape(a: Form) -> str:
    return re.sub("[\u3400-\u9fff〇]+", "字", re.sub("[a-z]+", "a", NUMBER.sub("9", a.text)))


def marks(a: Form) -> str:
    return "".join(c for c in a.text if unicodedata.category(c)[0] in "PS")


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


def test_the_matrix_is_the_pairs():
    """Every cell is what the written-out sum gives for its two terms."""
    forms = [form(term) for term in TERMS]
    expected = [[pair(a, b) for b in forms] for a in forms]
    assert likeness.likenesses(TERMS, TERMS) == pytest.approx(np.array(expected), abs=1e-4)


def test_one_row_is_a_row_of_the_whole():
    """What a term is compared with besides changes nothing."""
    whole = likeness.likenesses(TERMS, TERMS)
    for at, term in enumerate(TERMS):
        assert likeness.likenesses((term,), TERMS)[0] == pytest.approx(whole[at], abs=1e-4)


def test_a_pool_is_ranked_whole():
    """A ranking is a permutation of its pool; an empty pool has an empty one."""
    assert sorted(rank("都江堰", TERMS, "战国时修建的")) == sorted(set(TERMS))
    assert rank("都江堰", [], "战国时修建的") == []
    assert rank("都江堰", ["灵渠"], "战国时修建的") == ["灵渠"]
