"""Which files a path means, and what their documents are called."""

import os
import sys
from pathlib import Path

import pytest
from support.sheets import EVERY_KIND

from flashcards import bank, inputs
from flashcards.exporters import EXPORTERS, exporter, target
from flashcards.settings import Settings


def put(folder: Path, *names: str) -> None:
    """Write small files, their folders too."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("正文。\n", encoding="utf-8")


def ids(found: inputs.Inputs) -> list[str]:
    return [file.id for file in found.files]


def test_a_folder_is_walked_sorted(tmp_path):
    """Files of known suffixes in all folders, in the order of their paths."""
    put(tmp_path, "b.txt", "a/z.md", "a/b/c.jsonl", "a.txt")

    assert ids(inputs.find([tmp_path])) == ["a/b/c.jsonl", "a/z.md", "a.txt", "b.txt"]


def test_a_walk_passes_over_what_is_no_text_of_the_user(tmp_path):
    """Hidden files, output, sidecars, configuration, README, LICENSE and unknown suffixes, each counted."""
    put(
        tmp_path,
        "a.txt",
        ".hidden.txt",
        ".git/x.txt",
        "a.txt.sources.yaml",
        "flashcards.toml",
        "README.md",
        "LICENSE.txt",
    )
    put(tmp_path, "decks/b.txt", "photo.xcf")
    found = inputs.find([tmp_path], output=tmp_path / "decks")

    assert ids(found) == ["a.txt"]
    assert found.skipped == {"hidden": 1, "configuration": 2, "readme": 2, "unknown suffix": 1}


def test_a_walk_passes_over_our_own_products(tmp_path):
    """A bank and a page of ours in the folder are not read back."""
    put(tmp_path, "a.txt", "b.jsonl")
    (tmp_path / "x.bank.jsonl").write_text('{"schema":1,"generator":"flashcards-zh","name":"x"}\n', encoding="utf-8")
    (tmp_path / "x.quiz.html").write_text(
        '<!doctype html><meta name="generator" content="flashcards-zh">', encoding="utf-8"
    )
    found = inputs.find([tmp_path])

    assert ids(found) == ["a.txt", "b.jsonl"]
    assert found.skipped == {"made by flashcards": 2}


@pytest.mark.parametrize("to", EXPORTERS)
def test_a_walk_passes_over_every_format_we_write(tmp_path, to):
    """What an exporter wrote is not read back, whatever the file is called."""
    opened = bank.load(EVERY_KIND)
    for made in exporter(to)(opened, target(tmp_path, "甲", to), Settings(lang=opened.header.lang)):
        made.rename(made.with_name(f"another{len(made.name)}{made.suffix}"))
    put(tmp_path, "a.txt")

    assert ids(inputs.find([tmp_path])) == ["a.txt"]


def test_a_bank_named_as_a_text_is_said_to_be_a_bank(tmp_path):
    """A bank among texts is an error that says what it is and where it is taken; the others go on."""
    put(tmp_path, "a.txt")
    found = inputs.find([EVERY_KIND, tmp_path / "a.txt"])

    assert ids(found) == ["a.txt"]
    assert [error.what for error in found.errors] == [
        "is an item bank, no text; give it alone to quiz, study or export"
    ]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are bytes on Linux only")
def test_an_id_is_text_where_a_name_is_not(tmp_path):
    """A file named in another encoding than UTF-8 is read, and its document has an id that can be written."""
    path = Path(os.fsdecode(bytes(tmp_path) + b"/\xca\xab.txt"))
    path.write_text("正文。\n", encoding="utf-8")

    assert ids(inputs.find([tmp_path])) == ["ʫ.txt"]
    path.rename(os.fsdecode(bytes(tmp_path) + b"/\xcb\xae\xc0\xfb.txt"))
    assert ids(inputs.find([tmp_path])) == ["ˮ\\xc0\\xfb.txt"]


def test_the_id_counts_from_the_nearest_configuration(tmp_path, monkeypatch):
    """Ids are relative to the folder with flashcards.toml, wherever the program is started and whatever is named."""
    put(tmp_path, "flashcards.toml", "x/a.txt", "x/y/b.txt")
    named = [ids(inputs.find([tmp_path / "x"])), ids(inputs.find([tmp_path / "x" / "a.txt", tmp_path / "x" / "y"]))]
    monkeypatch.chdir(tmp_path / "x")
    named.append(ids(inputs.find([Path("a.txt"), Path("y/b.txt")])))

    assert named == [["x/a.txt", "x/y/b.txt"]] * 3


def test_the_id_counts_from_the_named_folder_without_configuration(tmp_path):
    """Without configuration: relative to the folder named, or to the file's own folder."""
    put(tmp_path, "x/a.txt")

    assert ids(inputs.find([tmp_path])) == ["x/a.txt"]
    assert ids(inputs.find([tmp_path / "x" / "a.txt"])) == ["a.txt"]


def test_files_of_one_name_get_different_ids(tmp_path):
    """Two files named directly from two folders keep apart."""
    put(tmp_path, "x/a.txt", "y/a.txt")

    assert ids(inputs.find([tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt"])) == ["a.txt", "y/a.txt"]


def test_nothing_is_read_twice(tmp_path):
    """A file named twice, or inside a folder named too, is one input."""
    put(tmp_path, "a.txt")

    assert len(inputs.find([tmp_path, tmp_path / "a.txt", tmp_path / "a.txt"]).files) == 1


def test_a_missing_path_is_named_and_the_others_go_on(tmp_path):
    """A wrong name is one error; the other paths are read."""
    put(tmp_path, "a.txt")
    found = inputs.find([tmp_path / "none.txt", tmp_path / "a.txt"])

    assert ids(found) == ["a.txt"]
    assert [str(error) for error in found.errors] == [f"{tmp_path / 'none.txt'}: is not there; check the name"]


def test_a_folder_without_text_is_an_error(tmp_path):
    """An empty folder is named, with the suffixes that are known."""
    found = inputs.find([tmp_path])

    assert found.files == ()
    assert ".txt" in str(found.errors[0])


def test_standard_input_has_an_id():
    """- is standard input."""
    assert ids(inputs.find([Path("-")])) == ["-"]


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_link_to_a_file_is_followed_and_keeps_its_name(tmp_path):
    """A linked file inside the folder is read under the name the user sees, and once."""
    put(tmp_path, "z/a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "z" / "a.txt")

    assert ids(inputs.find([tmp_path])) == ["b.txt"]


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_walk_does_not_follow_a_link_out_of_its_folder(tmp_path):
    """A link to a file elsewhere is counted and not read; named, it is read."""
    put(tmp_path, "elsewhere/a.txt", "x/c.txt")
    link = tmp_path / "x" / "b.txt"
    link.symlink_to(tmp_path / "elsewhere" / "a.txt")
    found = inputs.find([tmp_path / "x"])

    assert ids(found) == ["c.txt"]
    assert found.skipped == {"link out of the folder": 1}
    assert [file.path for file in inputs.find([link]).files] == [link]
