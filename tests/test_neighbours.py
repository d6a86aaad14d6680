"""Plausible neighbours of numbers and dates."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards.distractors.neighbours import is_number, neighbours

CASES = json.loads((Path(__file__).parent / "cases" / "distractors" / "numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["phrase"])
def test_a_quantity_is_known_and_has_the_neighbours_a_person_would_write(case: dict[str, object]) -> None:
    """A phrase counts as a number where it is one, and its nearest neighbours come first."""
    assert is_number(case["phrase"]) is case["number"]
    if case["number"]:
        assert neighbours(case["phrase"])[: len(case["near"])] == case["near"]


@given(st.integers(1, 10**9), st.sampled_from(["年", "个", "％", "公里", "", "万人"]))
def test_neighbours_differ_from_the_number_and_from_one_another(number: int, unit: str) -> None:
    """No neighbour is the number itself or comes twice, and all keep what stands around it."""
    found = neighbours(f"约{number}{unit}")
    assert len(set(found)) == len(found)
    assert f"约{number}{unit}" not in found
    assert all(re.fullmatch(rf"约\d+{unit}", text) for text in found)


@given(st.dates(date(1000, 1, 1), date(2100, 12, 31)))
def test_neighbours_of_a_date_are_in_the_calendar(day: date) -> None:
    """Every neighbour of a date is a day that exists."""
    for text in neighbours(f"{day.year}年{day.month}月{day.day}日"):
        year, month, number = map(int, re.findall(r"\d+", text))
        date(year, month, number)
        assert (year, month, number) != (day.year, day.month, day.day)


@given(st.integers(0, 100))
def test_a_percentage_stays_one(number: int) -> None:
    """Neighbours of a percentage are above 0 and below 100."""
    assert all(0 < int(text[:-1]) < 100 for text in neighbours(f"{number}％"))


@given(st.text("一二三四五六七八九十百千万亿零〇两1234567890,.年个多第", max_size=12))
def test_any_run_of_numerals_is_survived(text: str) -> None:
    """Numerals in whatever order raise nothing."""
    is_number(text)
    neighbours(text)
