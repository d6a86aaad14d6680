"""What is remembered of words while texts are read, in bounded tables that make it fast: let go of before a bank is
written, which then finds its room where they lay."""

from __future__ import annotations

from collections.abc import Callable

_tables: list[Callable[[], object]] = []


def kept(*clear: Callable[[], object]) -> None:
    """Name functions that empty tables. What is asked of an emptied table is worked out again."""
    _tables.extend(clear)


def forget() -> None:
    """Empty all tables that were named in this process."""
    for clear in _tables:
        clear()
