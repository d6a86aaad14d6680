"""`flashcards phrases`: the key phrases of each document, best first, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.cli.options import READING, complain, fail, paths_or_corpus, say, shared
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.model import Analysis, Keyphrase
    from flashcards.settings import Settings

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, help="Phrases of a document.")
@click.option("--explain", is_flag=True, help="Add reasons, places and the phrases each one beat.")
@click.option("--terms", type=FILE, help="Terms to put first: one a line, with an optional weight.")
@click.option("--stop", type=FILE, help="Phrases to leave out: one a line.")
@shared(READING)
def command(paths: tuple[Path, ...], top: int, explain: bool, config: Path | None, **flags: Any) -> None:
    """Show the key phrases of texts: one JSON line a document (a record of a .jsonl file is a document).

    PATH is a file, a folder (walked) or - for standard input; without one, corpus/.
    """
    from flashcards import inputs

    status = 0
    try:
        paths = paths_or_corpus(paths)
        settings = configuration.settings(configuration.merged(configuration.load(config, paths), flags))
        found = inputs.find(paths, output=None)
        for error in found.errors:
            complain(error)
            status = 1
        for file in found.files:
            try:
                for line in _lines(file, settings, top, explain):
                    say(line)
            except FlashcardsError as error:
                if error.status != 1:
                    raise
                complain(error)
                status = 1
    except FlashcardsError as error:
        fail(error)
    sys.exit(status)


def _lines(file: Input, settings: Settings, top: int, explain: bool) -> Iterator[str]:
    from flashcards import keyphrases, pipeline

    for document, passages in pipeline.understand(file, settings):
        analyses = keyphrases.analyse(passages, settings, explain=explain)
        best = keyphrases.best(analyses, top)
        record: dict[str, Any] = {
            "id": document.id,
            "phrases": [phrase.text for phrase in best],
            "scores": [round(phrase.score, 4) for phrase in best],
        }
        if explain:
            record |= explained(analyses, best)
        yield json.dumps(record, ensure_ascii=False)


def explained(analyses: Sequence[Analysis], best: Sequence[Keyphrase]) -> dict[str, Any]:
    """The columns that ``--explain`` adds, each a list parallel to ``phrases``."""
    from flashcards.keyphrases.features import MEANINGS

    text = {a.passage.number: a.sentences for a in analyses}
    return {
        "kinds": [phrase.kind for phrase in best],
        "reasons": [
            [
                {
                    "feature": reason.feature,
                    "value": reason.value,
                    "contribution": reason.contribution,
                    "words": MEANINGS[reason.feature],
                }
                for reason in phrase.reasons
            ]
            for phrase in best
        ],
        "occurrences": [
            [
                {
                    "passage": place.passage,
                    "sentence": place.sentence,
                    "start": place.start,
                    "end": place.end,
                    "in": text[place.passage][place.sentence].text.strip(),
                }
                for place in phrase.occurrences
            ]
            for phrase in best
        ],
        "runners_up": [list(phrase.runners_up) for phrase in best],
    }
