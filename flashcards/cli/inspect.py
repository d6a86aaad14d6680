"""`flashcards inspect`: what an Anki package holds, some of its cards, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards.cli.options import FILE, build_time, fail
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.exporters.anki_lint import Finding
    from flashcards.exporters.anki_package import Package


@click.command()
@click.argument("package", type=FILE)
@click.option(
    "--samples", type=click.IntRange(0), default=3, show_default=True, help="Cards to show of every note type."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def command(package: Path, samples: int, as_json: bool) -> None:
    """Show and lint PACKAGE, an Anki deck (.apkg) of ours or another's.

    Exit status 1 where something in it would harm cards or updates.
    """
    from flashcards.exporters.anki_lint import lint
    from flashcards.exporters.anki_package import opened

    try:
        with opened(package) as found:
            described = describe(found)
            described["samples"] = sample(found, samples)
            findings = lint(found, build_time())
    except FlashcardsError as error:
        fail(error)
    if as_json:
        click.echo(json.dumps({**described, "findings": [asdict(each) for each in findings]}, ensure_ascii=False))
    else:
        tell(described, findings)
    sys.exit(int(any(each.grave for each in findings)))


def describe(package: Package) -> dict[str, Any]:
    """Counts of notes and cards, by deck, note type and source tag."""
    notes, cards = (package.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("notes", "cards"))
    decks = {number: str(deck["name"]) for number, deck in package.decks.items()}
    in_decks = package.rows("SELECT did, count(*) FROM cards GROUP BY did")
    of_types = dict(package.rows("SELECT mid, count(*) FROM notes GROUP BY mid"))
    sources: Counter[str] = Counter()
    for (tags,) in package.rows("SELECT tags FROM notes"):
        sources.update(tag.removeprefix("source::") for tag in tags.split() if tag.startswith("source::"))
    return {
        "notes": notes,
        "cards": cards,
        "media": len(package.media),
        "decks": dict(sorted((decks.get(did, f"? {did}"), count) for did, count in in_decks)),
        "notetypes": [
            {
                "name": each["name"],
                "id": number,
                "notes": of_types.get(number, 0),
                "fields": len(each["flds"]),
                "templates": len(each["tmpls"]),
                "cloze": each["type"] == 1,
            }
            for number, each in sorted(package.notetypes.items())
        ],
        "sources": dict(sorted(sources.items())),
    }


def sample(package: Package, samples: int) -> list[dict[str, str]]:
    """The first cards of every note type, each face as text."""
    from flashcards.exporters.anki_preview import face

    left = dict.fromkeys(package.notetypes, samples)
    shown = []
    for note in package.notes():
        if left.get(note.notetype, 0) > 0:
            left[note.notetype] -= 1
            kind = package.notetypes[note.notetype]
            values = dict(zip((each["name"] for each in kind["flds"]), note.fields, strict=False))
            template = kind["tmpls"][0]
            front = face(template["qfmt"], values, ordinal=1, back=False)
            back = face(template["afmt"], values, ordinal=1, back=True, front=front)
            shown.append({"notetype": kind["name"], "guid": note.guid, "front": front, "back": back})
    return shown


def tell(described: dict[str, Any], findings: list[Finding]) -> None:
    """Everything as text."""
    from flashcards.exporters.anki_lint import summary

    click.echo(f"{described['notes']} notes, {described['cards']} cards, {described['media']} media files")
    for title in ("decks", "sources"):
        if described[title]:
            click.echo(f"\n{title}")
            for name, count in described[title].items():
                click.echo(f"{count:8}  {name}")
    click.echo("\nnote types")
    for each in described["notetypes"]:
        shape = f"{each['fields']} fields, {each['templates']} templates" + (", cloze" if each["cloze"] else "")
        click.echo(f"{each['notes']:8}  {each['name']} ({shape}; id {each['id']})")
    for card in described["samples"]:
        click.echo(f"\n{card['notetype']} {card['guid']}")
        for face in ("front", "back"):
            lines = card[face].split("\n")
            click.echo("\n".join(f"  {face if not at else '':6}{line}" for at, line in enumerate(lines)))
    click.echo("\n" + ("\n".join(summary(findings)) or "nothing wrong found"))
