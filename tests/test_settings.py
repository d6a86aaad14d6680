"""What the user asked for, on its way to workers."""

from __future__ import annotations

from pathlib import Path

from flashcards.settings import Settings, anchored, read_beside


def test_paths_become_absolute_and_nothing_else_changes(monkeypatch, tmp_path):
    """Another process may stand in another folder."""
    monkeypatch.chdir(tmp_path)
    given = Settings(terms=Path("terms.txt"), fonts=tmp_path, density=2.0, kind=("cloze",))
    wanted = Settings(terms=tmp_path / "terms.txt", fonts=tmp_path, density=2.0, kind=("cloze",))
    assert anchored(given) == wanted == anchored(wanted)


def test_only_what_is_there_must_be_seen_by_workers(tmp_path):
    """A review file that is still to be written is none of it, nor are fonts, which only the writer of PDF reads."""
    (tmp_path / "terms.txt").write_text("水", encoding="utf-8")
    given = Settings(terms=tmp_path / "terms.txt", review=tmp_path / "review.tsv", fonts=tmp_path)
    assert read_beside(given) == (tmp_path / "terms.txt",)
