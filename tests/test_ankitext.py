"""The other way into Anki: its text import file, through the real importer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.decks import NAME, build, items_of
from support.edits import deck
from support.learner import CLEAN, Learner

from flashcards import bank
from flashcards.errors import BadConfiguration
from flashcards.exporters import ankitext
from flashcards.exporters.anki_fields import AT
from flashcards.ledger.identity import guid

CASES = Path(__file__).parent / "cases"
BASE = json.loads((CASES / "ledger" / "base.json").read_text(encoding="utf-8"))
HOSTILE = json.loads((CASES / "apkg" / "hostile.json").read_text(encoding="utf-8"))
BOTH = ("apkg", "text")
NOW = 1_700_000_000


def test_the_text_file_brings_the_same_notes_as_the_package(tmp_path: Path) -> None:
    """With the note types there, a collection without the notes gets them all: fields, decks, GUIDs."""
    build(tmp_path, deck(BASE), NOW, formats=BOTH)
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        packaged = {g: (h.fields, h.deck, h.notetype) for g, h in learner.held().items()}
        learner.col.remove_notes(learner.col.find_notes(""))
        assert learner.bring_in_text(tmp_path / f"{NAME}.anki.txt") == {"new": 28}
        assert {g: (h.fields, h.deck, h.notetype) for g, h in learner.held().items()} == packaged
        assert learner.check() == CLEAN


def test_the_text_file_updates_notes_in_place(tmp_path: Path) -> None:
    """An edit reaches the note, and as context its neighbours; reviews and the learner's tags stay."""
    build(tmp_path, deck(BASE), NOW, formats=BOTH)
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        learner.answer_all()
        for guid in learner.held():
            note = learner.note(guid)
            note.tags.append("mine")
            learner.col.update_note(note)
        before = learner.held()
        assert learner.bring_in_text(tmp_path / f"{NAME}.anki.txt") == {"duplicate": 28}
        edited = {**BASE, "a.txt": [*BASE["a.txt"][:4], "[宝瓶口]控制流入内江的水量。", *BASE["a.txt"][5:]]}
        build(tmp_path, deck(edited), NOW + 9, formats=BOTH)
        assert learner.bring_in_text(tmp_path / f"{NAME}.anki.txt") == {"updated": 3, "duplicate": 25}
        after = learner.held()
        changed = [guid for guid in before if after[guid].fields[AT["Text"]] != before[guid].fields[AT["Text"]]]
        assert [after[guid].fields[AT["Answer"]] for guid in changed] == ["宝瓶口"]
        for guid, held in before.items():
            assert (after[guid].card, after[guid].reps, after[guid].due) == (held.card, held.reps, held.due)
            assert after[guid].tags == held.tags and after[guid].deck == held.deck
        assert set(after) == set(before)


def test_hostile_text_is_one_cell(tmp_path: Path) -> None:
    """Quotes, tabs, separators and line breaks of a text stay in their field."""
    lines = [f"[词{n}]：{text}" for n, text in enumerate(HOSTILE) if "[" not in text and "]" not in text]
    build(tmp_path, {"a.txt": items_of("a.txt", lines)}, NOW, formats=BOTH)
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        packaged = {guid: held.fields for guid, held in learner.held().items()}
        learner.bring_in_text(tmp_path / f"{NAME}.anki.txt")
        assert {guid: held.fields for guid, held in learner.held().items()} == packaged
        learner.col.remove_notes(learner.col.find_notes(""))
        assert learner.bring_in_text(tmp_path / f"{NAME}.anki.txt") == {"new": len(lines)}
        assert {guid: held.fields for guid, held in learner.held().items()} == packaged


def test_the_text_file_is_the_same_every_time(tmp_path: Path) -> None:
    """Same bank, same bytes; line feeds only, no byte order mark."""
    build(tmp_path, deck(BASE), NOW, formats=("text",))
    first = (tmp_path / f"{NAME}.anki.txt").read_bytes()
    build(tmp_path, deck(BASE), NOW + 5, formats=("text",))
    assert (tmp_path / f"{NAME}.anki.txt").read_bytes() == first
    assert first.startswith(b"#separator:tab\n") and b"\r" not in first


def test_a_name_that_is_no_deck_is_refused(tmp_path: Path) -> None:
    """As for the package."""
    with pytest.raises(BadConfiguration, match="cannot name a deck"):
        build(tmp_path, deck(BASE), NOW, formats=("text",), project="a::::b")
    assert not list(tmp_path.iterdir())


def test_the_search_finds_the_missed_notes_and_no_other(tmp_path: Path) -> None:
    """What `quiz --missed` says to search for in Anki's browser finds exactly the notes of those items."""
    build(tmp_path, deck(BASE), NOW, formats=BOTH)
    opened = bank.load(tmp_path / f"{NAME}.bank.jsonl")
    keys = [item.key for item in opened][3:6]
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        found = learner.col.find_notes(ankitext.search(opened, keys))

        assert {learner.col.get_note(note).guid for note in found} == {guid(opened.header.project, key) for key in keys}
    assert ankitext.search(opened, ["elsewhere"]) == ""
