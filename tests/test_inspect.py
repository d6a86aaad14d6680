"""`flashcards inspect`: packages of ours and of others, in every format, and faults that Anki imports in silence."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from anki.collection import ExportAnkiPackageOptions
from click.testing import CliRunner, Result
from support.decks import NAME, build
from support.edits import deck
from support.learner import Learner

from flashcards.cli import cli
from flashcards.exporters.anki_preview import face, text

CASES = Path(__file__).parent / "cases"
BASE = json.loads((CASES / "ledger" / "base.json").read_text(encoding="utf-8"))
FAULTS = json.loads((CASES / "apkg" / "faults.json").read_text(encoding="utf-8"))
NOW = 1_700_000_000


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["inspect", *map(str, arguments)], env={"SOURCE_DATE_EPOCH": str(NOW + 9)})


def test_our_deck_is_shown_and_has_no_fault(tmp_path: Path) -> None:
    """Decks, sources, note types, and a sample of each type; exit status 0."""
    build(tmp_path, deck(BASE), NOW)
    result = run(tmp_path / f"{NAME}.apkg")
    assert result.exit_code == 0, result.output
    for part in (
        "28 notes, 28 cards, 0 media files",
        "      13  测试::a",
        "      28  在座谈会上的讲话",
        "      21  flashcards-zh cloze (25 fields, 1 templates, cloze; id 1787512345001)",
        "  front [...]建在岷江上，至今仍在灌溉成都平原。",
        "        【都江堰】建在岷江上，至今仍在灌溉成都平原。",
        "        苏州",
        "nothing wrong found",
    ):
        assert part in result.output, part


def test_the_same_is_told_of_every_format(tmp_path: Path) -> None:
    """A deck exported by Anki in the classic and in the newest format reads the same, as text and as JSON."""
    build(tmp_path, deck(BASE), NOW)
    told = []
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        for legacy in (True, False):
            path = tmp_path / f"{legacy}.apkg"
            options = ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=False, with_media=True, legacy=legacy
            )
            learner.col.export_anki_package(out_path=str(path), options=options, limit=None)
            result = run(path, "--json")
            assert result.exit_code == 0, result.output
            told.append(json.loads(result.output))
    assert told[0] == told[1]
    assert told[0]["notes"] == 28 and sum(each["notes"] for each in told[0]["notetypes"]) == 28


def test_a_ledger_is_rebuilt_from_a_deck_that_anki_exported(tmp_path: Path) -> None:
    """Where even our package is lost, the learner's own export in the newest format stands in for it."""
    build(tmp_path, deck(BASE), NOW)
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(tmp_path / f"{NAME}.apkg")
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False, with_media=True, legacy=False)
        learner.col.export_anki_package(out_path=str(tmp_path / f"{NAME}.apkg"), options=options, limit=None)
    (tmp_path / f"{NAME}.ledger.sqlite").unlink()
    summary = build(tmp_path, deck(BASE), NOW + 9)
    assert (summary.added, summary.changed, summary.unchanged) == (0, 0, 28)


@pytest.mark.parametrize("fault", FAULTS, ids=[row["says"] for row in FAULTS])
def test_faults_of_a_foreign_deck_are_told(fault: dict, tmp_path: Path) -> None:
    """Each fault is named with its first place; the grave ones give exit status 1."""
    import genanki

    names = fault.get("fields", ["Front", "Back"])
    model = genanki.Model(
        1_600_000_001,
        "别人的",
        fields=[{"name": name} for name in names],
        templates=[{"name": "Card", "qfmt": fault.get("front", "{{Front}}"), "afmt": fault.get("back", "{{Back}}")}],
        css=fault.get("css", ""),
        model_type=genanki.Model.CLOZE if fault.get("cloze") else genanki.Model.FRONT_BACK,
    )
    one = genanki.Deck(1_600_000_002, fault.get("deck", "别人的牌组"))
    for due, values in enumerate(fault.get("notes", [["问", "答"]])):
        note = genanki.Note(model=model, fields=values, due=due, guid=fault.get("guid", f"g{due}"))
        note.tags = fault.get("tags", [])
        one.add_note(note)
    path = tmp_path / "their.apkg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        genanki.Package(one).write_to_file(path, timestamp=fault.get("time", NOW))
    result = run(path, "--samples", 1)
    assert fault["says"] in result.output
    assert result.exit_code == int(fault["grave"])


def test_a_foreign_deck_without_faults_has_none(tmp_path: Path) -> None:
    """A plain genanki deck in order passes."""
    test_faults_of_a_foreign_deck_are_told({"says": "nothing wrong found", "grave": False}, tmp_path)


def test_what_is_no_package_is_told_in_one_line(tmp_path: Path) -> None:
    """A missing file, a text and a cut package: one line on stderr, exit status 1."""
    build(tmp_path, deck(BASE), NOW)
    whole = (tmp_path / f"{NAME}.apkg").read_bytes()
    (tmp_path / "cut.apkg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.apkg").write_text("文字", encoding="utf-8")
    for name in ("cut.apkg", "text.apkg", "missing.apkg"):
        result = run(tmp_path / name)
        assert result.exit_code == 1 and result.stdout == ""
        assert result.stderr.startswith(f"{tmp_path / name}: ") and result.stderr.count("\n") == 1


def test_a_terminal_is_not_steered_by_a_deck() -> None:
    """Control characters of a field are not printed."""
    assert text("a\x1b[31mb\x07<br>&#27;[0m") == "a[31mb\n[0m"


@pytest.mark.parametrize(
    ("template", "back", "shown"),
    [
        ("{{cloze:Text}}", False, "水在[...]度结冰"),
        ("{{cloze:Text}}", True, "水在【零】度结冰"),
        ("{{#Text}}有{{/Text}}{{^Text}}无{{/Text}}", False, "有"),
        ("{{#None}}有{{/None}}{{^None}}无{{/None}}", False, "无"),
        ("{{FrontSide}}<hr>{{Back}}", True, "前\n背"),
        ("{{tts zh_CN:Text}}{{type:cloze:Text}}{{hint:Back}}", True, "背"),
        ("<style>p{}</style><script>x</script><p>{{Back}}</p>", False, "背"),
    ],
)
def test_a_face_is_shown_as_text(template: str, back: bool, shown: str) -> None:
    """Clozes, sections, filters, FrontSide; styles and scripts are left out."""
    values = {"Text": "水在{{c1::零}}度结冰", "Back": "背", "None": ""}
    assert face(template, values, ordinal=1, back=back, front="前") == shown
