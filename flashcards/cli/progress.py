"""A progress bar on stderr, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def shown(things: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """The same things, with a bar that goes when they end; without a ``total`` it only shows that work is done."""
    if not _has_terminal():
        return iter(things)
    from rich.console import Console
    from rich.progress import track

    return iter(track(things, description=label, total=total, console=Console(stderr=True), transient=True))


def _has_terminal() -> bool:
    """Whether a bar would be seen: the terminal belongs to the program, not to its workers."""
    if not sys.stderr.isatty():
        return False
    from multiprocessing import parent_process

    return parent_process() is None
