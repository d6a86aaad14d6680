"""Writing files whole or not at all."""

import os
import sys
import tempfile

import pytest

from flashcards.errors import FlashcardsError
from flashcards.files import Records, replacing, scratch, write_text


def test_failure_leaves_the_old_file(tmp_path):
    """An error while writing leaves the old content and no temporary file."""
    path = tmp_path / "a.txt"
    write_text(path, "旧")

    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("新", encoding="utf-8")
        raise RuntimeError

    assert path.read_text(encoding="utf-8") == "旧"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_utf8_and_line_feeds(tmp_path):
    """Text is written as UTF-8 with line feeds, and folders are made."""
    path = tmp_path / "深" / "a.txt"
    write_text(path, "一\n二\n")

    assert path.read_bytes() == "一\n二\n".encode()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(tmp_path):
    """A folder that cannot be written is one line that names it."""
    tmp_path.chmod(0o500)

    with pytest.raises(FlashcardsError, match="cannot write here"):
        write_text(tmp_path / "a.txt", "一")


def test_folder_that_is_a_file(tmp_path):
    """An output folder that is a file is one line."""
    (tmp_path / "a").write_text("x", encoding="utf-8")

    with pytest.raises(FlashcardsError, match="cannot write here"):
        write_text(tmp_path / "a" / "b.txt", "一")


def test_a_full_temporary_folder_is_told_in_one_line():
    """What lies in scratch says what to do where there is no room for it."""
    database = scratch()
    database.execute("CREATE TABLE t (text)")
    database.execute("PRAGMA max_page_count = 3")
    with pytest.raises(FlashcardsError, match=r"temporary folder cannot be written .*full.*; free some space"):
        database.executemany("INSERT INTO t VALUES (?)", (("水" * 4000,) for _ in range(9)))
    with pytest.raises(FlashcardsError, match="temporary folder"):
        database.execute("INSERT INTO t VALUES (?)", ("水" * 40000,))


def test_records_are_taken_by_where_they_lie():
    """What was put behind other bytes is read back alone, in any order."""
    records = Records()
    records.put("一二".encode())
    records.put("三".encode())
    assert [records.take(*where).decode() for where in ((6, 9), (0, 6), (3, 9))] == ["三", "一二", "二三"]


def test_records_without_a_temporary_folder_are_told_in_one_line(tmp_path, monkeypatch):
    """Where nothing can be written, the first record says what to do."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(FlashcardsError, match=r"temporary folder cannot be written .*; free some space"):
        Records().put(b"x")
