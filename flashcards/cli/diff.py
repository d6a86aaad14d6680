"""`flashcards diff`: what a build would change against the last published one; nothing is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.cli.options import (
    CHOOSING,
    LEARNING,
    READING,
    build_time,
    complain,
    fail,
    nothing_read,
    paths_or_corpus,
    shared,
)
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.ledger import Change, Ledger, Summary
    from flashcards.model import Item

SIGNS = {"added": "+", "changed": "~", "withdrawn": "-"}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder of the deck (default: decks)."
)
@click.option("--name", help="Name of the deck (default: the PATH's).")
@click.option("--prune", is_flag=True, default=None, help="As a build with --prune would do.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a change, then one with the counts.")
@shared(READING, CHOOSING, LEARNING)
def command(paths: tuple[Path, ...], config: Path | None, as_json: bool, **flags: Any) -> None:
    """Show what `flashcards build` would change in the deck; write nothing.

    PATH is what `build` takes. `+` an item is added, `~` changed (old, then new), `-` withdrawn.
    """
    from flashcards import inputs, pipeline
    from flashcards.cli.build import deck_name, exit_status, gone
    from flashcards.ledger import Ledger
    from flashcards.report import Report

    try:
        paths = paths_or_corpus(paths)
        values = configuration.merged(configuration.load(config, paths), flags)
        settings = configuration.settings(values)
        folder = Path(values.get("output", "decks"))
        name = values.get("name") or deck_name(paths)
        found = inputs.find(paths, output=folder)
        report = Report(errors=list(found.errors))
        place = Path(values.get("ledger", folder / f"{name}.ledger.sqlite"))
        package = folder / f"{name}.apkg"
        project = settings.project or name
        with Ledger.open(place, project=project, now=build_time(), dry=True, package=package) as ledger:
            pipeline.settle(found.files, ledger, settings, report)
            if not report.sums["passages"]:
                raise nothing_read(report.errors, paths[0])
            for error in report.errors:
                complain(error)
            summary = ledger.finish(gone=gone(found, report), prune=bool(values.get("prune")))
            for line in machine(ledger, summary) if as_json else human(ledger, summary):
                click.echo(line)
    except FlashcardsError as error:
        fail(error)
    else:
        sys.exit(exit_status(report, strict=False))


def human(ledger: Ledger, summary: Summary) -> Iterator[str]:
    """The changes as lines for people, then the counts."""
    for change in ledger.changes():
        sign = SIGNS[change.what]
        item = change.new or change.old
        assert item is not None
        yield f"{sign} q{change.number:04d} {item.kind:10} {item.passage.document}"
        yield from (f"    {line}" for line in details(change))
    yield (
        f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged, "
        f"{summary.withdrawn} withdrawn, {summary.kept} in documents that were not read"
    )
    if summary.held:
        yield f"{summary.held} are gone from the text and would stay in the deck; --prune withdraws them"


def details(change: Change) -> Iterator[str]:
    """What is asked; for a changed item each part that differs, old and new."""
    if change.old is None or change.new is None:
        item = change.new or change.old
        assert item is not None
        for _, text in parts(item)[:2]:
            if text:
                yield text
        return
    for (name, old), (_, new) in zip(parts(change.old), parts(change.new), strict=True):
        if old != new:
            yield f"{name}: {old or '∅'}"
            yield f"{'':{len(name)}}→ {new or '∅'}"


def parts(item: Item) -> list[tuple[str, str]]:
    """What the content of an item consists of, each part as one line of text."""
    from flashcards.ledger.identity import source_row
    from flashcards.model import answer_text

    return [
        ("stem", marked(item)),
        ("answer", "" if item.gaps and not item.options else answer_text(item)),
        ("options", " / ".join(item.options or ())),
        ("hint", item.hint),
        ("source", "，".join(filter(None, source_row(item.passage.source)))),
    ]


def marked(item: Item) -> str:
    """The stem in one line, each gap in 【】."""
    pieces, at = [], 0
    for gap in item.gaps:
        pieces.append(f"{item.stem[at : gap.start]}【{item.stem[gap.start : gap.end]}】")
        at = gap.end
    return "".join([*pieces, item.stem[at:]]).replace("\n", " / ")


def machine(ledger: Ledger, summary: Summary) -> Iterator[str]:
    """The changes and then the counts as JSON lines, items as in a bank."""
    from dataclasses import asdict

    from flashcards.bank import item_record

    for change in ledger.changes():
        record = {
            "change": change.what,
            "key": change.key,
            "number": change.number,
            "old": item_record(change.old) if change.old else None,
            "new": item_record(change.new) if change.new else None,
        }
        yield json.dumps(record, ensure_ascii=False)
    yield json.dumps(asdict(summary))
