"""Steps for the engines' tests: stand-ins for `pipeline.make_all` that name, sleep or die, importable by workers."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from flashcards.inputs import Input
from flashcards.pipeline import Outcome


def echo(files: Sequence[Input]) -> list[Outcome]:
    """The outcome of every file is its path; small numbers take longest, so order must be kept, not found."""
    for file in files:
        time.sleep(0.02 if file.id.endswith("0") else 0)
    return [Outcome(file.path) for file in files]


def deadly(files: Sequence[Input]) -> list[Outcome]:
    """A file with `deadly` in its id kills the process that reads it."""
    if any("deadly" in file.id for file in files):
        os.kill(os.getpid(), signal.SIGKILL)
    return echo(files)


def once(files: Sequence[Input], mark: Path) -> list[Outcome]:
    """The first worker that sees a file with `deadly` in its id dies; the next one is spared."""
    if any("deadly" in file.id for file in files) and not mark.exists():
        mark.write_text("", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return echo(files)


def slow(files: Sequence[Input], marks: Path) -> list[Outcome]:
    """Leave a mark with the process's number, then sleep for a minute."""
    (marks / str(os.getpid())).write_text("", encoding="utf-8")
    time.sleep(60)
    return echo(files)


def failing(files: Sequence[Input]) -> list[Outcome]:
    """A fault of the program, not of the input."""
    raise ZeroDivisionError(files[0].id)


def signed(files: Sequence[Input]) -> list[Outcome]:
    """The outcomes bear the number of the process."""
    return [Outcome(file.path, mark=str(os.getpid())) for file in files]


def sign(path: Path) -> None:
    """Leave the number of the process in a file."""
    path.write_text(str(os.getpid()), encoding="utf-8")


def warned(number: int) -> bytes:
    """A task that warns; the first takes longest, so order must be kept, not found."""
    time.sleep(0 if number else 0.5)
    logging.getLogger("flashcards.test").warning("task %d warns", number)
    return bytes([number])


def killed() -> bytes:
    """A task that kills its worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def killed_once(mark: Path) -> bytes:
    """A task that kills the first worker that has it."""
    if not mark.exists():
        mark.write_text("", encoding="utf-8")
        killed()
    return b"done"
