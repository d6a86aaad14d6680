"""Of whom or of what a stem speaks."""

from __future__ import annotations

import pytest
from support import fronts

from flashcards.gaps import subject


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("灯塔是引导船只的航标，夜里发光。", "芝罘灯塔"),
        ("詹天佑主持修建了京张铁路。", ""),
        ("1909年，詹天佑主持修建的铁路通车。", ""),
        ("《海错图》画了三百多种海产。", ""),
        ("1909年通车，詹天佑题写站名。", ""),
    ],
)
def test_stem_with_its_title_a_name_or_a_quotation_speaks_of_it(text: str, title: str) -> None:
    """Behind times and in any clause, if no pronoun comes before."""
    shown = fronts.front(f"{text[:-1]}|。|", title=title)
    assert not subject.nobody(shown.analysis, shown.sentence, shown.stem)


@pytest.mark.parametrize(
    "text",
    [
        "他主持修建了詹天佑设计的铁路。",
        "1909年通车，运行至今。",
        "該線由詹天佑設計。",
        "在詹天佑去世以后通车。",
        "詹天佑成立公司后，任总工程师。",
        "修建时使用了炸药。",
    ],
)
def test_stem_that_points_back_or_only_tells_of_times_speaks_of_nobody(text: str) -> None:
    """A pronoun before the name, a name that a preposition governs, an office without its holder."""
    shown = fronts.front(f"{text[:-1]}|。|")
    assert subject.nobody(shown.analysis, shown.sentence, shown.stem)


def test_hidden_noun_is_the_subject_only_where_it_is_defined() -> None:
    """|浮标|是… says what it is, |浮标|漂走 does not say of which one."""
    defined, lost = fronts.front("|浮标|是漂在水面的航标。"), fronts.front("|浮标|漂到岸边，已经损坏。")
    assert not subject.nobody(defined.analysis, defined.sentence, defined.stem)
    assert subject.nobody(lost.analysis, lost.sentence, lost.stem)


def test_part_of_a_title_shows_it() -> None:
    """A half, a part between points or a rare word will do; what stands in its brackets will not."""
    front = fronts.front("|灯塔|", title="《詹天佑·铁路旧事》（京张）")
    assert subject.shown(front.analysis, "詹天佑在上海")
    assert subject.shown(front.analysis, "他写了铁路旧事一书")
    assert not subject.shown(front.analysis, "京张线")
