"""`flashcards build`: the main job."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.cli.options import (
    ANKI,
    CHOOSING,
    LEARNING,
    READING,
    RUNNING,
    build_time,
    complain,
    fail,
    paths_or_corpus,
    shared,
)
from flashcards.errors import BadConfiguration, FlashcardsError, UnreadableInput
from flashcards.exporters import DEFAULT, EXPORTERS

if TYPE_CHECKING:
    from flashcards.inputs import Inputs
    from flashcards.pipeline import Report


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write (default: decks)."
)
@click.option("--name", help="Name of the deck and its files (default: the PATH's).")
@click.option("--to", multiple=True, type=click.Choice(list(EXPORTERS)), help="Write this format (may be repeated).")
@click.option("--items", help="Items on the quiz sheet and in the self-test: a number or all (default: 30 and 500).")
@click.option("--strict", is_flag=True, default=None, help="Fail on warnings and unsure sources too.")
@click.option("--prune", is_flag=True, default=None, help="Withdraw the items of documents that are gone.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@shared(READING, CHOOSING, ANKI, LEARNING, RUNNING)
def command(paths: tuple[Path, ...], config: Path | None, as_json: bool, **flags: Any) -> None:
    """Make an Anki deck, a quiz with its key and a self-test from texts.

    PATH is a file, a folder (walked) or - for standard input; without one, corpus/.
    """
    try:
        paths = paths_or_corpus(paths)
        values = configuration.merged(configuration.load(config, paths), flags)
        report = build(paths, values)
    except FlashcardsError as error:
        fail(error)
    else:
        tell(report, as_json)
        sys.exit(exit_status(report, bool(values.get("strict"))))


def build(paths: tuple[Path, ...], values: dict[str, Any]) -> Report:
    """Run the pipeline for the merged values of configuration and flags. Raises FlashcardsError if nothing is read."""
    from flashcards import cache, engine, inputs, pipeline
    from flashcards.ledger import Ledger

    settings = configuration.settings(values)
    check_kinds(settings.kind)
    run = engine.runner(values.get("engine", "local"), values.get("workers"), values.get("scheduler"))
    step = partial(cache.make, place=cache.folder()) if values.get("cache", True) else pipeline.make
    folder = Path(values.get("output", "decks"))
    name = values.get("name") or deck_name(paths)
    project = settings.project or name
    found = inputs.find(paths, output=folder)
    report = pipeline.Report(skipped=dict(found.skipped), errors=list(found.errors))
    if not found.files:
        raise report.errors[0] if report.errors else UnreadableInput("has no text in it", path=paths[0])
    ledger_path = values.get("ledger", folder / f"{name}.ledger.sqlite")
    with Ledger.open(ledger_path, project=project, now=build_time(), package=folder / f"{name}.apkg") as ledger:
        pipeline.settle(found.files, ledger, settings, report, run, step)
        if not any(read.passages for read in report.read):
            raise report.errors[0] if report.errors else UnreadableInput("has no passage in it", path=paths[0])
        report.summary = ledger.finish(gone=gone(found, report), prune=bool(values.get("prune")))
        formats = tuple(to for to in EXPORTERS if to in (values.get("to") or DEFAULT))
        report.written = pipeline.publish(ledger, folder, name, project, formats, settings)
    return report


def check_kinds(kinds: tuple[str, ...]) -> None:
    """Raise BadConfiguration for a kind of item that the table does not have."""
    from flashcards.items import KINDS

    for kind in kinds:
        if kind not in KINDS:
            raise BadConfiguration(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")


def deck_name(paths: tuple[Path, ...]) -> str:
    """The single PATH's stem, else ``flashcards``."""
    if len(paths) != 1 or str(paths[0]) == "-":
        return "flashcards"
    path = paths[0].resolve()
    return (path.name if path.is_dir() else path.name.split(".")[0] or path.stem) or "flashcards"


def gone(found: Inputs, report: Report) -> Callable[[str], bool]:
    """Whether a document that was not read is gone: its file is missing. In doubt (an ``id:`` of its own) it is not."""

    def check(document: str) -> bool:
        path = found.root / document.split("#")[0]
        named = bool(Path(document.split("#")[0]).suffix)
        return named and not path.exists() and not any(error.path == path for error in report.errors)

    return check


def exit_status(report: Report, strict: bool) -> int:
    """1 where an input failed, or with ``strict`` where anything was warned of; otherwise 0."""
    doubtful = strict and any(read.notes or read.doubts for read in report.read)
    return 1 if report.errors or doubtful else 0


def tell(report: Report, as_json: bool) -> None:
    """Errors and warnings to stderr, then the report to stdout."""
    from flashcards.pipeline import record

    table = record(report)
    for line in (*table["errors"], *table["warnings"]):
        complain(line)
    if table["held"]:
        complain(f"{table['held']} items are gone from the text but stay in the deck; --prune withdraws them")
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False))
        return
    skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(report.skipped.items()))
    rows = [
        (
            "read",
            f"{table['files']} files, {table['passages']} passages" + (f" (skipped: {skipped})" if skipped else ""),
        ),
        ("sources", f"{table['sources']} ({table['sources_sure']} passages sure, {table['sources_unsure']} unsure)"),
        ("phrases", f"{table['phrases']}"),
        ("items", f"{table['items']}: " + ", ".join(f"{kind} {count}" for kind, count in table["kinds"].items())),
        (
            "since the last build",
            ", ".join(f"{table[word]} {word}" for word in CHANGES if word in ALWAYS or table[word]),
        ),
        ("written", "\n".join(f"{'':22}{path}" for path in table["written"]).lstrip()),
    ]
    for label, text in rows:
        click.echo(f"{label + ':':22}{text}")


# kept: of documents not read now; held: gone from their text, but too many at once to withdraw without --prune
ALWAYS = ("added", "changed", "unchanged", "withdrawn")
CHANGES = (*ALWAYS, "kept", "held")
