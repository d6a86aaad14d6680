"""Edits between two builds, each imported by the real Anki on top of cards that were answered there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.decks import NAME, build
from support.edits import deck, edited
from support.learner import CLEAN, Held, Learner

from flashcards.exporters.anki_fields import AT
from flashcards.exporters.anki_text import unescape
from flashcards.settings import Settings

CASES = Path(__file__).parent / "cases" / "ledger"
BASE = json.loads((CASES / "base.json").read_text(encoding="utf-8"))
MATRIX = json.loads((CASES / "matrix.json").read_text(encoding="utf-8"))
FIRST, EDIT, SECOND = 1_700_000_000, 1_700_000_500, 1_700_001_000


def answer_of(held: Held) -> str:
    """A note's answer without markup and, for a choice, without its letter."""
    return unescape(re.sub(r'<span class="letter">.</span>', "", held.fields[AT["Answer"]]))


def schedule(held: Held) -> tuple[int, ...]:
    """Everything a review may not lose."""
    return (held.card, held.reps, held.due, held.interval, held.queue, held.reviews)


def lose(folder: Path, what: list[str]) -> None:
    """Remove what a row says is lost."""
    files = {"ledger": f"{NAME}.ledger.sqlite", "bank": f"{NAME}.bank.jsonl"}
    for name in what:
        (folder / files[name]).unlink()


def mark_all(learner: Learner) -> None:
    """The learner, between the builds, tags every note and writes into a field of it."""
    for guid in learner.held():
        note = learner.note(guid)
        note.fields[AT["Spare1"]] = "我的笔记"
        note.tags.append("mine")
        learner.col.update_note(note)
    learner.col.db.execute("update notes set mod = ?", EDIT)


@pytest.mark.parametrize("row", MATRIX, ids=[row["name"] for row in MATRIX])
def test_edits_between_builds_harm_no_learner(row: dict, tmp_path: Path) -> None:
    """After a re-import: no duplicate, no review lost or on another answer, nothing touched that did not change."""
    expect = row["expect"]
    decks = tmp_path / "decks"
    build(decks, deck(BASE), FIRST)
    package = decks / f"{NAME}.apkg"
    with Learner(tmp_path / "learner") as learner:
        first = learner.bring_in(package)
        assert learner.answer_all() == first["new"] == 28
        mark_all(learner)
        learner.check()  # the backend now and then adds a review's time to its card only here
        before = learner.held()
        lose(decks, row.get("lose", []))
        documents, sources = edited(BASE, row["edits"])
        gone = row.get("gone", [])
        settings = replace(Settings(), **row.get("settings", {}))
        summary = build(
            decks,
            deck(documents, sources),
            SECOND,
            gone=gone.__contains__,
            prune=row.get("prune", False),
            settings=settings,
        )
        log = learner.bring_in(package)
        after = learner.held()

        new = [guid for guid in after if guid not in before]
        updated = [guid for guid in before if after[guid].fields != before[guid].fields]
        assert sorted(answer_of(after[guid]) for guid in new) == sorted(expect.get("new", []))
        assert sorted(answer_of(after[guid]) for guid in updated) == sorted(expect.get("updated", []))
        assert set(before) <= set(after)
        assert {guid: schedule(after[guid]) for guid in before} == {guid: schedule(before[guid]) for guid in before}
        renamed = expect.get("answers", {})
        for guid in before:
            old = answer_of(before[guid])
            assert answer_of(after[guid]) in (old, renamed.get(old))
            if guid not in updated:
                assert after[guid] == before[guid]
        withdrawn = expect.get("withdrawn", [])
        assert (summary.added, summary.changed, summary.withdrawn) == (len(new), len(updated), len(withdrawn))
        assert (summary.held, summary.kept) == (expect.get("held", 0), expect.get("kept", 0))
        same = 28 - len(withdrawn) - len(updated)
        assert log == {
            name: count for name, count in (("new", len(new)), ("updated", len(updated)), ("duplicate", same)) if count
        }
        assert_withdrawn(learner, decks, before, withdrawn)
        assert learner.check() == CLEAN
        assert not learner.col.get_empty_cards().notes
        again = learner.bring_in(package)
        assert list(again) == ["duplicate"]


def assert_withdrawn(learner: Learner, decks: Path, before: dict[str, Held], withdrawn: list[str]) -> None:
    """Withdrawn notes stay with their reviews, and the companion package tags exactly them."""
    package = decks / f"{NAME}.withdrawn.apkg"
    assert package.exists() == bool(withdrawn)
    if withdrawn:
        learner.bring_in(package)
        held = learner.held()
        tagged = [guid for guid, note in held.items() if "flashcards::removed" in note.tags]
        assert sorted(answer_of(held[guid]) for guid in tagged) == sorted(withdrawn)
        assert all(schedule(held[guid]) == schedule(before[guid]) for guid in tagged)


def test_the_matrix_is_long_enough() -> None:
    """The matrix has at least the rows that were promised."""
    assert len(MATRIX) >= 30
