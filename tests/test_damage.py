"""Damaged text, and answers that nobody would write down."""

from __future__ import annotations

from typing import Any

import pytest
from support import fronts

from flashcards.gaps import damage
from flashcards.gaps.doubts import doubt

CASES = fronts.cases("damage")
RULES = dict(fronts.rules(damage))


@pytest.mark.parametrize("case", CASES, ids=fronts.label)
def test_rule_doubts_its_example_and_not_the_sibling(case: dict[str, Any]) -> None:
    """What differs between the two is what the rule looks at."""
    doubted, asked = fronts.pair(case)

    assert doubt(doubted) == case["why"] == RULES[case["rule"]]
    assert doubt(asked) == ""


@pytest.mark.parametrize("case", CASES, ids=fronts.label)
def test_no_other_rule_doubts_the_example(case: dict[str, Any]) -> None:
    """Without its rule it would be asked."""
    doubted, _ = fronts.pair(case)

    assert fronts.doubt_without(case["rule"], doubted) == ""


def test_every_rule_has_an_example() -> None:
    """No rule of the room is left out of the cases."""
    assert {case["rule"] for case in CASES} == set(RULES)
