"""`flashcards quiz`: from a bank or from texts, and what it says when it cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.sheets import EVERY_KIND, printable

from flashcards import bank, log
from flashcards.cli import cli

TEXT = """# 水利

都江堰由鱼嘴、飞沙堰和宝瓶口三部分组成，至今灌溉着成都平原一千多万亩农田。

郑国渠从泾水引水，向东注入洛水，灌溉了关中四万多顷盐碱地。

灵渠沟通湘江和漓江，连接了长江水系与珠江水系。
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def run(*arguments: object) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(cli, ["quiz", *map(str, arguments)], catch_exceptions=False)


def test_a_bank_gives_a_sheet_and_its_key_here(here: Path) -> None:
    """Without -o the files are named after the bank and stand in the working directory."""
    result = run(EVERY_KIND, "--items", "5")
    assert result.exit_code == 0
    assert result.stdout.split() == ["水与诗.quiz.html", "水与诗.key.html"]
    assert sorted(path.name for path in here.iterdir()) == ["水与诗.key.html", "水与诗.quiz.html"]


def test_a_text_gives_a_sheet_without_a_build(here: Path) -> None:
    """A text is read, asked about and printed; no bank, deck or ledger is left behind."""
    (here / "水利.md").write_text(TEXT, encoding="utf-8")
    result = run("水利.md", "-o", "卷.html")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in here.iterdir()) == ["卷.html", "卷.key.html", "水利.md"]
    assert "都江堰" in (here / "卷.html").read_text(encoding="utf-8")


def test_an_unreadable_file_is_named_and_the_others_go_on(here: Path) -> None:
    """Exit status 1, the file named on stderr, and the sheet is made of the rest."""
    (here / "水利.md").write_text(TEXT, encoding="utf-8")
    (here / "空.txt").write_text("", encoding="utf-8")
    result = run("水利.md", "空.txt", "-o", "卷.html")
    assert result.exit_code == 1
    assert "空.txt" in result.stderr
    assert (here / "卷.html").exists()


def test_versions_pdf_and_teachers_copies(here: Path) -> None:
    """`--versions A,B --pdf --teacher` writes sheets, one key and teacher's copies, as HTML and as PDF."""
    printable()
    result = run(EVERY_KIND, "-o", "x.html", "--versions", "a,B", "--pdf", "--teacher")
    assert result.exit_code == 0, result.output
    stems = ["x.A", "x.B", "x.key", "x.A.teacher", "x.B.teacher"]
    assert result.stdout.split() == [f"{stem}.{kind}" for kind in ("html", "pdf") for stem in stems]
    assert all((here / f"{stem}.pdf").read_bytes().startswith(b"%PDF-") for stem in stems)


def test_a_pdf_as_output_is_a_pdf(here: Path) -> None:
    """`-o x.pdf` writes sheet and key as PDF, and no page."""
    printable()
    result = run(EVERY_KIND, "-o", "x.pdf")
    assert result.stdout.split() == ["x.pdf", "x.key.pdf"]
    assert (here / "x.pdf").read_bytes().startswith(b"%PDF-")


def test_missed_items_make_a_sheet(here: Path) -> None:
    """错题卷: what was wrong and not right afterwards is asked, nothing else."""
    lines = [
        ("k00001", "wrong", "2026-01-01"),
        ("k00001", "right", "2026-01-02"),
        ("k00018", "right", "2026-01-01"),
        ("k00018", "wrong", "2026-01-03"),
        ("k00044", "partial", "2026-01-01"),
        ("elsewhere", "wrong", "2026-01-01"),
    ]
    entries = [
        {"schema": 1, "time": f"{day}T08:00:00Z", "key": key, "front": "page", "given": "", "verdict": verdict}
        for key, verdict, day in lines
    ]
    (here / "log.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    assert set(log.missed(log.read(here / "log.jsonl"))) == {"k00018", "k00044", "elsewhere"}
    result = run(EVERY_KIND, "-o", "x.html", "--missed", "log.jsonl")
    assert result.exit_code == 0, result.output
    numbers = re.findall(r'class="id">(q\d+)<', (here / "x.html").read_text(encoding="utf-8"))
    assert sorted(numbers) == ["q0018", "q0044"]


def test_nothing_missed_is_said(here: Path) -> None:
    """A log without a wrong answer makes no sheet."""
    line = {
        "schema": 1,
        "time": "2026-01-01T08:00:00Z",
        "key": "k00001",
        "front": "app",
        "given": "",
        "verdict": "right",
    }
    (here / "log.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    result = run(EVERY_KIND, "--missed", "log.jsonl")
    assert result.exit_code == 2
    assert "nothing to print" in result.stderr
    assert not list(here.glob("*.html"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--paper", "b5"), "unknown --paper 'b5'; known: a4, a3, 8k, letter"),
        (("--items", "many"), "--items wants a number from 1, or all, not 'many'"),
        (("--versions", "A,X"), "unknown version 'X'"),
        (("--points", "2"), "--points 2 is too few"),
        (("--layout", "essay"), "unknown --layout 'essay'"),
        (("--source", "⑨"), "no item has the source '⑨'; known: ①, ②, ③, ④"),
        (("--passages", "40-50"), "no item is in those passages"),
    ],
)
def test_a_wrong_option_is_one_line(here: Path, arguments: tuple[str, ...], message: str) -> None:
    """Status 2, one line that says what is known, nothing written."""
    result = run(EVERY_KIND, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not list(here.iterdir())


def test_a_configuration_steers_the_sheet(here: Path) -> None:
    """The same names are keys of flashcards.toml; a flag wins over them."""
    (here / "flashcards.toml").write_text('points = 40\nversions = ["A", "B"]\npaper = "a3"\n', encoding="utf-8")
    opened = bank.load(EVERY_KIND)
    bank.write(here / "x.bank.jsonl", opened.header, opened)
    result = run("x.bank.jsonl", "-o", "x.html", "--points", "50")
    assert result.exit_code == 0, result.output
    page = (here / "x.A.html").read_text(encoding="utf-8")
    assert "满分：50分" in page
    assert "420mm 297mm" in page


def test_a_damaged_bank_is_named_with_its_line(here: Path) -> None:
    """A line cut in the middle is said with file and number."""
    text = EVERY_KIND.read_text(encoding="utf-8")
    (here / "x.bank.jsonl").write_text(text[:3000], encoding="utf-8")
    result = run("x.bank.jsonl")
    assert result.exit_code == 1
    assert re.search(r"x\.bank\.jsonl:\d+: damaged", result.stderr)


@pytest.mark.parametrize("name", ["卷.txt", "卷", "卷.docx"])
def test_a_sheet_is_not_written_under_another_formats_name(here: Path, name: str) -> None:
    """-o with a suffix that is not the sheet's is refused; nothing is written."""
    result = run(EVERY_KIND, "-o", name)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{name}: does not end in .html or .htm or .pdf, which is what it would be\n",
    )
    assert not list(here.iterdir())


def test_a_bank_that_is_missing_is_one_line(here: Path) -> None:
    """Only what is true is said of a file that is not there."""
    result = run("无.bank.jsonl")
    assert (result.exit_code, result.stderr) == (1, "无.bank.jsonl: is not there; check the name\n")


def test_a_bank_among_texts_is_said_to_be_one(here: Path) -> None:
    """A bank and a text together: the bank is named as what it is, the sheet is made of the text."""
    (here / "水利.md").write_text(TEXT, encoding="utf-8")
    result = run(EVERY_KIND, "水利.md", "-o", "卷.html")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{EVERY_KIND}: is an item bank, no text;")
    assert (here / "卷.html").exists()


def test_configuration_of_a_sheet_does_not_stop_a_build(here: Path) -> None:
    """Versions with commas in flashcards.toml: both commands take them."""
    (here / "flashcards.toml").write_text("versions = 'A,B'\nlayout = 'fill, choice'\n", encoding="utf-8")
    (here / "水利.md").write_text(TEXT, encoding="utf-8")
    built = CliRunner().invoke(cli, ["build", "水利.md", "--to", "quiz"], catch_exceptions=False)
    assert built.exit_code == 0, built.output
    assert {path.name for path in (here / "decks").glob("*.html")} == {
        f"水利.{n}.html" for n in ("A.quiz", "B.quiz", "key")
    }
    assert run("水利.md").exit_code == 0


def test_a_bank_without_items_is_one_line(here: Path) -> None:
    """A header alone gives no sheet, and is a fault of the bank, not of the options."""
    (here / "a.bank.jsonl").write_bytes(EVERY_KIND.read_bytes().split(b"\n")[0] + b"\n")
    result = run("a.bank.jsonl")
    assert (result.exit_code, result.stderr) == (
        1,
        "a.bank.jsonl: holds no items; build it again from texts with items\n",
    )
