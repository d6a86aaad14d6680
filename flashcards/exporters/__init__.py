"""Bank -> files: one module a format, one table. An exporter needs nothing but the bank and the settings.

An exporter is a module with ``write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]``. It streams
the bank, writes ``target`` (and its companions beside it, such as a key) whole or not at all, and returns every file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flashcards.errors import BadConfiguration

if TYPE_CHECKING:
    from flashcards.bank import Bank
    from flashcards.engine import Away
    from flashcards.model import Item
    from flashcards.settings import Settings

Write = Callable[["Bank", Path, "Settings"], tuple[Path, ...]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: the module that writes it, what is put behind NAME for its target, one line of help."""

    module: str
    suffix: str
    help: str


# The order is the order of writing. `flashcards build` writes DEFAULT unless `--to` names others.
EXPORTERS: dict[str, Exporter] = {
    "apkg": Exporter("apkg", ".apkg", "an Anki deck"),
    "quiz": Exporter("quiz", ".quiz.html", "a quiz sheet to print, with its key (NAME.key.html)"),
    "selftest": Exporter("selftest", ".selftest.html", "a self-test: one page that works offline"),
    "pdf": Exporter("pdf", ".quiz.pdf", "the quiz sheet and its key as PDF"),
    "cards": Exporter("cards", ".cards.html", "paper flashcards to print and cut"),
    "moodle": Exporter("moodle", ".moodle.xml", "questions for Moodle"),
    "gift": Exporter("gift", ".gift.txt", "questions in GIFT, read by many school systems"),
    "text": Exporter("ankitext", ".anki.txt", "a text file for Anki's own import"),
}
DEFAULT = ("apkg", "quiz", "selftest")


def exporter(name: str) -> Write:
    """The ``write`` of a format, its module imported only now. Raises BadConfiguration for a format that no row has."""
    if name not in EXPORTERS:
        raise BadConfiguration(f"unknown format {name!r}; known: {', '.join(EXPORTERS)}")
    module = import_module(f"flashcards.exporters.{EXPORTERS[name].module}")
    return cast(Write, module.write)


@dataclass(frozen=True, slots=True)
class Job:
    """A format to write: its name, the bank (watched as that format is to be), and where it goes."""

    to: str
    bank: Bank
    target: Path


def write(job: Job, settings: Settings) -> tuple[Path, ...]:
    """Write one format."""
    return exporter(job.to)(job.bank, job.target, settings)


def write_all(jobs: Sequence[Job], settings: Settings) -> None:
    """Write formats of one bank, one after the other.

    The quiz gathers its items as they pass to the deck, so that a bank of which both are made is parsed once.
    """
    deck = next((job for job in jobs if job.to == "apkg"), None)
    sheet = next((job for job in jobs if job.to == "quiz"), None)
    if deck is None or sheet is None:
        for job in jobs:
            write(job, settings)
        return
    from flashcards.exporters import quiz

    gathering = quiz.gather(settings)

    def passing(items: Iterator[Item]) -> Iterator[Item]:
        return gathering.through(items if deck.bank.watch is None else deck.bank.watch(items))

    write(replace(deck, bank=replace(deck.bank, watch=passing)), settings)
    quiz.write_gathered(sheet.bank, sheet.target, settings, gathering)
    for job in jobs:
        if job not in (deck, sheet):
            write(job, settings)


def tasks(jobs: Sequence[Job], settings: Settings, away: Away | None = None) -> list[Callable[[], object]]:
    """Formats of one bank as tasks that workers may share; the first of them is for this process.

    A split deck is a task a package, behind the formats that are one file; or, where its packages are made ``away``
    (`apkg.write_packed`), the first task.
    """
    from flashcards import bank
    from flashcards.exporters import apkg

    deck = next((job for job in jobs if job.to == "apkg"), None) if settings.split else None
    whole = [partial(write, job, settings) for job in jobs if job is not deck]
    if deck is None or settings.split is None:
        return [*whole]
    if away:
        return [partial(apkg.write_packed, deck.bank, deck.target, settings, away), *whole]
    parts = bank.parts(replace(deck.bank, watch=None), settings.split)
    packages = [Job("apkg", part, apkg.part_of(deck.target, at)) for at, part in enumerate(parts, start=1)]
    return [*whole, *(partial(write, job, settings) for job in packages)]


def target(folder: Path, name: str, to: str) -> Path:
    """Where the deck NAME goes in a format: ``folder/NAME`` and the format's suffix."""
    return folder / f"{name}{EXPORTERS[to].suffix}"
