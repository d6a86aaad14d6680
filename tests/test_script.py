"""Traditional and simplified views of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import script


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("這座水利工程已經運行兩千多年。", True),
        ("这座水利工程已经运行两千多年。", False),
        ("皇后在里面说了一句话，云云。", False),
        ("學而時習之，不亦說乎？", True),
        ("学而时习之，不亦说乎？", False),
        ("山高月小，水落石出。", False),
        ("这本书用了「繁體」两个字，其余全部是简体字写成的，没有别的繁体字了。", False),
        ("", False),
        ("Only Latin, 123.", False),
        ("\ud800體", True),
    ],
)
def test_the_script_is_told_by_its_characters(text, traditional):
    """More characters of the one script than of the other decide; texts of common characters are simplified."""
    assert script.is_traditional(text) is traditional


@given(st.text(max_size=80))
def test_a_shadow_has_the_length_of_its_text(text):
    """Offsets in the shadow hold in the text, whatever the text."""
    assert len(script.simplified_shadow(text)) == len(text)


@given(st.text(st.sampled_from("體繁乾隆燥計畫后後里裡麵面云雲著瞭解藉口只隻，。a1"), max_size=40))
def test_a_shadow_of_han_keeps_marks_in_place(text):
    """Marks, Latin and digits stand in the shadow where they stand in the text."""
    shadow = script.simplified_shadow(text)
    assert [(i, c) for i, c in enumerate(shadow) if c in "，。a1"] == [
        (i, c) for i, c in enumerate(text) if c in "，。a1"
    ]


def test_conversion_goes_by_phrases():
    """One character, two readings: the phrase decides."""
    assert script.to_simplified("乾隆年間天氣乾燥") == "乾隆年间天气干燥"
    assert script.to_traditional("皇后在后面") == "皇后在後面"
    assert script.simplified_shadow("計畫與畫筆") == "计划与画笔"


def test_lone_surrogates_pass_through():
    """What has no UTF-8 form is kept, and the text around it converted."""
    assert script.to_simplified("體\ud800體") == "体\ud800体"


@pytest.mark.parametrize("text", ["台湾的里程碑", "着重说明", "为什么要下面条", "吃饭线路", "雪里红", "a1，", ""])
def test_the_standards_of_regions_are_reached_from_the_traditional_form(text):
    """Each form is what opencc makes of the simplified text itself."""
    simple = script.to_simplified(text)
    made = [script._convert(config, simple) for config in ("s2t", "s2tw", "s2hk")]
    assert script.script_forms(text) == tuple(dict.fromkeys((simple, *made)))


@given(st.text(st.sampled_from("體繁計畫后後里裡云学而时习之，。a1𠀀"), max_size=60))
def test_the_script_is_told_by_counting(text):
    """Counting a few characters one by one, and Han by runs, gives what counting every character gives."""
    told = script.is_traditional(text)
    han, traditional = sum(map(script._is_han, text)), sum(map(script._is_traditional, text))
    assert told == (traditional > sum(map(script._is_simplified, text)) and traditional >= 0.02 * han)
