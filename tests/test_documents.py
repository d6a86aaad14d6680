"""Documents of others (FLASHCARDS_EXTRA_DOCS), each as its gold says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards.cli import cli

TEXTS = (
    "law_专属经济区和大陆架法.md",
    "law_人民陪审员法.md",
    "classical_世说新语_任诞.txt",
    "classical_孟子_万章上_1.txt",
)


@pytest.fixture
def gold(shared) -> dict:
    """What a correct read gives, by file."""
    return json.loads((shared / "documents" / "gold.json").read_text(encoding="utf-8"))


def read(path: Path) -> list[dict]:
    """The records of `flashcards read`."""
    result = CliRunner().invoke(cli, ["read", str(path)])
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("name", TEXTS)
def test_clean_texts_are_read_as_their_gold_says(shared, gold, name):
    """Number of passages, first and last passage, title, date and occasion."""
    wanted, found = gold[name], read(shared / "documents" / name)

    assert len(found) == wanted.get("paragraphs", wanted.get("lines"))
    assert found[0]["text"] == wanted.get("first", found[0]["text"])
    assert found[-1]["text"] == wanted.get("last", found[-1]["text"])
    assert {r["title"] for r in found} == {wanted.get("title")}
    assert {r["source"]["date"] for r in found} == {wanted.get("date")}
    assert {r["source"]["occasion"] for r in found} == {wanted.get("occasion")}


def test_gaps_of_lost_marks_are_kept_and_told(shared):
    """Where quotation marks were lost to spaces the spaces stay, and each passage says so."""
    found = read(shared / "documents" / "classical_世说新语_任诞.txt")
    gaps = [r for r in found if any(repair.startswith("gap@") for repair in r["repairs"])]

    assert len(gaps) >= 70
    assert all(" " in r["text"] for r in gaps)


@pytest.mark.parametrize("name", ["gb18030", "utf16le-bom", "utf16be-nobom", "utf8-bom-crlf"])
def test_the_law_in_other_encodings_is_the_same(shared, name):
    """Every encoding gives the passages of the original."""
    law = read(shared / "documents" / "law_专属经济区和大陆架法.md")

    assert [r["text"] for r in read(shared / "documents" / f"derived_law.{name}.txt")] == [r["text"] for r in law]


def test_markdown_with_code_and_english(shared, gold):
    """Front matter of a site, headings with anchors, code: no passage holds code or an anchor."""
    wanted = gold["react_composition.zh-hant.md"]
    found = read(shared / "documents" / "react_composition.zh-hant.md")

    assert found[0]["text"] == wanted["first"]
    assert len({r["heading"] for r in found} - {wanted["title"], None}) == wanted["headings"]
    assert found[0]["title"] == wanted["title"]
    assert not any("{#" in r["text"] or "function " in r["text"] or "return (" in r["text"] for r in found)
    assert {r["script"] for r in found} == {"zh-Hant"}


@pytest.mark.parametrize(
    "name", ["vim_tutor.zh_cn.utf-8", "vim_tutor.zh_tw.utf-8", "vim_tutor.zh.big5", "vim_tutor.zh.euc"]
)
def test_rules_and_pictures_of_letters_are_no_passages(shared, name):
    """A tutorial with rules, a framed title and drawings: passages are sentences; twins give the same."""
    found = read(shared / "documents" / name)
    twins = {"vim_tutor.zh.big5": "vim_tutor.zh_tw.utf-8", "vim_tutor.zh.euc": "vim_tutor.zh_cn.utf-8"}

    assert not any(r["text"].startswith(("===", "~~~", "=  ")) or "===" in r["text"] for r in found)
    assert 150 < len(found) < 320
    if name in twins:
        assert [r["text"] for r in found] == [r["text"] for r in read(shared / "documents" / twins[name])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"),
    [("hardwrap_synthetic.jsonl", {"indent": 0.99, "blank": 0.99, "plain": 0.8}), ("hardwrap_pdf.jsonl", 0.97)],
)
def test_wrapped_lines_of_others_are_rejoined(shared, name, least):
    """Break F1 by style and share of right joins reach the figures promised (tests/benchmarks/reading.py measures)."""
    from tests.benchmarks import reading

    figures = reading.wrapped(shared / "eval" / name)

    assert all(
        figures[key] >= value for key, value in (least.items() if isinstance(least, dict) else [("joins", least)])
    )


def test_the_whole_program_starts_without_a_locale(shared):
    """Under LANG=C the output is UTF-8 all the same."""
    path = next((shared / "input").glob("*.txt"))
    environment = {"LANG": "C", "LC_ALL": "C", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "flashcards", "read", str(path)], capture_output=True, env=environment, check=True
    )

    assert len(done.stdout.decode("utf-8").splitlines()) == 27
