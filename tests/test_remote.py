"""Texts named by URL: found, fetched with their sidecars, named in every message, thrown away afterwards."""

from __future__ import annotations

import doctest
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards import bank, readers, remote
from flashcards.cli import cli
from flashcards.inputs import Input
from flashcards.pipeline import Outcome
from flashcards.settings import Settings

fsspec = pytest.importorskip("fsspec", reason="needs the extra `cluster`")
TEXT = "# 水利\n\n都江堰由李冰主持修建，至今仍在灌溉成都平原。飞沙堰泄走内江多余的洪水和泥沙。\n"
SIDECAR = "title: 讲稿\ndate: 2023-05\n"


@pytest.fixture
def library():
    """A folder of texts in fsspec's memory."""
    system = fsspec.filesystem("memory")
    system.pipe("/lib/甲.md", TEXT.encode())
    system.pipe("/lib/深/乙.txt", TEXT.replace("都江堰", "灵渠").encode())
    system.pipe("/lib/深/乙.txt.sources.yaml", SIDECAR.encode())
    for passed_over in ("/lib/.git/丙.md", "/lib/README.md", "/lib/picture.png", "/lib/flashcards.toml"):
        system.pipe(passed_over, TEXT.encode())
    yield system
    system.rm("/lib", recursive=True)


def build(output: Path, *paths: str):
    """`flashcards build` of URLs in this process, which alone sees its memory."""
    arguments = ["build", *paths, "-o", str(output), "--name", "d", "--to", "apkg", "--no-cache"]
    return CliRunner().invoke(cli, arguments, env={"SOURCE_DATE_EPOCH": "1700000000"})


def test_the_examples_hold():
    """The examples of the module."""
    assert doctest.testmod(remote).failed == 0


def test_a_folder_by_url_is_walked_as_any_folder(library, tmp_path):
    """Its texts are read, their documents named by their place below it; hidden files and the like are passed over."""
    result = build(tmp_path, "memory://lib")
    assert result.exit_code == 0, result.output
    items = list(bank.load(tmp_path / "d.bank.jsonl"))
    assert {item.passage.document for item in items} == {"深/乙.txt", "甲.md"}


def test_a_sidecar_comes_with_its_text(library, tmp_path):
    """What stands beside the text, by the same URL, says its source."""
    build(tmp_path, "memory://lib/深/乙.txt")
    items = list(bank.load(tmp_path / "d.bank.jsonl"))
    assert {item.passage.source.date for item in items} == {"2023-05"}


def test_a_local_folder_by_url_gives_the_bytes_of_the_folder(tmp_path):
    """How the texts are named changes nothing of what is made of them."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "甲.md").write_text(TEXT, encoding="utf-8")
    for output, name in (("path", str(tmp_path / "texts")), ("url", (tmp_path / "texts").as_uri())):
        assert build(tmp_path / output, name).exit_code == 0
    assert (tmp_path / "path" / "d.apkg").read_bytes() == (tmp_path / "url" / "d.apkg").read_bytes()


def test_nothing_stays_of_what_was_fetched(library, tmp_path, monkeypatch):
    """The copies are thrown away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    assert build(tmp_path / "out", "memory://lib").exit_code == 0
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("memory://lib/丁.md", "memory://lib/丁.md: is not there"),
        ("memory://lib/空.md", "memory://lib/空.md: is empty"),
        ("memory://lib/.git", "memory://lib/.git: has no text in it"),
        ("nonsense://lib/甲.md", "nonsense://lib/甲.md: cannot be opened: ValueError"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_url(library, tmp_path, address, words):
    """One line with the URL; the other texts go on."""
    library.pipe("/lib/空.md", b"")
    library.pipe("/lib/.git/.hidden", b"")
    library.rm("/lib/.git/丙.md")
    result = build(tmp_path, address, "memory://lib/甲.md")
    assert result.exit_code == 1
    assert words in result.output
    assert (tmp_path / "d.apkg").exists()


def test_a_text_that_cannot_be_fetched_costs_the_others_nothing(library):
    """In a batch of texts by URL, and one of this machine, every outcome is that of its own text, in their order."""
    names = ["甲.md", "丁.md", "深/乙.txt", "戊.md"]
    files = [Input(Path("memory://lib") / name, name) for name in names]

    def read(files, settings):
        return [Outcome(file.path, mark=file.path.read_text(encoding="utf-8")) for file in files]

    found = list(remote.make_all(files, Settings(), read))
    assert [outcome.path for outcome in found] == [file.path for file in files]
    assert [bool(outcome.error) for outcome in found] == [False, True, False, True]
    assert ["都江堰" in found[0].mark, "灵渠" in found[2].mark] == [True, True]


def test_a_text_that_is_too_large_is_not_fetched(library, tmp_path, monkeypatch):
    """The limit of files holds before a byte is fetched."""
    monkeypatch.setattr(readers, "LARGEST", 100)
    monkeypatch.setattr(type(library), "get_file", None)
    result = build(tmp_path, "memory://lib/甲.md")
    assert (result.exit_code, "memory://lib/甲.md: is larger than" in result.output) == (1, True)


def test_a_failure_of_the_network_is_one_line(library, tmp_path, monkeypatch):
    """Whatever a file system raises while it fetches becomes the error of that document."""

    def fails(*_, **__):
        raise RuntimeError("no route\nto host")

    monkeypatch.setattr(type(library), "get_file", fails)
    result = build(tmp_path, "memory://lib/甲.md")
    assert "memory://lib/甲.md: cannot be fetched: RuntimeError: no route" in result.output
    assert result.exit_code == 1


def test_without_fsspec_the_message_names_the_extra(tmp_path, monkeypatch):
    """Where the package is missing the message is the pip command."""
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    result = build(tmp_path, "memory://lib")
    assert result.exit_code != 0
    assert "pip install 'flashcards-zh[cluster]'" in result.output


def test_texts_by_url_are_never_taken_for_gone(library, tmp_path):
    """What is not named in a build keeps its items, even with --prune: whether it is gone cannot be told."""
    assert build(tmp_path, "memory://lib").exit_code == 0
    before = len(list(bank.load(tmp_path / "d.bank.jsonl")))
    arguments = ["build", "memory://lib/甲.md", "-o", str(tmp_path), "--name", "d", "--to", "apkg", "--no-cache"]
    result = CliRunner().invoke(cli, [*arguments, "--prune"], env={"SOURCE_DATE_EPOCH": "1700000001"})
    assert result.exit_code == 0
    assert len(list(bank.load(tmp_path / "d.bank.jsonl"))) == before
