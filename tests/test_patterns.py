"""Parallel lists and definitions, as spans."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import segment
from flashcards.gaps.patterns import definitions, lists
from flashcards.model import Passage, Sentence

CASES = Path(__file__).parent / "cases" / "patterns"
LISTS = json.loads((CASES / "lists.json").read_text(encoding="utf-8"))
DEFINITIONS = json.loads((CASES / "definitions.json").read_text(encoding="utf-8"))


def sentence(text: str) -> Sentence:
    return segment.sentences(Passage("t#1", "t", 1, text, (1, 1)))[0]


@pytest.mark.parametrize("case", LISTS, ids=[case["label"] for case in LISTS])
def test_list_has_the_members_a_reader_sees(case):
    """The members of each list, and nothing where there is no list."""
    found = [[case["text"][m.start : m.end] for m in one.members] for one in lists(sentence(case["text"]))]
    assert found == case["lists"]


@pytest.mark.parametrize("case", DEFINITIONS, ids=[case["label"] for case in DEFINITIONS])
def test_definition_has_the_term_and_what_is_said_of_it(case):
    """Term and meaning as spans of the sentence."""
    found = definitions(sentence(case["text"]))
    if case["term"] is None:
        assert found == ()
    else:
        (one,) = found
        assert case["text"][one.term.start : one.term.end] == case["term"]
        assert case["text"][one.meaning.start : one.meaning.end] == case["meaning"]


@given(st.text(alphabet="甲乙丙丁、，和“”（）是指的。一1a\n", max_size=60))
def test_members_lie_apart_and_in_order(text):
    """Whatever the marks, the members of a list are non-empty spans of the sentence, in order, without overlap."""
    for one in segment.sentences(Passage("t#1", "t", 1, text, (1, 1))):
        for found in lists(one):
            spans = [(m.start, m.end) for m in found.members]
            assert len(spans) >= 3
            assert all(0 <= a < z <= len(one.text) for a, z in spans)
            assert all(first[1] <= second[0] for first, second in pairwise(spans))
