"""Errors whose message is for the user: where, what is wrong, what to do."""

from __future__ import annotations

from pathlib import Path


class FlashcardsError(Exception):
    """Base of every error a user may cause; ``str()`` is one line ``path:line: what; what to do``.

    ``line`` is 1-based (a page for paged formats, said so in ``what``). ``status`` is the exit status of the program.
    """

    status = 1

    def __init__(self, what: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        self.what = what
        self.path = path
        self.line = line
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__((place + what).replace("\n", " ").replace("\r", " "))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by rebuilding, so that the error crosses process borders with its place."""
        return (_rebuild, (type(self), self.what, self.path, self.line))


def _rebuild(kind: type[FlashcardsError], what: str, path: Path | str | None, line: int | None) -> FlashcardsError:
    return kind(what, path=path, line=line)


class UnreadableInput(FlashcardsError):
    """An input file that is missing, empty, damaged or holds no text; the other files go on."""


class BadBank(FlashcardsError):
    """A bank, ledger, package, log or progress file that is damaged, newer than us, or not ours."""


class BadConfiguration(FlashcardsError):
    """A wrong option, configuration key or user table (terms, readings, review file)."""

    status = 2


class MissingExtra(BadConfiguration):
    """A feature whose optional packages are not installed; the message names the pip command."""
