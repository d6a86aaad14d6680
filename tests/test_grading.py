"""Grading: one table of cases in two languages, and what holds for any text."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from flashcards.grading import Verdict, grade, grade_item, grade_list, judgement, normalise, option
from flashcards.grading.tokens import tokens
from flashcards.model import Gap, Item, Passage, Place
from flashcards.numerals import RUN, value
from flashcards.templates import template_path

FOLDER = Path(__file__).parent / "cases" / "grading"


def cases() -> list[dict[str, Any]]:
    """The rows of the tables for text and lists, each with the heading it stands under."""
    found = []
    for name in ("writing", "numbers", "modes"):
        for heading, *rows in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")):
            for row in rows:
                typed, answer, verdict, options = (*row, {})[:4]
                found.append({"heading": heading, "given": typed, "answer": answer, "verdict": verdict, **options})
    return found


CASES = cases()
JUDGEMENTS = [tuple(row) for _, *rows in json.loads((FOLDER / "judgements.json").read_text("utf-8")) for row in rows]


def graded(case: dict[str, Any]) -> Verdict:
    """The verdict of Python on one case."""
    same = case.get("same")
    if isinstance(case["answer"], list):
        return grade_list(case["given"], case["answer"], same=same)
    accepted, mode = case.get("accepted", ()), case.get("mode", "lenient")
    return grade(case["given"], case["answer"], accepted, mode, same=same, pinyin=case.get("pinyin", False))


def test_the_table_is_large_enough() -> None:
    """At least 300 cases hold the two languages together."""
    assert len(CASES) + len(JUDGEMENTS) >= 300


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['given']}|{case['answer']}".encode("unicode_escape"))
def test_case(case: dict[str, Any]) -> None:
    """Python gives the verdict of the table, and the score, form and difference where it names them."""
    verdict = graded(case)
    assert verdict.verdict == case["verdict"], verdict
    for name in ("score", "form"):
        assert getattr(verdict, name) == case.get(name, getattr(verdict, name))
    if "diff" in case:
        assert [list(piece) for piece in verdict.diff] == case["diff"]


@pytest.mark.parametrize(("word", "meaning"), JUDGEMENTS)
def test_judgement(word: str, meaning: bool | None) -> None:
    """A judgement is read from words and marks, and nothing else is one."""
    assert judgement(word) is meaning


def test_the_page_gives_the_same_verdicts(browser: Any) -> None:
    """Chromium gives the same verdict, score, form and difference on every case."""
    page = browser.new_page()
    page.add_script_tag(content=template_path("selftest/grading.js").read_text(encoding="utf-8"))
    results = page.evaluate(
        """cases => cases.map(c => Array.isArray(c.answer) ? Grading.gradeList(c.given, c.answer, c)
           : Grading.grade(c.given, c.answer, c.accepted, c.mode, c))""",
        CASES,
    )
    differing = []
    for case, theirs in zip(CASES, results, strict=True):
        ours = graded(case)
        mine = {"verdict": ours.verdict, "score": ours.score, "form": ours.form, "diff": [list(p) for p in ours.diff]}
        if mine != theirs:
            differing.append((case, mine, theirs))
    said = page.evaluate("words => words.map(Grading.judgement)", [word for word, _ in JUDGEMENTS])
    page.close()
    assert differing == []
    assert said == [meaning for _, meaning in JUDGEMENTS]


HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
MIXED = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from(
            "零〇○一二三十百千万亿两廿点年月日至到负分之0123456789.,-/~—％% 公里米kmKGcC°+<>=#，。“”《》　"
        ),
    ),
    max_size=16,
)
ANY = st.text(max_size=20)


def test_the_page_cuts_any_text_like_python(browser: Any) -> None:
    """Chromium and Python cut 600 random texts into the same tokens, in both modes."""
    texts: list[str] = []

    @given(st.lists(MIXED, min_size=20, max_size=20))
    def collect(some: list[str]) -> None:
        texts.extend(some)

    collect()
    texts[600:] = []
    page = browser.new_page()
    page.add_script_tag(content=template_path("selftest/grading.js").read_text(encoding="utf-8"))
    cut = "texts => texts.map(t => [true, false].map(n => Grading.tokens(t, n).map(x => [x.canon, x.shown])))"
    results = page.evaluate(cut, texts)
    page.close()
    ours = [[[[t.canon, t.shown] for t in tokens(text, numbers=n)] for n in (True, False)] for text in texts]
    assert [(text, a, b) for text, a, b in zip(texts, ours, results, strict=True) if a != b] == []


@given(ANY)
@example("e-\u0301")
@example("㈠ﬀ")
def test_normalising_is_idempotent(text: str) -> None:
    """Normalising what is normalised changes nothing."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.one_of(ANY, MIXED), st.sampled_from(["lenient", "strict", "partial"]))
@example("𝟐", "lenient")
def test_the_right_answer_is_right(text: str, mode: str) -> None:
    """The answer itself is right in every mode, unless it is nothing but blanks."""
    assume(any(not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Mn") for c in text))
    assert grade(text, text, (), mode).verdict == "right"


@given(
    HAN, st.sampled_from(["，", "。", "“", "　", " ", "…"]), st.integers(0, 12), st.sampled_from(["lenient", "strict"])
)
def test_punctuation_never_matters(text: str, mark: str, at: int, mode: str) -> None:
    """A mark put anywhere into words changes no verdict."""
    assume(
        not any(
            c in "零〇一二三四五六七八九十百千万亿萬億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟年月日点點负負元"
            for c in text
        )
    )
    assert grade(text[:at] + mark + text[at:], text, (), mode).verdict == "right"


@given(HAN, st.data())
def test_one_wrong_character_is_wrong_in_strict_mode(text: str, data: st.DataObject) -> None:
    """One character replaced, dropped or added is wrong, and the difference names it."""
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5).filter(lambda c: c != text[at]))
    replaced = grade(text[:at] + other + text[at + 1 :], text, (), "strict")
    dropped, added = (grade(t, text, (), "strict") for t in (text[:at] + text[at + 1 :], text[:at] + other + text[at:]))
    assert replaced.verdict == dropped.verdict == added.verdict == "wrong"
    assert ("missing", text[at]) in replaced.diff or any(text[at] in piece for kind, piece in replaced.diff)
    assert sum(len(piece) for kind, piece in added.diff if kind == "extra") == 1


@given(MIXED, MIXED)
def test_the_difference_holds_both_texts(given_text: str, answer: str) -> None:
    """What is same and missing is the answer, and its length is that of the answer's tokens."""
    verdict = grade(given_text, answer)
    wanted = "".join(token.shown for token in tokens(answer))
    assert "".join(piece for kind, piece in verdict.diff if kind != "extra") == wanted


@given(st.integers(0, 10**12))
def test_a_number_is_read_back(number: int) -> None:
    """Every whole number to a billion billions, written in Chinese, has its value."""
    written = chinese(number)
    match = RUN.fullmatch(written)
    assert match is not None and value(written) == str(number), written


def chinese(number: int) -> str:
    """A whole number in Chinese numerals, as schoolbooks write it."""
    if number == 0:
        return "零"
    groups, units = [], ("", "万", "亿", "万亿")
    for unit in units:
        number, four = divmod(number, 10000)
        groups.append((four, unit))
    text, gap = "", False
    for four, unit in reversed(groups):
        if not four:
            gap = bool(text)
            continue
        text += "零" if text and (gap or four < 1000) else ""
        text += _four(four) + (unit[0] if unit == "万亿" and groups[2][0] else unit)
        gap = False
    return text


def _four(number: int) -> str:
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = True
    return text


PASSAGE = Passage("湖.txt#1", "湖.txt", 1, "湖里有鲤鱼和鲫鱼。", (1, 1))


def item(kind: str, answer: Any, **more: Any) -> Item:
    """An item about the lake."""
    return Item(kind, PASSAGE.text, (Gap(3, 5),), answer, PASSAGE, Place(0), **more)


@pytest.mark.parametrize(
    ("asked", "typed", "verdict"),
    [
        (item("choice", 1, options=("草鱼", "鲤鱼")), "B", "right"),
        (item("choice", 1, options=("草鱼", "鲤鱼")), "２", "right"),
        (item("choice", 1, options=("草鱼", "鲤鱼")), "A", "wrong"),
        (item("choice", 1, options=("草鱼", "鲤鱼")), "C", "wrong"),
        (item("truefalse", False), "×", "right"),
        (item("truefalse", False), "嗯", "wrong"),
        (item("list", ("鲤鱼", "鲫鱼")), "鲫鱼、鲤鱼", "right"),
        (item("cloze", "二十"), "20", "right"),
        (item("recitation", "二十", ask="next"), "20", "wrong"),
        (item("term", "湖里有鱼", ask="definition"), "湖里", "partial"),
    ],
)
def test_each_kind_is_graded_in_its_way(asked: Item, typed: str, verdict: str) -> None:
    """Options by letter or number, judgements by mark, lists in any order, recitations strictly."""
    assert grade_item(asked, typed, ()).verdict == verdict


def test_an_option_is_named_by_one_letter_or_number() -> None:
    """What is not one letter or number within the options names none."""
    assert [option(word, 4) for word in ("a", "D.", "4", "5", "", "AB", "（B）", "甲")] == [
        0,
        3,
        3,
        None,
        None,
        None,
        1,
        None,
    ]
