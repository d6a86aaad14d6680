"""`flashcards quiz`: sheets and keys, from an item bank or straight from texts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flashcards import config as configuration
from flashcards.cli.options import (
    CHOOSING,
    READING,
    build_time,
    check_suffix,
    complain,
    fail,
    full_bank,
    nothing_read,
    paths_or_corpus,
    shared,
)
from flashcards.errors import FlashcardsError
from flashcards.names import usable

if TYPE_CHECKING:
    from flashcards.bank import Bank
    from flashcards.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
LAYOUTS = (
    "fill, choice, truefalse, wordbank, list, match, order, recitation, source, term; pinyin, spelling (extra: learner)"
)
SHEET = (
    click.option("--items", help="How many items: a number or all (default: 30)."),
    click.option("--source", help="Only passages with this source marker, such as ④ or 4."),
    click.option("--passages", help="Only these passages, such as 3-7."),
    click.option("--points", type=int, help="Full marks (满分); default: the usual points of each kind, added up."),
    click.option("--minutes", type=int, help="Time for the sheet, printed beside the full marks."),
    click.option("--title", help="Title of the sheet (default: the bank's name)."),
    click.option("--layout", multiple=True, help=f"Sections in their order, comma-separated: {LAYOUTS}; or all."),
    click.option(
        "--versions", multiple=True, help="Versions, such as A,B or A,B,C,D: the same items, otherwise mixed."
    ),
    click.option("--seed", type=int, help="Another number gives another sheet (default: 1)."),
    click.option("--blank", help="Width of blanks: bucket (default), equal, exact or grid (田字格)."),
    click.option("--paper", help="a4 (default), letter, a3 or 8k (both landscape, two columns)."),
    click.option("--seal", help="密封线: none (default), first (page) or all (pages)."),
    click.option("--score-table", is_flag=True, default=None, help="A table for the points of every section."),
    click.option("--show-passage", is_flag=True, default=None, help="Print each passage above its questions."),
    click.option("--numbering", help="continuous (default) or section (every section from 1)."),
    click.option("--pinyin", is_flag=True, default=None, help="Pinyin over printed passages (extra: learner)."),
    click.option("--readings", type=FILE, help="Readings that overrule the table."),
    click.option("--fonts", type=click.Path(path_type=Path, file_okay=False), help="Folder of fonts for --pdf."),
    click.option("--teacher", is_flag=True, default=None, help="Also a teacher's copy with the answers in red."),
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("-o", "--output", type=FILE, help="The sheet (default: NAME.quiz.html here; FILE.pdf: PDF only).")
@click.option("--pdf", is_flag=True, help="Sheet and key as PDF too (extra: pdf).")
@click.option("--missed", type=FILE, help="Only what this log of a self-test shows as missed (错题卷).")
@shared(SHEET, READING, CHOOSING)
def command(
    paths: tuple[Path, ...], output: Path | None, pdf: bool, missed: Path | None, config: Path | None, **flags: Any
) -> None:
    """Make quiz sheets and keys from an item bank, or from texts.

    PATH is a bank made by `flashcards build`, or what `build` takes; without one, corpus/.
    """
    try:
        paths = paths_or_corpus(paths)
        values = configuration.merged(configuration.load(config, paths), flags)
        settings = configuration.settings(values)
        check_suffix(output, (".html", ".htm", ".pdf"))
        with TemporaryDirectory(prefix="flashcards-") as folder:
            opened, status = (full_bank(paths[0]), 0) if is_bank(paths) else bank_of(paths, settings, Path(folder))
            for path in write(opened, output, settings, pdf=pdf, missed=missed):
                click.echo(path)
    except FlashcardsError as error:
        fail(error)
    else:
        sys.exit(status)


def write(
    opened: Bank, output: Path | None, settings: Settings, *, pdf: bool = False, missed: Path | None = None
) -> tuple[Path, ...]:
    """Write the sheets of a bank, and say on stderr what could not be done as asked; returns the files."""
    from flashcards import log, sheet
    from flashcards.exporters import ankitext, quiz

    options = sheet.from_settings(settings)
    if missed is not None:
        options = replace(options, keys=frozenset(log.missed(log.read(missed))))
        if found := ankitext.search(opened, options.keys or ()):
            complain(f"to tag the missed in Anki, search its browser for: {found}")
    made = sheet.make(opened, options)
    for note in made.notes:
        complain(note)
    target = output or Path(f"{usable(opened.header.name) or 'flashcards'}.quiz.html")
    printed: tuple[Path, ...] = ()
    alone = target.suffix.lower() == ".pdf"
    if pdf or alone:  # first, so that a font or package that is missing leaves nothing behind
        from flashcards.exporters import pdf as engine

        teacher, fonts = settings.teacher, settings.fonts
        printed = engine.write_sheet(made, target.with_suffix(".pdf"), options, teacher=teacher, fonts=fonts)
    return printed if alone else quiz.write_sheet(made, target, options, teacher=settings.teacher) + printed


def is_bank(paths: tuple[Path, ...]) -> bool:
    """Whether the one path given is an item bank, by its first line."""
    from flashcards.bank import GENERATOR

    if len(paths) != 1 or not paths[0].is_file():
        return False
    with paths[0].open("rb") as file:
        return f'"generator":"{GENERATOR}"'.encode() in file.readline(1 << 20)


def bank_of(paths: tuple[Path, ...], settings: Settings, folder: Path) -> tuple[Bank, int]:
    """The bank of texts, built in ``folder`` away from published ones, and the exit status; unreadable files are named.

    Raises UnreadableInput where nothing could be read.
    """
    from flashcards import bank, inputs, pipeline
    from flashcards.cli.build import deck_name, exit_status, gone
    from flashcards.ledger import Ledger
    from flashcards.report import Report

    name = deck_name(paths)
    project = settings.project or name
    found = inputs.find(paths, output=folder)
    report = Report(errors=list(found.errors))
    with Ledger.open(folder / f"{name}.ledger.sqlite", project=project, now=build_time()) as ledger:
        pipeline.settle(found.files, ledger, settings, report)
        if not report.sums["passages"]:
            raise nothing_read(report.errors, paths[0])
        for error in report.errors:
            complain(error)
        ledger.finish(gone=gone(found, report), prune=False)
        pipeline.publish(ledger, folder, name, project, (), settings)
    return bank.load(folder / f"{name}.bank.jsonl"), exit_status(report, strict=False)
