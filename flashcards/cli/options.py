"""Options that several commands share: a flag's name is its key in `flashcards.toml` and its field in `Settings`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flashcards import config
from flashcards.errors import BadBank, BadConfiguration, FlashcardsError, UnreadableInput
from flashcards.names import legible

if TYPE_CHECKING:
    from flashcards.bank import Bank

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


def number(key: str) -> click.ParamType[Any]:
    """The type of a flag with a number in the range that the configuration has for it."""
    least, most = config.RANGES[key]
    return click.IntRange(int(least), None) if most is None else click.FloatRange(least, most)


def words(key: str) -> click.Choice[str]:
    """The type of a flag with one of the words that the configuration has for it."""
    return click.Choice(config.CHOICES[key])


READING = (
    click.option(
        "--config", type=FILE, help="Configuration file (default: flashcards.toml beside or above the input)."
    ),
    click.option("--encoding", help="Encoding of text files, instead of finding it out."),
    click.option("--password", help="Password of encrypted files."),
)
CHOOSING = (
    click.option("--terms", type=FILE, help="Terms to ask about: one a line, with an optional weight."),
    click.option("--stop", type=FILE, help="Phrases never to ask about: one a line."),
    click.option("--review", type=FILE, help="Table of gaps to settle by keep, drop, lock: written and honoured."),
    click.option("--density", type=number("density"), help="How many gaps: 1 is usual, 2 twice as many."),
    click.option("--kind", multiple=True, help="Only items of this kind (may be repeated)."),
    click.option("--recite", is_flag=True, default=None, help="Ask prose too by recitation, clause after clause."),
    click.option("--project", help="Name that seeds the identity of cards (default: NAME)."),
    click.option("--lang", type=words("lang"), help="Language of the words around the text."),
)
RUNNING = (
    click.option("--workers", type=number("workers"), help="Processes to work with (default: all cores)."),
    click.option("--engine", type=words("engine"), help="Where to work: here or on a Dask cluster."),
    click.option("--scheduler", help="Address of a Dask scheduler, such as tcp://host:8786 (default: one here)."),
    click.option("--cache/--no-cache", default=None, help="Keep results for the next build (default: yes)."),
)
LEARNING = (
    click.option("--pinyin", is_flag=True, default=None, help="Pinyin on the back (extra: learner)."),
    click.option("--gloss", is_flag=True, default=None, help="Meanings on the back (extra: learner)."),
    click.option("--script", type=words("script"), help="The learner's script."),
    click.option("--level", help="Only words of these bands: 4-6 (HSK; extra: learner) or freq-3-5 (how common)."),
    click.option("--tts", is_flag=True, default=None, help="Let the Anki client speak the text."),
    click.option("--readings", type=FILE, help="Readings that overrule the table."),
    click.option("--glossary", type=FILE, help="Meanings that come before the dictionary."),
)
ANKI = (
    click.option("--context", is_flag=True, default=None, help="Show the sentences around on the back at once."),
    click.option("--typed", is_flag=True, default=None, help="Let the answer be typed in the Anki client."),
    click.option("--split", type=number("split"), help="At most so many notes in one Anki package."),
)


def shared(*groups: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    """A decorator that adds groups of options in their written order."""

    def add(function: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return add


def paths_or_corpus(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The PATHs given, else `corpus/`; a usage error where there is neither."""
    if paths:
        return paths
    if Path("corpus").is_dir():
        return (Path("corpus"),)
    raise click.UsageError("name a file or a folder with texts (there is no corpus/ here)")


def build_time() -> int:
    """Seconds since 1970, read once per build; `SOURCE_DATE_EPOCH` overrules the clock."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not given.isdecimal():
        raise BadConfiguration(f"SOURCE_DATE_EPOCH wants whole seconds since 1970, not {given!r}")
    return int(given)


def check_suffix(output: Path | None, known: tuple[str, ...]) -> None:
    """Raise BadConfiguration for a file whose name says another format than what would be written to it."""
    if output is not None and output.suffix.lower() not in known:
        raise BadConfiguration(f"does not end in {' or '.join(known)}, which is what it would be", path=output)


def complain(error: FlashcardsError | str) -> None:
    """One line on stderr."""
    click.echo(legible(str(error)), err=True)


def full_bank(path: Path) -> Bank:
    """The bank at ``path``. Raises BadBank for what is no bank, or where it holds no items."""
    from flashcards import bank

    opened = bank.load(path)
    if not len(opened):
        raise BadBank("holds no items; build it again from texts with items", path=path)
    return opened


def nothing_read(errors: Sequence[FlashcardsError], path: Path) -> FlashcardsError:
    """The error to raise where no input could be used; of several all but the last are told at once."""
    for error in errors[:-1]:
        complain(error)
    return errors[-1] if errors else UnreadableInput("has no passage in it; nothing to ask about", path=path)


def say(line: str) -> None:
    """Data on stdout as UTF-8 whatever the locale; a lone surrogate as an escape."""
    click.echo(line.encode("utf-8", "backslashreplace"))


def fail(error: FlashcardsError) -> None:
    """Say what is wrong and leave with the error's exit status."""
    complain(error)
    sys.exit(error.status)
