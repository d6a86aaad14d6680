"""Steps for the engines' tests: stand-ins for `pipeline.make` that name, sleep or die, importable by workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from flashcards.inputs import Input
from flashcards.pipeline import Outcome


def echo(file: Input) -> Outcome:
    """The outcome of every file is its path; small numbers take longest, so order must be kept, not found."""
    time.sleep(0.02 if file.id.endswith("0") else 0)
    return Outcome(file.path)


def deadly(file: Input) -> Outcome:
    """A file with `deadly` in its id kills the process that reads it."""
    if "deadly" in file.id:
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(file.path)


def once(file: Input, mark: Path) -> Outcome:
    """The first worker that sees a file with `deadly` in its id dies; the next one is spared."""
    if "deadly" in file.id and not mark.exists():
        mark.write_text("", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(file.path)


def slow(file: Input, marks: Path) -> Outcome:
    """Leave a mark with the process's number, then sleep for a minute."""
    (marks / str(os.getpid())).write_text("", encoding="utf-8")
    time.sleep(60)
    return Outcome(file.path)


def failing(file: Input) -> Outcome:
    """A fault of the program, not of the input."""
    raise ZeroDivisionError(file.id)


def signed(file: Input) -> Outcome:
    """The outcome bears the number of the process."""
    return Outcome(file.path, mark=str(os.getpid()))


def sign(path: Path) -> None:
    """Leave the number of the process in a file."""
    path.write_text(str(os.getpid()), encoding="utf-8")
