"""The last look at a gap: every rule by its cases, which rules are asked of what, and what is asked where all doubt."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import fronts
from support.analyses import analysed
from support.fronts import doubt

from flashcards import gaps, keyphrases
from flashcards.gaps import damage, stems, subject, told, whole, worth
from flashcards.gaps.stems import Stem
from flashcards.gaps.text import SENTENCES, Text
from flashcards.model import Passage, Sentence, Token, Tokens
from flashcards.settings import Settings

ROOMS = {"damage": damage, "subject": subject, "told": told, "whole": whole, "worth": worth}
CASES = [pytest.param(room, case, id=f"{room}, {fronts.label(case)}") for room in ROOMS for case in fronts.cases(room)]
RAILWAY = "詹天佑主持修建京张铁路时，在青龙桥一带设计了人字形线路，列车用两台机车前拉后推，爬上陡坡。"
AGAIN = "詹天佑用人字形线路解决青龙桥的坡度。人字形线路后来还用在别处。詹天佑称人字形线路为折返线。"
PLAN = "石塔的建设方案写得很详细，工程质量和施工安全都有人负责检查。"
MORE = "海风吹来。浪花很高。天亮了。"


def chosen(*texts: str, title: str = "", **options: float) -> tuple[gaps.Choice, ...]:
    settings = Settings(**options)  # type: ignore[arg-type]
    passages = [Passage(f"d#{n}", "d", n, text, (n, n), title=title or None) for n, text in enumerate(texts, 1)]
    return gaps.choose(keyphrases.analyse(passages, settings), settings)


def document(words: int, sentences: int, **options: float) -> Text:
    """What the rules know of a document of so many words in so many sentences."""
    tokens = Tokens.of(Token("灯", at, "n") for at in range(words // sentences))
    passage = Passage("d#1", "d", 1, "灯" * words, (1, 1))
    cut = [(passage, tuple(Sentence("灯" * len(tokens), 0, tokens) for _ in range(sentences)))]
    return Text.of(analysed(cut), Settings(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(("room", "case"), CASES)
def test_rule_doubts_its_example_and_not_the_sibling(room: str, case: dict[str, Any]) -> None:
    """What differs between the two is what the rule looks at."""
    doubted, asked = fronts.pair(case)

    assert doubt(doubted) == case["why"] == dict(fronts.rules(ROOMS[room]))[case["rule"]]
    assert doubt(asked) == ""


@pytest.mark.parametrize(("room", "case"), CASES)
def test_no_other_rule_doubts_the_example(room: str, case: dict[str, Any]) -> None:
    """Without its rule it would be asked."""
    doubted, _ = fronts.pair(case)

    assert fronts.doubt_without(case["rule"], doubted) == ""


@pytest.mark.parametrize("room", ROOMS)
def test_every_rule_has_an_example(room: str) -> None:
    """No rule of a room is left out of its cases."""
    assert {case["rule"] for case in fronts.cases(room)} == set(dict(fronts.rules(ROOMS[room])))


PIECES = st.lists(
    st.sampled_from([*"［（(「『“《〈）)]”’\"' \n-{}</>a年。，、；：.3如图见为灯塔㐀※□翰", "codice_", "ISBN", "年年"])
)
DIRT = re.compile(
    "|".join(
        (
            r"[（(「『“《]\s*[\"'”’]{2}|-\{|\}-|<[a-z/]+>|codice_|\bISBN\b|[0-9]年年|。。|[《〈][\"“']",
            r"\s(?<=[\u3400-\u9fff]\s)(?:\s*[，。、；）]|\s+[\u3400-\u9fff])|[\u3400-\u4dbf※●■◆□]|：[^：。]*：",
            r"[（(][，、,；]|[）)]\s*[（(]\s*[）)]|[（(][如见見]?[图圖表][0-9一二三四五六七八九十]",
            r"(?:[\u3400-\u9fff]\.){2}|^\s*[0-9]+[.、]",
        )
    )
)
TORN = re.compile(
    r"[（(「『“《【][\s，,、；;。：:'’]*[）)」』”》】]|[：:，,、；;]\s*['’]?\s*[）)]|[，、；：]\s*[，、；。]|[为為]。"
)
RUN = re.compile(r"[^\s，、；：。！？,;:.!?()（）《》〈〉“”‘’「」『』【】…—·-]{4}")


@given(PIECES)
def test_no_dirt_is_overlooked(pieces: list[str]) -> None:
    """What is sought by its first character is what each pattern finds by itself."""
    text = "".join(pieces)
    assert damage.is_damaged(Stem(0, text, ())) == bool(DIRT.search(text))


@given(PIECES)
def test_no_loss_is_overlooked(pieces: list[str]) -> None:
    """Empty brackets and marks in a row are found wherever they stand."""
    text = "".join(pieces)
    assert stems.torn(text) == bool(TORN.search(text))


@given(PIECES)
def test_every_character_of_a_run_counts(pieces: list[str]) -> None:
    """A run without a mark is long enough wherever it begins."""
    text = "".join(pieces)
    assert stems.runs_on(text, 3) == bool(RUN.search(text))


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
    """A sentence whose words show nothing to be a term gives one gap; among other sentences it gives none."""
    assert len(chosen(PLAN)) == 1
    assert not chosen(PLAN + MORE)


def test_passage_with_nothing_else_is_asked_one_phrase_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though every phrase told once were one of many wordings; who asks for more gets more of them."""
    monkeypatch.setattr(worth, "PLAIN", 10.0)
    assert len(chosen(RAILWAY, MORE)) == 1
    assert len(chosen(RAILWAY, MORE, density=4.0)) > 1


def test_phrase_told_again_shows_its_length_only() -> None:
    """Its first character would give it away; told once it needs that to be the only answer."""
    (once,) = [choice for choice in chosen(RAILWAY) if choice.phrase == "人字形线路"]
    (again, *_) = [choice for choice in chosen(RAILWAY, AGAIN) if choice.phrase == "人字形线路"]
    assert once.hint == "人……，5字"
    assert again.hint == "5字"


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
