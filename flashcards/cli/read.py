"""`flashcards read`: what was understood, one JSON line a passage, before any card exists."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.bank import source_record
from flashcards.cli.options import READING, complain, fail, paths_or_corpus, say, shared
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.model import Document, Passage
    from flashcards.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--strict", is_flag=True, help="Exit 1 if anything is unsure or odd.")
@shared(READING)
def command(paths: tuple[Path, ...], strict: bool, config: Path | None, **flags: Any) -> None:
    """Show what was understood of texts: one JSON line a passage; warnings and doubts on stderr.

    PATH is a file, a folder (walked) or - for standard input; without one, corpus/.
    """
    from flashcards import inputs

    status = 0
    try:
        paths = paths_or_corpus(paths)
        settings = configuration.settings(configuration.merged(configuration.load(config, paths), flags))
        found = inputs.find(paths)
        for error in found.errors:
            complain(error)
            status = 1
        for file in found.files:
            status = max(status, _show(file, settings, strict))
    except FlashcardsError as error:
        fail(error)
    sys.exit(status)


def _show(file: Input, settings: Settings, strict: bool) -> int:
    """Print one file's passages; 1 if it could not be read (or, if strict, is not sure), else 0."""
    from flashcards import pipeline, sources

    status = 0
    try:
        for document, passages in pipeline.understand(file, settings):
            for passage in passages:
                line = json.dumps(record(document, passage), ensure_ascii=False)
                say(line)
            doubts = [f"{document.path}: {warning}" for warning in document.warnings]
            doubts += sources.unsure_report(passages)
            for doubt in doubts:
                complain(doubt)
            status = max(status, int(strict and bool(doubts)))
    except FlashcardsError as error:
        if error.status != 1:
            raise
        complain(error)
        status = 1
    return status


def record(document: Document, passage: Passage) -> dict[str, Any]:
    """A passage as JSON (a contract: keys may be added, never removed)."""
    return {
        "id": passage.id,
        "document": passage.document,
        "number": passage.number,
        "title": passage.title,
        "heading": passage.heading,
        "text": passage.text,
        "lines": list(passage.lines),
        "pages": None if passage.pages is None else list(passage.pages),
        "verse": passage.verse,
        "script": passage.script,
        "encoding": document.encoding,
        "source": source_record(passage.source),
        "source_confidence": passage.source_confidence,
        "source_unsure": passage.source_unsure,
        "source_alternative": passage.alternative,
        "repairs": [str(repair) for repair in passage.repairs],
    }
