"""Formats of one bank written together: the same files as each alone, and the bank parsed once for deck and sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import lake

from flashcards import exporters
from flashcards.bank import Bank
from flashcards.model import Item
from flashcards.settings import Settings

FORMATS = ("apkg", "quiz", "gift")


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    items = [*lake.ITEMS, *lake.many(60)]
    return lake.save(tmp_path, [replace(each, key=f"{at:016x}", number=at) for at, each in enumerate(items, start=1)])


def files(folder: Path) -> dict[str, bytes]:
    """The content of every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("items", [None, "3", "all"])
def test_formats_together_are_the_same_as_each_alone(bank: Bank, tmp_path: Path, items: str | None) -> None:
    """The sheet's items are the same, gathered while the deck is written or read for the sheet: all, or a sample."""
    settings = Settings(items=items)
    for folder in (tmp_path / "alone", tmp_path / "together"):
        folder.mkdir()
    jobs = [exporters.Job(to, bank, exporters.target(tmp_path / "alone", "x", to)) for to in FORMATS]
    for job in jobs:
        exporters.write(job, settings)
    moved = [replace(job, target=tmp_path / "together" / job.target.name) for job in jobs]
    exporters.write_all(moved, settings)
    assert files(tmp_path / "together") == files(tmp_path / "alone")


def test_deck_and_sheet_read_the_bank_once(bank: Bank, tmp_path: Path) -> None:
    """A watch set on both formats sees one reading, that of the deck."""
    readings = []

    def watch(items: Iterator[Item]) -> Iterator[Item]:
        readings.append(items)
        return items

    watched = replace(bank, watch=watch)
    jobs = [exporters.Job(to, watched, exporters.target(tmp_path, "x", to)) for to in ("apkg", "quiz")]
    exporters.write_all(jobs, Settings(items="all"))
    assert len(readings) == 1
