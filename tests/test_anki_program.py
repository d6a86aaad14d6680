"""The program itself between two builds of real texts, each imported by the real Anki over answered cards."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.learner import CLEAN, Held, Learner

from flashcards.cli import cli
from flashcards.cli.progress import shown
from flashcards.exporters.anki_fields import AT
from flashcards.exporters.anki_text import unescape
from flashcards.ledger.identity import same_answer

CASES = Path(__file__).parent / "cases" / "ledger"
CORPUS = Path(__file__).parents[1] / "corpus"
FILES = ("二十四节气.md", "版本控制入门.md", "细胞的结构.txt", "漢字的演變.txt", "黄河概况.gb18030.txt")
ROWS = json.loads((CASES / "texts.json").read_text(encoding="utf-8"))
FIRST, SECOND = 1_700_000_000, 1_700_001_000


def run(folder: Path, now: int, *arguments: object) -> Result:
    """The program, in ``folder``, at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(cli, [str(each) for each in arguments], env={"SOURCE_DATE_EPOCH": str(now)})


def build(folder: Path, now: int, *arguments: object) -> dict:
    """A build of the deck, its report as JSON."""
    result = run(folder, now, "build", "-o", "decks", "--name", "deck", "--to", "apkg", "--json", *arguments)
    assert result.exit_code in (0, 1), result.output
    return {**json.loads(result.stdout), "exit": result.exit_code}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of the corpus and a first build of it."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "texts").mkdir()
    for name in FILES:
        shutil.copy(CORPUS / name, folder / "texts" / name)
    assert build(folder, FIRST, "texts")["exit"] == 0
    return folder


def edit(texts: Path, row: dict) -> None:
    """Change the texts as a row says."""
    for name, old, new in row.get("edits", []):
        content = (texts / name).read_text(encoding="utf-8")
        assert old in content
        (texts / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    if "move" in row:
        source, target, number = row["move"]
        paragraphs = (texts / source).read_text(encoding="utf-8").split("\n\n")
        moved = paragraphs.pop(number)
        (texts / source).write_text("\n\n".join(paragraphs), encoding="utf-8")
        (texts / target).write_text(
            f"{(texts / target).read_text(encoding='utf-8').rstrip()}\n\n{moved}\n", encoding="utf-8"
        )
    if "swap" in row:
        name, one, other = row["swap"]
        paragraphs = (texts / name).read_text(encoding="utf-8").split("\n\n")
        paragraphs[one], paragraphs[other] = paragraphs[other], paragraphs[one]
        (texts / name).write_text("\n\n".join(paragraphs), encoding="utf-8")
    if "rename" in row:
        old, new = row["rename"]
        (texts / old).rename(texts / new)
    for name in row.get("remove", []):
        (texts / name).unlink()
    for name in row.get("damage", []):
        (texts / name).write_bytes(b"\0\xff\x00\x01" * 200)
    for name, content in row.get("add", {}).items():
        (texts / name).write_text(content, encoding="utf-8")
    if "encode" in row:
        name, encoding = row["encode"]
        content = (texts / name).read_text(encoding="utf-8")
        (texts / name).write_bytes(content.encode(encoding))


def answer_of(held: Held) -> str:
    return unescape(held.fields[AT["Answer"]])


def within(expected: int | list[int] | None, found: int) -> bool:
    """Whether a count is the one, or between the two, that the row expects."""
    low, high = (expected, expected) if isinstance(expected, int) else expected or (0, 10**6)
    return low <= found <= high


rows = [pytest.param(row, id=row["name"], marks=() if row.get("quick") else pytest.mark.slow) for row in ROWS]


@pytest.mark.parametrize("row", rows)
def test_an_edited_text_harms_no_learner(row: dict, first: Path, tmp_path: Path) -> None:
    """0 duplicates, 0 lost reviews, 0 on another answer; unchanged notes untouched; the counts of the row."""
    folder = tmp_path / "work"
    shutil.copytree(first, folder)
    package = folder / "decks" / "deck.apkg"
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(package)
        learner.answer_all()
        learner.check()
        before = learner.held()
        edit(folder / "texts", row)
        if "lose" in row:
            (folder / "decks" / row["lose"]).unlink()
        paths = [f"texts/{row['only']}"] if "only" in row else ["texts"]
        report = build(folder, SECOND, *paths, *row.get("flags", []))
        assert report["exit"] == row.get("exit", 0), report["errors"]
        log = learner.bring_in(package)
        after = learner.held()
        new = set(after) - set(before)
        changed = [guid for guid in before if after[guid].modified != before[guid].modified]
        assert set(before) <= set(after)
        assert log.get("new", 0) == len(new) == report["added"]
        assert log.get("updated", 0) == len(changed) == report["changed"]
        for guid, held in before.items():
            now = after[guid]
            assert (now.card, now.reps, now.due, now.reviews) == (held.card, held.reps, held.due, held.reviews)
            assert same_answer(answer_of(held), answer_of(now))
            assert guid in changed or now == held
        texts = [(after[guid].fields[AT["Text"]], after[guid].notetype, after[guid].deck) for guid in after]
        again = {text for text in texts if texts.count(text) > 1}
        assert not again, f"the same card twice: {again}"
        for name in ("new", "changed", "withdrawn"):
            assert within(row.get(name), report["added" if name == "new" else name]), report
        assert learner.check() == CLEAN
        assert list(learner.bring_in(package)) == ["duplicate"]


def test_diff_tells_what_a_build_then_does(first: Path, tmp_path: Path) -> None:
    """`flashcards diff` shows added, changed (old and new), withdrawn, as text and JSON, and writes nothing."""
    folder = tmp_path / "work"
    shutil.copytree(first, folder)
    edit(folder / "texts", ROWS[1])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    human = run(folder, SECOND, "diff", "texts", "-o", "decks", "--name", "deck")
    machine = run(folder, SECOND, "diff", "texts", "-o", "decks", "--name", "deck", "--json")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert human.exit_code == machine.exit_code == 0, human.output
    *changes, counts = map(json.loads, machine.stdout.splitlines())
    assert "→" in human.stdout and "移动十五度就是一个节气" in human.stdout and ("\n" + human.stdout).count("\n~ ") >= 1
    report = build(folder, SECOND, "texts")
    for name in ("added", "changed", "unchanged", "withdrawn"):
        assert counts[name] == report[name]
    by_kind = {name: sum(each["change"] == name for each in changes) for name in ("added", "changed", "withdrawn")}
    assert by_kind == {name: counts[name] for name in by_kind}
    assert all((each["old"] is None) == (each["change"] == "added") for each in changes)


def test_diff_before_the_first_build_calls_everything_new(first: Path, tmp_path: Path) -> None:
    """Without a ledger every item is added; still nothing is written."""
    shutil.copytree(first / "texts", tmp_path / "texts")
    result = run(tmp_path, SECOND, "diff", "texts", "-o", "decks")
    assert result.exit_code == 0 and " added, 0 changed, 0 unchanged, 0 withdrawn" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]


def test_export_gives_the_files_of_the_build(first: Path, tmp_path: Path) -> None:
    """From the bank alone `export` makes the deck byte for byte, into a folder or a named file."""
    bank = first / "decks" / "deck.bank.jsonl"
    result = run(tmp_path, SECOND, "export", bank, "--to", "apkg", "--to", "text", "-o", tmp_path)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [str(tmp_path / "deck.apkg"), str(tmp_path / "deck.anki.txt")]
    assert run(tmp_path, SECOND, "export", bank, "--to", "apkg", "-o", tmp_path / "x.apkg").exit_code == 0
    built = (first / "decks" / "deck.apkg").read_bytes()
    assert (tmp_path / "deck.apkg").read_bytes() == (tmp_path / "x.apkg").read_bytes() == built


def test_export_refuses_one_file_for_two_formats_and_what_is_no_bank(first: Path, tmp_path: Path) -> None:
    """One line each, exit status 2 and 1, nothing written."""
    bank = first / "decks" / "deck.bank.jsonl"
    result = run(tmp_path, SECOND, "export", bank, "--to", "apkg", "--to", "text", "-o", tmp_path / "x.apkg")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1) and "one file for several formats" in result.stderr
    result = run(tmp_path, SECOND, "export", first / "texts" / FILES[0], "--to", "apkg", "-o", tmp_path)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1) and "is no item bank" in result.stderr
    assert not list(tmp_path.iterdir())


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """The things come through either way; the bar goes to stderr, and only where that is a terminal."""
    assert list(shown(range(3), "deck", 3)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert list(shown(range(3), "deck", 3)) == [0, 1, 2]
    out, err = capsys.readouterr()
    assert out == "" and "deck" in err
