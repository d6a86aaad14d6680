"""`flashcards check`: what looks wrong in texts, `file:line` each, before cards are made of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.cli.options import READING, complain, fail, paths_or_corpus, say, shared
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@shared(READING)
def command(paths: tuple[Path, ...], config: Path | None, **flags: Any) -> None:
    """Lint texts: leftovers of pages, odd characters, unbalanced quotes, unsure sources; exit 1 if there are any.

    PATH is a file, a folder (walked) or - for standard input; without one, corpus/.
    """
    from flashcards import inputs

    findings = 0
    try:
        paths = paths_or_corpus(paths)
        settings = configuration.settings(configuration.merged(configuration.load(config, paths), flags))
        found = inputs.find(paths)
        for error in found.errors:
            complain(error)
            findings += 1
        for file in found.files:
            findings += _check(file, settings)
        click.echo(f"{len(found.files)} files, {findings} findings", err=True)
    except FlashcardsError as error:
        fail(error)
    sys.exit(1 if findings else 0)


def _check(file: Input, settings: Settings) -> int:
    """Print the findings of one file; their number."""
    from flashcards import lint, pipeline

    count = 0
    try:
        for document, passages in pipeline.understand(file, settings):
            for finding in lint.findings(document, passages):
                say(f"{document.path}:{finding.line}: {finding.name}: {finding.detail}")
                count += 1
    except FlashcardsError as error:
        if error.status != 1:
            raise
        complain(error)
        count += 1
    return count
