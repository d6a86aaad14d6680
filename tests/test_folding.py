"""What is one text to a reader, however it is written."""

from __future__ import annotations

import re

import pytest

from flashcards.distractors import folding


@pytest.mark.parametrize("text", ["ＤＮＡ", "DNA", "dna", " D N A "])
def test_width_case_and_white_space_are_no_difference(text):
    """Nobody is to choose between them."""
    assert folding.fold(text) == folding.folded(text) == "dna"


def test_scripts_are_no_difference():
    """Nor between a traditional and a simplified form."""
    assert folding.fold("灣區") == folding.fold("湾区")


def test_folding_leaves_the_han_of_a_plain_text():
    """What folding makes Han of, or turns into other Han, is never called plain."""
    for character in map(chr, (*range(0xD800), *range(0xE000, 0x110000))):
        folded = folding._folded(character)
        if folded != character and re.search("[\u3400-\u9fff\U00020000-\U0003ffff]", folded):
            assert not folding.is_plain(f"上游{character}的水")
    assert folding.is_plain("上游（ＡＢ）的水，Ａ")
    assert not folding.is_plain("答覆高於上游")
