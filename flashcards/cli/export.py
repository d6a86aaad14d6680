"""`flashcards export`: any format from an item bank."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from flashcards import config as configuration
from flashcards.cli.options import ANKI, FILE, LEARNING, check_suffix, fail, full_bank, shared
from flashcards.cli.progress import shown
from flashcards.errors import BadConfiguration, FlashcardsError
from flashcards.exporters import EXPORTERS
from flashcards.names import usable

FORMATS = "\n".join(f"{name:10}{row.help}" for name, row in EXPORTERS.items())


@click.command(epilog=f"\b\nFormats:\n{FORMATS}")
@click.argument("bank", type=FILE)
@click.option(
    "--to", multiple=True, required=True, type=click.Choice(list(EXPORTERS)), help="Format (may be repeated)."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A folder, or the file for one format (default: the bank's).",
)
@click.option("--items", help="Items on a sheet or self-test: a number or all.")
@click.option("--config", type=FILE, help="Configuration file (default: flashcards.toml beside or above the bank).")
@shared(ANKI, LEARNING)
def command(bank: Path, to: tuple[str, ...], output: Path | None, config: Path | None, **flags: Any) -> None:
    """Write formats from BANK, an item bank (NAME.bank.jsonl) made by `flashcards build`."""
    from flashcards.exporters import exporter

    try:
        opened = full_bank(bank)
        values = configuration.merged(configuration.load(config, (bank,)), flags)
        settings = configuration.settings({**values, "lang": opened.header.lang})
        count = len(opened)
        for name in dict.fromkeys(to):
            target = place(bank, usable(opened.header.name) or "flashcards", name, output, len(set(to)))
            watched = replace(opened, watch=partial(shown, label=name, total=count))
            for path in exporter(name)(watched, target, settings):
                click.echo(path)
    except FlashcardsError as error:
        fail(error)


def place(bank: Path, name: str, to: str, output: Path | None, formats: int) -> Path:
    """The file of one format: ``output`` if it names a file, else NAME and the format's suffix in its folder.

    Raises BadConfiguration for one file and several formats, or where its suffix is another format's.
    """
    from flashcards.exporters import target

    if output is None or output.is_dir() or not output.suffix:
        return target(output or bank.parent, name, to)
    if formats > 1:
        raise BadConfiguration("is one file for several formats; name a folder with -o", path=output)
    suffix = Path(name + EXPORTERS[to].suffix).suffix
    check_suffix(output, (suffix, ".htm") if suffix == ".html" else (suffix,))
    return output
