"""`flashcards check`: every finding is `file:line`, and clean texts have none."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards.cli import cli

ROOT = Path(__file__).parents[1]
CLEAN = "节约用水要从每一个水龙头做起，人人有责。\n\n漏水的管道要当天报修，不能拖到明天。\n"
ROWS = {
    "page-number": ("水库建成以后，下游的 — 12 — 农田有了保障。", 5),
    "unbalanced": ("他说：“水库建成以后，下游的农田有了保障。", 5),
    "private-use": ("水库建成以后，\ue100下游的农田有了保障。", 5),
    "lost-character": ("水库建成\ufffd后，下游的农田有了保障。", 5),
    "gap": ("他说： 水库建成以后，下游的农田有了保障。", 5),
    "open-end": ("水库建成以后，下游的农田有了保障，全县的粮食", 5),
    "encoding": ("水库建成以后锟斤拷下游的农田有了保障。", 5),
}


def run(path: Path):
    """The result of `flashcards check`."""
    return CliRunner().invoke(cli, ["check", str(path)])


@pytest.mark.parametrize("name", ROWS)
def test_each_kind_of_leftover_is_found_at_its_line(tmp_path, name):
    """One finding of each kind, with file, line and name; the status is 1."""
    text, line = ROWS[name]
    path = tmp_path / "a.txt"
    path.write_text(CLEAN + "\n" + text + "\n", encoding="utf-8")
    result = run(path)

    assert [row.split(": ")[:2] for row in result.stdout.splitlines()] == [[f"{path}:{line}", name]]
    assert result.exit_code == 1


def test_headers_that_recur_are_found(tmp_path):
    """A short passage that stands three times is asked about."""
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"江河的故事，第{n}页的页眉。\n{CLEAN}" for n in range(1, 5)), encoding="utf-8")

    assert sum(": header: " in row for row in run(path).stdout.splitlines()) >= 4


def test_a_clean_text_has_no_findings(tmp_path):
    """Nothing to say: no line, status 0."""
    (tmp_path / "a.txt").write_text(CLEAN, encoding="utf-8")
    result = run(tmp_path)

    assert (result.stdout, result.exit_code) == ("", 0)


def test_unsure_sources_are_findings_with_the_line_that_settles_them():
    """The dump of the corpus has unsure sources; the finding gives the front-matter line."""
    rows = run(ROOT / "corpus" / "古代工程讲稿摘录.txt").stdout.splitlines()

    assert rows
    assert all(": unsure-source: passages " in row and "sources: [{marker: " in row for row in rows)


def test_the_corpus_is_otherwise_clean():
    """The sample texts have no leftovers; only the dump's sources are unsure."""
    rows = run(ROOT / "corpus").stdout.splitlines()

    assert [row for row in rows if "unsure-source" not in row] == []


def test_an_unreadable_file_is_a_finding(tmp_path):
    """A file that cannot be read is named, and the status is 1."""
    result = run(tmp_path / "none.txt")

    assert "none.txt: is not there" in result.stderr
    assert result.exit_code == 1
