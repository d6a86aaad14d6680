"""What schools load: GIFT read by gift-pegjs, Moodle XML by a schema and a reader that follows Moodle's rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from support.sheets import EVERY_KIND, numbered, stored

from flashcards import bank
from flashcards.exporters import gift, moodle
from flashcards.model import Gap, Item, Passage, Place, Source, answer_text
from flashcards.settings import Settings
from flashcards.words import words

CASES = Path(__file__).parent / "cases" / "school"
RESERVED = "{a} =b ~c #d :e \\f \\n |g| $h$ %50%i -> * [html]j <b>k</b> &amp; // ::l:: \\{ {1:SHORTANSWER:=m}"
TABLE = words("quiz", "zh-Hans")


def answers_of(text: str) -> list[Item]:
    """One item of every kind in which this text is stem, answer, option, variant and explanation."""
    passage = Passage("a/b.txt#1", "a/b.txt", 1, text, (1, 2), source=Source(title=text))
    stem = f"前{text}后"
    gap = (Gap(1, 1 + len(text)),)
    base = Item("cloze", stem, gap, text, passage, Place(0), accepted=(f"x{text}",), explanation=text)
    short = replace(base, kind="source", ask="title", gaps=(), stem=f"话{text}", answer=f"源{text}")
    items = [
        base,
        replace(base, kind="choice", answer=1, options=(f"错{text}", text, f"又{text}"), accepted=()),
        replace(base, kind="truefalse", gaps=(), answer=False, accepted=()),
        short,
        replace(short, kind="term", ask="definition", stem=f"词{text}", answer=f"义{text}"),
        replace(
            base,
            kind="list",
            stem=f"有{text}和乙",
            gaps=(Gap(1, 1 + len(text)), Gap(2 + len(text), 3 + len(text))),
            answer=(text, "乙"),
            accepted=(),
        ),
    ]
    return [numbered(item, at) for at, item in enumerate(items, start=1)]


# Moodle XML


def decoded(answer: str) -> str:
    """An answer of a cloze as Moodle's extract_answers reads it."""
    return unescape(answer).replace("\\}", "}").replace("\\#", "#")


def read_cloze(text: str) -> tuple[str, list[list[str]]]:
    """A cloze as Moodle reads it (question/type/multianswer): the text with gaps as ____, the answers of every gap."""
    alternative = r"(?:=|%-?[0-9]+%)?.+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)"
    pattern = re.compile(r"\{[0-9]*:SHORTANSWER:(" + alternative + "(?:~" + alternative + r")*)\}", re.DOTALL)
    gaps = []
    for match in pattern.finditer(text):
        found = re.findall(r"~?=(.+?)(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)", match[1], re.DOTALL)
        gaps.append([decoded(answer) for answer in found])
    return plain(pattern.sub("____", text)), gaps


def plain(html: str) -> str:
    """HTML of a question as text."""
    assert not re.search(r"<(?!br>)", html)
    return unescape(html.replace("<br>", "\n"))


def unstarred(answer: str) -> str:
    """A short answer without the mark that keeps * from being a wildcard."""
    return answer.replace("\\*", "*")


def questions(path: Path) -> list[Any]:
    """The questions of a Moodle file that is valid against the schema."""
    root = etree.parse(str(path))
    schema = etree.RelaxNG(etree.parse(str(CASES / "moodle.rng")))
    schema.assertValid(root)
    return [question for question in root.getroot() if question.get("type") != "category"]


def test_moodle_is_valid_and_has_every_item(tmp_path: Path) -> None:
    """One valid question an item, with its key as its identity number."""
    opened = bank.load(EVERY_KIND)
    found = questions(moodle.write(opened, tmp_path / "a.moodle.xml", Settings())[0])
    assert [question.findtext("idnumber") for question in found] == [item.key for item in opened]


def test_moodle_gives_back_every_text(tmp_path: Path) -> None:
    """Reserved marks in stems, answers, variants, options and explanations are read back as they were."""
    items = answers_of(RESERVED)
    found = questions(moodle.write(stored(tmp_path, items), tmp_path / "a.xml", Settings())[0])
    cloze, choice, judge, short, essay, several = found
    stem, gaps = read_cloze(cloze.findtext("questiontext/text"))
    assert stem == "前____后"
    assert [list(map(unstarred, gap)) for gap in gaps] == [[RESERVED, f"x{RESERVED}"]]
    options = [(plain(a.findtext("text")), a.get("fraction")) for a in choice.findall("answer")]
    assert options == [(f"错{RESERVED}", "0"), (RESERVED, "100"), (f"又{RESERVED}", "0")]
    assert [answer.get("fraction") for answer in judge.findall("answer")] == ["0", "100"]
    assert plain(judge.findtext("questiontext/text")) == f"前{RESERVED}后"
    assert [unstarred(a.findtext("text")) for a in short.findall("answer")] == [f"源{RESERVED}", f"x{RESERVED}"]
    assert plain(essay.findtext("graderinfo/text")) == f"义{RESERVED}"
    assert [list(map(unstarred, gap)) for gap in read_cloze(several.findtext("questiontext/text"))[1]] == [
        [RESERVED, "乙"],
        ["乙", RESERVED],
    ]


MARKS = st.text(st.sampled_from(list("{}~#=%\\:<>&;*'\"$|[]()-> 中a1\n")), min_size=1, max_size=12).filter(
    # Moodle itself takes a backslash before } or # away, and white space at the ends
    lambda text: text.strip() == text and " ".join(text.split()) == text and not re.search(r"\\[}#]", text)
)


@given(answer=MARKS, stem=MARKS)
def test_any_cloze_is_read_back(answer: str, stem: str) -> None:
    """Whatever marks stem and answer are made of, Moodle's reading of the cloze gives them back."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    item = Item(
        "cloze", f"{stem}（{answer}）", (Gap(len(stem) + 1, len(stem) + 1 + len(answer)),), answer, passage, Place(0)
    )
    text, gaps = read_cloze(moodle.question(item, TABLE).findtext("questiontext/text") or "")
    assert text == f"{stem}（____）"
    assert [[unstarred(found) for found in gap] for gap in gaps] == [[answer]]


def test_no_formula_for_the_filters_of_moodle() -> None:
    """`$$` and `\\(` are entities, so that a TeX filter, which reads the source of a text, finds none."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    item = Item("truefalse", r"价格是$$x$$，记作\(y\)。", (), True, passage, Place(0))
    text = moodle.question(item, TABLE).findtext("questiontext/text") or ""
    assert "$$" not in text
    assert "\\(" not in text
    assert plain(text) == item.stem


def test_what_xml_cannot_hold_is_replaced(tmp_path: Path) -> None:
    """Control characters and lone surrogates become U+FFFD; the file is still valid."""
    found = questions(moodle.write(stored(tmp_path, answers_of("a\x00b\ud800")), tmp_path / "a.xml", Settings())[0])
    assert plain(found[2].findtext("questiontext/text")) == "前a\ufffdb\ufffd后"


# GIFT


def modules() -> str:
    """Where gift-pegjs is installed: FLASHCARDS_NODE_MODULES, else node_modules of the project; skips without it."""
    named = os.environ.get("FLASHCARDS_NODE_MODULES")
    folder = Path(named) if named else Path(__file__).resolve().parents[1] / "node_modules"
    if shutil.which("node") is None or not (folder / "gift-pegjs").is_dir():
        pytest.skip("needs node and gift-pegjs (npm install gift-pegjs); FLASHCARDS_NODE_MODULES names its folder")
    return str(folder)


def parsed(path: Path) -> list[dict[str, Any]]:
    """The questions of a GIFT file as gift-pegjs reads them."""
    run = subprocess.run(
        ["node", str(CASES / "gift.js")],
        input=path.read_bytes(),
        env={**os.environ, "NODE_PATH": modules()},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    return [question for question in json.loads(run.stdout) if question["type"] != "Category"]


def test_gift_is_parsed_and_has_every_item(tmp_path: Path) -> None:
    """An independent parser reads as many questions as the bank has items, each of its type."""
    opened = bank.load(EVERY_KIND)
    found = parsed(gift.write(opened, tmp_path / "a.gift.txt", Settings())[0])
    kinds = {"choice": "MC", "truefalse": "TF", "list": "Essay"}
    expected = ["Essay" if i.ask == "definition" else kinds.get(i.kind, "Short") for i in opened]
    assert [question["type"] for question in found] == expected
    assert all(question["stem"]["format"] == "plain" for question in found)


def test_gift_gives_back_every_text(tmp_path: Path) -> None:
    """Reserved marks are read back as they were; an answer with an arrow is left to the teacher."""
    text = RESERVED.replace(" ->", "")
    found = parsed(gift.write(stored(tmp_path, answers_of(text)), tmp_path / "a.gift.txt", Settings())[0])
    cloze, choice, judge, short, essay, several = found
    assert cloze["stem"]["text"] == "前____后"
    assert [unstarred(choice["text"]["text"]) for choice in cloze["choices"]] == [text, f"x{text}"]
    assert [c["text"]["text"] for c in choice["choices"]] == [f"错{text}", text, f"又{text}"]
    assert [bool(c["isCorrect"]) for c in choice["choices"]] == [False, True, False]
    assert judge["isTrue"] is False
    assert judge["stem"]["text"] == f"前{text}后"
    assert unstarred(short["choices"][0]["text"]["text"]) == f"源{text}"
    assert essay["globalFeedback"]["text"].startswith(f"义{text}")
    assert several["globalFeedback"]["text"].startswith(f"{text}、乙")


def test_an_arrow_makes_no_matching_question(tmp_path: Path) -> None:
    """`a -> b` as an answer would be read as a pair; it becomes an essay with the answer as feedback."""
    item = next(item for item in answers_of("甲 -> 乙") if item.kind == "cloze")
    line = gift.question(item, TABLE)
    assert re.search(r"\{####甲 -> 乙", line)


def test_a_wrong_option_that_looks_like_a_weight_gives_no_points() -> None:
    """`%50%` at the start of a wrong option is text, not half the points."""
    item = replace(answers_of("x")[1], options=("%50%对", "x", "%100%"))
    assert "~%0%%50%对" in gift.question(item, TABLE)


def test_categories_double_a_slash() -> None:
    """A document in a folder is one category, not two."""
    assert gift.category("书/一", "a/b.txt") == "书//一/a//b.txt"


def test_every_kind_is_answered_the_same_in_both(tmp_path: Path) -> None:
    """For every item of the bank both formats hold the right answer."""
    opened = bank.load(EVERY_KIND)
    xml = moodle.write(opened, tmp_path / "a.xml", Settings())[0].read_text(encoding="utf-8")
    text = gift.write(opened, tmp_path / "a.gift.txt", Settings())[0].read_text(encoding="utf-8")
    for item in opened:
        if item.kind not in {"truefalse", "list"}:
            assert answer_text(item) in xml
            assert gift.escape(answer_text(item)) in text
