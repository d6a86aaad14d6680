"""What was asked: phrases, their parts, and the words around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flashcards.gaps.asked import LONGEST, Asked, related

PHRASES = st.text(alphabet="雄安新区", min_size=2, max_size=LONGEST + 3)


@given(st.lists(PHRASES, max_size=6), PHRASES)
def test_phrase_counts_with_its_parts_and_with_what_holds_it(phrases, phrase):
    """How often it was asked itself, within a longer one, and by a proper part of it (of the first 24 characters)."""
    asked = Asked()
    for each in phrases:
        asked.add(each)

    def holds(one: str, other: str) -> bool:
        return other in one[:LONGEST] and len(other) < len(one[:LONGEST])

    times = sum((each == phrase) + holds(each, phrase) + holds(phrase, each) for each in phrases)
    assert asked.times(phrase) == times


@given(st.text(alphabet="雄安", max_size=LONGEST + 3), st.text(alphabet="雄安", max_size=LONGEST + 3))
def test_phrases_are_related_where_one_asked_counts_for_the_other(one, other):
    """Two phrases alone are compared as a phrase is with all that was asked."""
    asked = Asked()
    asked.add(one)
    assert related(one, other) == (asked.times(other) > 0)


def test_phrase_beside_the_same_words_is_known():
    """Three characters before or behind it, where no mark is among them."""
    asked = Asked()
    asked.note("雄安新区", 4, "国家决定设立雄安新区。", 6)
    assert asked.worded("去年又设立雄安新区，", 5, "雄安新区") is False
    assert asked.worded("后来决定设立雄安新区，", 6, "雄安新区") is True
    assert asked.ever("雄安新区") and asked.lately("雄安新区", 6) and not asked.lately("雄安新区", 7)
