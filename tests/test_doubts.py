"""The last look at a gap: which rules are asked of what, and what is asked where all are doubted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import fronts

from flashcards import gaps, keyphrases
from flashcards.gaps.doubts import doubt
from flashcards.gaps.text import SENTENCES, Text
from flashcards.model import Analysis, Passage, Sentence, Token
from flashcards.settings import Settings

LAMP = "守塔人每天傍晚点亮电石灯，灯光穿过菲涅耳透镜照到二十海里以外。"
ALONE = (LAMP, "海雾很浓的日子，看不见灯光的船只要靠雾号的声音分辨方向。", "风停了。", "天亮了。")


def chosen(*texts: str, title: str = "", **options: float) -> tuple[gaps.Choice, ...]:
    settings = Settings(**options)  # type: ignore[arg-type]
    passages = [Passage(f"d#{n}", "d", n, text, (n, n), title=title or None) for n, text in enumerate(texts, 1)]
    return gaps.choose(keyphrases.analyse(passages, settings), settings)


def document(words: int, sentences: int, **options: float) -> Text:
    """What the rules know of a document of so many words in so many sentences."""
    tokens = tuple(Token("灯", at, "n") for at in range(words // sentences))
    passage = Passage("d#1", "d", 1, "灯" * words, (1, 1))
    analysis = Analysis(passage, tuple(Sentence("灯" * len(tokens), 0, tokens) for _ in range(sentences)), ())
    return Text.of((analysis,), Settings(**options))  # type: ignore[arg-type]


def test_short_document_is_looked_at_strictly_unless_it_is_tiny() -> None:
    """From four sentences to 700 words."""
    assert document(100, SENTENCES + 1).strict
    assert not document(100, SENTENCES).strict
    assert not document(7000, 70).strict


def test_density_lets_in_what_is_told_once() -> None:
    """Above 1 the document spares nothing."""
    assert document(100, 2).sparing
    assert not document(100, 2, density=2.0).sparing
    assert doubt(fronts.front("港口发挥|航标遗址|。", kind="term", times=1, score=0.4))
    assert not doubt(fronts.front("港口发挥|航标遗址|。", kind="term", times=1, score=0.4, document={"sparing": False}))


def test_lenient_look_leaves_out_only_what_is_told() -> None:
    """Nothing but the answer on the front speaks against a gap of a tiny text."""
    lenient = {"lenient": True}
    assert doubt(fronts.front("港内停着|几十艘|渔船。", kind="number"))
    assert not doubt(fronts.front("港内停着|几十艘|渔船。", kind="number", document=lenient))
    assert doubt(fronts.front("渔船停在|内港|，货轮停在外港。", document=lenient))


def test_title_needs_no_words_that_make_it_a_term() -> None:
    """Its marks show that it is whole; the same words without them must show it."""
    assert not doubt(fronts.front("他写成|航海蓝图|一书。", kind="title"))
    assert doubt(fronts.front("他写成|航海蓝图|一书。", kind="term"))


def test_tiny_text_is_asked_something() -> None:
    """Two sentences whose words show nothing to be a term give one gap, the same in a longer text none."""
    assert len(chosen(LAMP)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "，、；：",
        "（）《》“”",
        "灯",
        "一",
        "lighthouse keepers of the northern sea",
        "LH-1",
        "子曰：「燈下讀書，其樂何如？」",
        "1868",
        "\n\n",
        "|" * 30,
        "灯" * 400,
    ],
)
@pytest.mark.parametrize("density", [1.0, 4.0])
def test_odd_text_is_survived(text: str, density: float) -> None:
    """Empty, marks only, Latin only, classical, one character: gaps or none, but no error."""
    assert all(choice.phrase in choice.stem for choice in chosen(text, title=text, density=density))


@given(
    st.lists(
        st.sampled_from(
            [*"，。、；：（）《》“”该这他年月任等和的是为-", "灯塔", "詹天佑", "1868年", "烟台", "LH", "燈"]
        )
    )
)
def test_any_text_is_survived(pieces: list[str]) -> None:
    """Whatever stands beside whatever, the rules give an answer."""
    assert all(choice.phrase in choice.stem for choice in chosen("".join(pieces), title="灯塔", density=4.0))
