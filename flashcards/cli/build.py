"""`flashcards build`: the main job."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
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
    nothing_read,
    paths_or_corpus,
    shared,
)
from flashcards.cli.progress import shown
from flashcards.errors import FlashcardsError, UnreadableInput
from flashcards.exporters import DEFAULT, EXPORTERS
from flashcards.names import usable
from flashcards.report import Report, record, table
from flashcards.settings import anchored, read_beside

if TYPE_CHECKING:
    from flashcards.inputs import Inputs


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
    from flashcards import engine, inputs, pipeline
    from flashcards.gaps import review
    from flashcards.ledger import Ledger

    settings = configuration.settings(values)
    where, workers = values.get("engine", "local"), values.get("workers")
    if where != "local":
        settings = anchored(settings)
    step, load = pipeline.make_all, engine.size
    if values.get("cache", True):
        from flashcards import cache

        step = partial(cache.make_all, place=cache.folder())
        load = partial(cache.load, settings=settings, place=cache.folder())
    running = engine.opened(where, workers, values.get("scheduler"), load, read_beside(settings))
    engines = ExitStack()
    folder = Path(values.get("output", "decks"))
    name = values.get("name") or deck_name(paths)
    project = settings.project or name
    found = inputs.find(paths, output=folder)
    report = Report(skipped=found.skipped, errors=list(found.errors))
    if not found.files:
        raise nothing_read(report.errors, paths[0])
    ledger_path = values.get("ledger", folder / f"{name}.ledger.sqlite")
    opening = Ledger.open(ledger_path, project=project, now=build_time(), package=folder / f"{name}.apkg")
    with engines, opening as ledger:
        engaged = engines.enter_context(running)
        pipeline.settle(found.files, ledger, settings, report, engaged.map, step)
        if not settings.split:
            engines.close()  # its workers have nothing more to do
        if not report.sums["passages"]:
            raise nothing_read(report.errors, paths[0])
        report.summary = ledger.finish(gone=gone(found, report), prune=bool(values.get("prune")))
        if not report.items:
            raise UnreadableInput("gives no item; it is too short, name a longer text", path=paths[0])
        formats = tuple(to for to in EXPORTERS if to in (values.get("to") or DEFAULT))
        report.written = pipeline.publish(
            ledger, folder, name, project, formats, settings, shown, workers, engaged.away
        )
    if settings.review:
        chosen = [choice for survey in report.surveys for choice in survey.chosen]
        rejected = [choice for survey in report.surveys for choice in survey.rejected]
        review.write(settings.review, chosen, rejected)
        report.written = (*report.written, settings.review)
    return report


def deck_name(paths: tuple[Path, ...]) -> str:
    """The single PATH's stem, made fit for the names of files, else ``flashcards``."""
    if len(paths) != 1 or str(paths[0]) == "-":
        return "flashcards"
    path = paths[0].resolve()
    return usable(path.name if path.is_dir() else path.name.split(".")[0] or path.stem) or "flashcards"


def gone(found: Inputs, report: Report) -> Callable[[str], bool]:
    """Whether a document that was not read is gone: its file is missing. In doubt it is not.

    In doubt are documents with an ``id:`` of their own, and all where texts are named by URL.
    """
    from flashcards.remote import is_url

    if any(is_url(file.path) for file in found.files):
        return lambda document: False

    def check(document: str) -> bool:
        path = found.root / document.split("#")[0]
        named = bool(Path(document.split("#")[0]).suffix)
        return named and not path.exists() and not any(error.path == path for error in report.errors)

    return check


def exit_status(report: Report, strict: bool) -> int:
    """1 where an input failed, or with ``strict`` where anything was warned of or is unsure; otherwise 0."""
    return 1 if report.errors or (strict and (report.warnings or report.doubts)) else 0


def tell(report: Report, as_json: bool) -> None:
    """Errors, warnings and doubts to stderr, then the report to stdout."""
    for line in (*map(str, report.errors), *report.warnings, *report.doubts):
        complain(line)
    if report.summary and report.summary.held:
        complain(f"{report.summary.held} items are gone from the text but stay in the deck; --prune withdraws them")
    if as_json:
        click.echo(json.dumps(record(report), ensure_ascii=False))
        return
    for label, text in table(report):
        click.echo(f"{label + ':' if label else '':22}{text}")
